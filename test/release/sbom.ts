import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PackageLicence } from './licences.ts';

interface LockedPackage {
  dev?: boolean;
  link?: boolean;
  devDependencies?: unknown;
}

interface Component {
  name: string;
  version: string;
  licenses?: ({ license: { id?: string; name?: string } } | { expression: string })[];
}

export interface Sbom {
  bomFormat: string;
  components: Component[];
}

/**
 * The software bill of materials of a production install, in CycloneDX's format, from package-lock.json. `npm sbom --omit=dev`
 * alone drops packages that development packages use as well (seen with npm 11.19: pg, yaml and zod were missing), so it is
 * given a lock file without any of them.
 * @param work an empty folder
 */
export function writeSbom(repository: string, work: string): { sbom: Sbom; file: string } {
  const read = (name: string) => JSON.parse(readFileSync(join(repository, name), 'utf8'));
  const { devDependencies: _, scripts: __, ...manifest } = read('package.json');
  const lock = read('package-lock.json') as { packages: Record<string, LockedPackage> };
  const production = Object.entries(lock.packages).filter(([, { dev, link }]) => !dev && !link);
  const packages = Object.fromEntries(production);
  delete packages['']!.devDependencies;

  // npm takes the name of the folder for the name of the root component.
  const folder = join(work, manifest.name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ ...lock, packages }));
  const text = execFileSync('npm', ['sbom', '--sbom-format=cyclonedx', '--package-lock-only'], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 32 * 1024 * 1024,
  });
  const sbom = JSON.parse(text) as Sbom;
  checkComplete(sbom, Object.keys(packages));
  const file = join(work, 'sbom.cdx.json');
  writeFileSync(file, text);
  return { sbom, file };
}

function checkComplete({ components }: Sbom, paths: string[]): void {
  const listed = new Set(components.map(({ name }) => name));
  const names = paths
    .filter((path) => path !== '')
    .map((path) => path.slice(path.lastIndexOf('node_modules/') + 13));
  const missing = names.filter((name) => !listed.has(name));
  if (missing.length > 0) throw new Error(`npm sbom has left out ${missing.join(', ')}.`);
}

/** Several licences of a component all apply. */
export function licencesOf({ components }: Sbom): PackageLicence[] {
  return components.map(({ name, version, licenses = [] }) => {
    const ids = licenses.map((entry) =>
      'expression' in entry ? entry.expression : (entry.license.id ?? entry.license.name),
    );
    return { name, version, licence: ids.length > 0 ? ids.join(' AND ') : null };
  });
}
