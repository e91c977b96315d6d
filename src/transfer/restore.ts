import { unknownMigration } from '../store/database/migrate.ts';
import { unknownSince } from '../store/restored.ts';
import { type BackupHeader, BackupUnreadable, readContent, readHeader, verifyBackup } from './backup-file.ts';
import { fillTarget } from './fill.ts';
import type { Imported } from './import.ts';
import type { DatabaseLocation } from './location.ts';
import type { OnProgress } from './progress.ts';
import type { Session } from './session.ts';
import { openTarget } from './target.ts';

export interface RestoreOptions {
  file: string;
  to: DatabaseLocation;
  now(): number;
  onProgress: OnProgress;
}

export interface Restored {
  header: BackupHeader;
  /** Tables in the backup that are not Stagepost's, and were left out. */
  foreign: string[];
}

/**
 * Reads what a backup says about itself, and whether this version can restore it.
 * @throws BackupUnreadable
 */
export async function readBackupHeader(file: string): Promise<BackupHeader> {
  const header = await readHeader(file);
  const unknown = unknownMigration(header.migrations);
  if (unknown === null) return header;
  throw new BackupUnreadable(
    file,
    `Stagepost ${header.stagepost} has written it, and its database has the change "${unknown}", which this version does not ` +
      'know. Restore it with that version or a later one.',
  );
}

/** Reads all of the file. @throws BackupUnreadable where it is damaged */
export async function checkBackup(file: string, header: BackupHeader, onProgress: OnProgress): Promise<void> {
  await verifyBackup(file, header, (done) => onProgress({ step: 'check', done, total: header.bytes }));
}

/**
 * Writes a backup into a database that has nothing in it, and migrates it to this version's tables.
 * @throws BackupUnreadable, DataUnusable, TablesDiffer, or the error of the server or disk; the target is then empty as before
 */
export async function restore({ file, to, now, onProgress }: RestoreOptions): Promise<Restored> {
  const header = await readBackupHeader(file);
  await checkBackup(file, header, onProgress);
  const target = await openTarget(to, header.migrations);
  try {
    const content = {
      migrations: header.migrations,
      parts: readContent(file),
      sequences: async () => header.sequences,
      rows: Object.values(header.tables).reduce((sum, { rows }) => sum + rows, 0),
      check: (imported: Imported) => requireSame(file, header, imported),
    };
    const mark = (session: Session) => markRestored(session, header.at, now());
    const { foreign } = await fillTarget(target, content, mark, onProgress);
    return { header, foreign };
  } finally {
    await target.close();
  }
}

/** The file has the checksum of its header, so only a fault of this program could fail here. */
function requireSame(file: string, { tables }: BackupHeader, { digests, foreign }: Imported): void {
  for (const [name, { rows, sum }] of Object.entries(tables)) {
    const came = digests[name];
    if (foreign.includes(name) || (came?.rows === rows && came.sum === sum)) continue;
    throw new BackupUnreadable(file, `its table ${name} is not what its header says. Use another backup.`);
  }
}

/** The first start after it reads back what Kommo and Customer.io show before it repeats anything. */
async function markRestored(session: Session, backupAt: number, at: number): Promise<void> {
  const [last] = await session.rows<{ restored: string | null; until: string | null }>(
    'select restored_from::text as restored, doubtful_until::text as until from installation',
  );
  const numberOrNull = (text: string | null | undefined) => (text == null ? null : Number(text));
  const from = unknownSince(backupAt, {
    from: numberOrNull(last?.restored),
    doubtfulUntil: numberOrNull(last?.until),
  });
  await session.rows(
    `insert into installation (id, created_at, restored_from, restored_at)
      values (gen_random_uuid()::text, $2::bigint, $1::bigint, $2::bigint)
      on conflict (only_row) do update
        set restored_from = excluded.restored_from, restored_at = excluded.restored_at, doubtful_until = null,
          moved_to = null, moved_at = null`,
    [String(from), String(at)],
  );
}
