import { statSync } from 'node:fs';
import { backUp } from '../../transfer/backup.ts';
import type { BackupHeader } from '../../transfer/backup-file.ts';
import { databaseUrl } from '../data/database.ts';
import { asTransferError, createTransferProgress, keyNote, size, totalRows } from '../options/transfer.ts';
import { joinLines, number, utc } from '../terminal/format.ts';
import { print, printJson } from '../terminal/output.ts';

export interface BackupCommandOptions {
  data: string;
  json?: boolean;
}

/** Writes a backup, also while a server runs. */
export async function backup(name: string | undefined, { data, json }: BackupCommandOptions): Promise<void> {
  const url = databaseUrl();
  const file = name ?? `stagepost-${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}Z.backup`;
  const progress = createTransferProgress();
  let header: BackupHeader;
  try {
    header = await backUp({
      ...{ from: url === undefined ? { dataDir: data } : { url }, file },
      ...{ now: Date.now, onProgress: progress.show },
    });
  } catch (error) {
    throw asTransferError(error, url, 'DATABASE_URL');
  } finally {
    progress.end();
  }
  if (json) printJson({ file, ...header });
  else
    print(
      joinLines([
        `${file}: ${number(totalRows(header.tables))} rows of ${header.place} as of ${utc(header.at)}, ${size(statSync(file).size)}.`,
        ...keyNote(header.tables),
      ]),
    );
}
