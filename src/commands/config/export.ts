import { writeFileSync } from 'node:fs';
import { readConfig, selectConnection } from '../data/config-file.ts';
import { type DataOptions, withData } from '../data/with-data.ts';
import { writeFileText } from '../terminal/output.ts';

export interface ConfigExportOptions extends DataOptions {
  out?: string;
}

/** Writes a connection's rules to a file, or to the standard output. */
export async function configExport(options: ConfigExportOptions): Promise<void> {
  const connection = selectConnection(readConfig(options.config).config, options.connection);
  const text =
    connection.rulesIn === 'file'
      ? connection.rulesText()
      : await withData(options, async ({ rules }) => (await rules(connection.name).source()).text);
  if (options.out === undefined) writeFileText(process.stdout, text);
  else writeFileSync(options.out, text);
}
