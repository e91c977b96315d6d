/** What says which version this is. */
export interface VersionSources {
  /** Of package.json. */
  version: string;
  /** Of package-lock.json and src/version.ts, by their names. */
  copies: Record<string, string | undefined>;
  changelog: string;
  /** Names of the pages in docs/upgrades/, without `.md`. */
  pages: string[];
  /** The tag that is being released, `v0.2.0`; null where none is. */
  tag: string | null;
}

/** Where the version, the changelog, the upgrade pages and the tag contradict each other. Empty where they agree. */
export function versionProblems({ version, copies, changelog, pages, tag }: VersionSources): string[] {
  const released = [...changelog.matchAll(/^## \[(\d[^\]]*)\] - (\d{4}-\d\d-\d\d)$/gm)].map(
    ([, name]) => name!,
  );
  const headings = [...changelog.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading!);
  const problems = Object.entries(copies)
    .filter(([, copy]) => copy !== version)
    .map(([name, copy]) => `${name} says ${copy}, and package.json ${version}.`);
  if (headings.length > released.length + 1 || headings[0] !== '[Unreleased]')
    problems.push('CHANGELOG.md must begin with ## [Unreleased]; the others are ## [1.2.3] - 2027-01-31.');
  for (const name of new Set([version, ...released]))
    if (!pages.includes(name)) problems.push(`docs/upgrades/${name}.md is missing.`);
  if (released.length > 0 && released[0] !== version)
    problems.push(`The newest section of CHANGELOG.md is ${released[0]}, and package.json says ${version}.`);
  if (tag !== null && tag !== `v${version}`)
    problems.push(`The tag is ${tag}, and package.json says ${version}.`);
  if (tag !== null && !released.includes(version))
    problems.push(`CHANGELOG.md has no dated section for ${version}.`);
  return problems;
}
