/**
 * The licences under which packages may become part of Stagepost: those that ask for no more than a notice. A licence that is
 * not in this list, a copyleft one or one that nobody has looked at, fails the check.
 */
const PERMITTED = [
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
];

export interface PackageLicence {
  name: string;
  version: string;
  /** An SPDX expression, such as `MIT` or `(MIT OR CC0-1.0)`; null where the package states none. */
  licence: string | null;
}

/**
 * Whether an SPDX expression permits the package. Of `OR` one side is enough, of `AND` both must be permitted; `AND` binds
 * more tightly (https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/). Exceptions (`WITH`) are not permitted.
 */
export function isPermitted(expression: string | null): boolean {
  if (expression === null) return false;
  const inner = expression.trim().replace(/^\(([^()]*)\)$/, '$1');
  if (/[()]/.test(inner)) return false;
  return inner
    .split(/\s+OR\s+/)
    .some((side) => side.split(/\s+AND\s+/).every((id) => PERMITTED.includes(id.trim())));
}

/** The packages that Vite has bundled into the console, of its list `console/dist/licenses.md`. */
export function bundledPackages(list: string): PackageLicence[] {
  const headings = list.matchAll(/^## (\S+) - (\S+)(?: \((.+)\))?$/gm);
  return [...headings].map(([, name, version, licence]) => ({
    name: name!,
    version: version!,
    licence: licence ?? null,
  }));
}

/** One line a package, sorted. */
export function licenceTable(packages: PackageLicence[]): string {
  const rows = packages.map(
    ({ name, version, licence }) => `| ${name} | ${version} | ${licence ?? 'none stated'} |`,
  );
  return ['| package | version | licence |', '|---|---|---|', ...[...new Set(rows)].sort()].join('\n');
}
