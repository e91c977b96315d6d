import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const EXAMPLE = readFileSync(join(import.meta.dirname, '../../examples/stagepost.yaml'), 'utf8');

/**
 * The example, with a guard that lets a load through: thousands of deals enter a stage within a minute, and their events
 * are what is measured. It is not off, so that its cost is measured, too.
 */
export function loadConfigText(yaml = EXAMPLE): string {
  const guard = '    bulk_guard: { deals: 100000, within: 1m }\n';
  const edited = yaml.replace(/^ {4}stages:\n/m, (stages) => `${guard}${stages}`);
  if (edited === yaml) throw new Error('The example has no stages to put the guard before.');
  return edited;
}

/** Writes it into a folder. @returns the path of the file */
export function writeLoadConfig(folder: string): string {
  const file = join(folder, 'stagepost.yaml');
  writeFileSync(file, loadConfigText());
  return file;
}
