import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The version of an installed package. */
export function packageVersion(name: string): string {
  const entry = fileURLToPath(import.meta.resolve(name));
  const manifest = join(entry.slice(0, entry.lastIndexOf(name) + name.length), 'package.json');
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}
