import { writeFileSync } from 'node:fs';
import type { ConnectionConfig } from '../../config/index.ts';
import { readConfig } from '../data/config-file.ts';
import { connectionOf, type DataOptions, withData } from '../data/with-data.ts';
import { writeFileText } from '../terminal/output.ts';

export interface ConfigExportOptions extends DataOptions {
  out?: string;
}

/** Writes a connection's rules to a file, or to the standard output. */
export async function configExport(options: ConfigExportOptions): Promise<void> {
  const { connections } = readConfig(options.config).config;
  const text =
    rulesInFile(connections, options.connection) ??
    (await withData(options, async (data) => {
      const name = await connectionOf(data, options.connection);
      return (await data.rules(name).source()).text;
    }));
  if (options.out === undefined) writeFileText(process.stdout, text);
  else writeFileSync(options.out, text);
}

/** Null where the console keeps the rules. Without a name the only connection of the file is meant. */
function rulesInFile(connections: ConnectionConfig[], name: string | undefined): string | null {
  if (name === undefined && connections.length !== 1) return null;
  const found = connections.find((connection) => name === undefined || connection.name === name);
  return found?.rulesIn === 'file' ? found.rulesText() : null;
}
