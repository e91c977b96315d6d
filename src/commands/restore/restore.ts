import { LOG_READ_BACK_MS } from '../../store/retention/kept-times.ts';
import type { BackupHeader } from '../../transfer/backup-file.ts';
import { checkBackup, readBackupHeader, restore } from '../../transfer/restore.ts';
import { databaseUrl } from '../data/database.ts';
import { asTransferError, createTransferProgress, keyNote, totalRows } from '../options/transfer.ts';
import { confirmChange } from '../terminal/confirm.ts';
import { joinLines, number, plural, span, utc } from '../terminal/format.ts';
import { print, printJson } from '../terminal/output.ts';
import { stageChangesSince } from './stage-changes.ts';

export interface RestoreCommandOptions {
  config: string;
  data: string;
  plan?: boolean;
  yes?: boolean;
  json?: boolean;
}

/** Restores a backup into an empty database, after showing what that means. */
export async function restoreBackup(file: string, options: RestoreCommandOptions): Promise<void> {
  const url = databaseUrl();
  const { config, data, plan, yes, json } = options;
  const progress = createTransferProgress();
  try {
    const header = await readBackupHeader(file);
    if (plan) await checkBackup(file, header, progress.show);
    progress.end();
    if (!json) print(renderPlan(file, header, Date.now()));
    if (!json && plan) print(joinLines(await stageChangesSince(config, header.at)));
    else if (plan) printJson({ file, ...header });
    if (plan) return;
    const place = url === undefined ? data : 'the database of DATABASE_URL';
    if (!(await confirmChange(`Restore it into ${place}?`, yes))) return;
    const to = url === undefined ? { dataDir: data } : { url };
    const { foreign } = await restore({ file, to, now: Date.now, onProgress: progress.show });
    progress.end();
    if (json) printJson({ file, foreign, ...header });
    else print(restoredText(header, place, foreign));
  } catch (error) {
    throw asTransferError(error, url, 'DATABASE_URL');
  } finally {
    progress.end();
  }
}

const OLD_BACKUP = `Kommo's events log is read ${LOG_READ_BACK_MS / 86_400_000} days back at most: the stage changes between the backup and then are lost.`;

function renderPlan(file: string, header: BackupHeader, now: number): string {
  const { at, place, stagepost, tables, open } = header;
  return joinLines([
    `${file}: ${number(totalRows(tables))} rows of ${place}, written by Stagepost ${stagepost}.`,
    `It is the state of ${utc(at)}, ${span(Math.max(0, now - at) / 1000)} ago. At the first start with it, Stagepost`,
    `  - looks in Kommo for ${plural(open.creations, 'note or task', 'notes and tasks')} that ${open.creations === 1 ? 'was' : 'were'} still to be written, before writing them;`,
    `  - repeats ${plural(open.changes, 'change')} of deals and ${plural(open.customerio, 'call')} to Customer.io, which have no second effect;`,
    `  - plans ${plural(open.unplanned, 'request or event', 'requests and events')} that ${open.unplanned === 1 ? 'was' : 'were'} not planned yet, and runs ${plural(open.timers, 'inactivity timer')};`,
    '  - reads the stage changes since then from Kommo. An event that a note on the deal or Customer.io shows as sent is not sent',
    '    again; without an App API key of Customer.io, what no note shows is held for your decision (stagepost held list).',
    ...(now - at > LOG_READ_BACK_MS ? [OLD_BACKUP] : []),
    'Passwords, tokens and users are those of that time, also those that were removed since.',
  ]);
}

function restoredText({ tables }: BackupHeader, place: string, foreign: string[]): string {
  return joinLines([
    `Restored into ${place}: ${number(totalRows(tables))} rows, compared with the backup.`,
    ...(foreign.length > 0
      ? [`Left out, since these are not Stagepost's tables: ${foreign.join(', ')}.`]
      : []),
    ...keyNote(tables),
    'Start it with stagepost serve, as before. Never start the lost one again besides it.',
  ]);
}
