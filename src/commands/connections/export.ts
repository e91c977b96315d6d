import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { envFileLine } from '../settings/env-file.ts';
import { colors } from '../terminal/colors.ts';
import { CommandError } from '../terminal/exit.ts';
import { print } from '../terminal/output.ts';
import { withConnections } from './access.ts';

export interface ConnectionsExportOptions {
  data: string;
  /** The folder, which is made where there is none. */
  to: string;
}

const OAUTH_NOTE =
  'Access to Kommo is granted by OAuth. The grant stays here: where the exported connection runs, authorize it again in the console.';

/** Writes a connection of the database as stagepost.yaml and stagepost.env. Replaces no file. @throws CommandError */
export async function connectionsExport(name: string, options: ConnectionsExportOptions): Promise<void> {
  const files = { yaml: join(options.to, 'stagepost.yaml'), env: join(options.to, 'stagepost.env') };
  for (const file of Object.values(files))
    if (existsSync(file)) throw new CommandError(`${file} exists already. Name another folder with --to.`);
  const { yaml, secrets } = await withConnections(options, (access) => access.export(name));
  mkdirSync(options.to, { recursive: true });
  // The secrets first: a configuration without them would only say that variables are missing.
  writeFileSync(files.env, envText(name, secrets), { mode: 0o600, flag: 'wx' });
  writeFileSync(files.yaml, yaml, { flag: 'wx' });
  print(
    colors.green(
      `${name} is in ${files.yaml}, and its secrets are in ${files.env}, which only you can read.`,
    ),
  );
  if ([...secrets.keys()].some((variable) => variable.includes('_KOMMO_OAUTH_')))
    print(colors.yellow(OAUTH_NOTE));
}

function envText(name: string, secrets: ReadonlyMap<string, string>): string {
  const lines = [...secrets].map(([variable, value]) => envFileLine(variable, value));
  return [`# The secrets of ${name}, exported from the database of Stagepost.`, ...lines, ''].join('\n');
}
