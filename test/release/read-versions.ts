import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { VERSION } from '../../src/version.ts';
import type { VersionSources } from './versions.ts';

const ROOT = join(import.meta.dirname, '../..');

/** The versions of this checkout. @param tag as `VersionSources.tag` */
export function readVersions(tag: string | null): VersionSources {
  const text = (path: string) => readFileSync(join(ROOT, path), 'utf8');
  const lock: { version: string; packages: Record<string, { version?: string }> } = JSON.parse(
    text('package-lock.json'),
  );
  return {
    version: JSON.parse(text('package.json')).version,
    copies: {
      'src/version.ts': VERSION,
      'package-lock.json': lock.version,
      'package-lock.json (packages)': lock.packages['']?.version,
    },
    changelog: text('CHANGELOG.md'),
    pages: globSync('docs/upgrades/*.md', { cwd: ROOT }).map((path) => basename(path, '.md')),
    tag,
  };
}
