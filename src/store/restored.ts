import type { UnixSeconds } from '../domain/entities.ts';
import type { Db } from './database/database.ts';
import type { Millis } from './database/schema.ts';

/**
 * The longest time from the first start after a restore until what the logs of Kommo and Customer.io show is planned, ms. What they
 * cannot say by then is not waited for.
 */
export const READ_BACK_MS = 5 * 60_000;

/**
 * A database of an earlier state (restored, copied back, or moved from and taken again) does not know what another one has
 * done since.
 */
export interface Restored {
  /** The time of that state; null where it is not known. */
  from: Millis | null;
  /** What happened before, and is planned now, may have been sent. */
  doubtfulUntil: UnixSeconds;
}

/** Null where this database has always been the one in use. */
export async function readRestored(db: Db): Promise<Restored | null> {
  const row = await db
    .selectFrom('installation')
    .select(['restored_from', 'doubtful_until'])
    .executeTakeFirst();
  if (row?.doubtful_until == null) return null;
  return { from: row.restored_from, doubtfulUntil: row.doubtful_until };
}

/** What an installation says of its last restore. */
export interface LastRestore {
  /** The time of the state that was restored, unix ms; null where it was never restored. */
  from: Millis | null;
  /** The first start after the restore; null before it. */
  doubtfulUntil: UnixSeconds | null;
}

/**
 * Since when other databases may have done what a backup does not know, unix ms: since it was made, or since the restore before it
 * where the backup was made before that one was read back. Without this the changes that only the first lost database has had
 * would count as reported. Pure.
 * @param last of the database that the backup was made of
 */
export function unknownSince(backupAt: Millis, { from, doubtfulUntil }: LastRestore): Millis {
  if (from === null) return backupAt;
  const isReadBack = doubtfulUntil !== null && backupAt > doubtfulUntil * 1000 + READ_BACK_MS;
  return isReadBack ? backupAt : Math.min(from, backupAt);
}
