import { sql } from 'kysely';
import type { UnixSeconds } from '../../domain/entities.ts';
import type { LeasedTransaction } from '../connections/leased-transaction.ts';
import type { Db } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';

/** How far a connection's directory has been read; for each key see `DirectoryProgressRow`. */
export interface DirectoryProgress {
  nextPage: number | null;
  readBeganAt: Millis | null;
  newestSeen: UnixSeconds | null;
  readThroughAt: Millis | null;
  changedUntil: UnixSeconds | null;
  completeAt: Millis | null;
}

const NOT_READ: DirectoryProgress = {
  nextPage: null,
  readBeganAt: null,
  newestSeen: null,
  readThroughAt: null,
  changedUntil: null,
  completeAt: null,
};

/** The progress, and when Kommo's contact search last returned too many contacts (unix ms; null: never). */
export async function directoryProgress(
  db: Db,
  connection: string,
): Promise<DirectoryProgress & { searchFailedAt: Millis | null }> {
  const row = await db
    .selectFrom('directories')
    .selectAll()
    .where('connection', '=', connection)
    .executeTakeFirst();
  if (!row) return { ...NOT_READ, searchFailedAt: null };
  return {
    nextPage: row.next_page,
    readBeganAt: row.read_began_at,
    newestSeen: row.newest_seen,
    readThroughAt: row.read_through_at,
    changedUntil: row.changed_until,
    completeAt: row.complete_at,
    searchFailedAt: row.search_failed_at,
  };
}

export async function saveDirectoryProgress(
  trx: LeasedTransaction,
  connection: string,
  { nextPage, readBeganAt, newestSeen, readThroughAt, changedUntil, completeAt }: DirectoryProgress,
): Promise<void> {
  await sql`
    insert into directories
      (connection, next_page, read_began_at, newest_seen, read_through_at, changed_until, complete_at)
    values (${connection}, ${nextPage}::int, ${readBeganAt}::bigint, ${newestSeen}::bigint, ${readThroughAt}::bigint,
      ${changedUntil}::bigint, ${completeAt}::bigint)
    on conflict (connection) do update set next_page = excluded.next_page, read_began_at = excluded.read_began_at,
      newest_seen = excluded.newest_seen, read_through_at = excluded.read_through_at,
      changed_until = excluded.changed_until, complete_at = excluded.complete_at
  `.execute(trx);
}

export async function saveSearchFailure(
  trx: LeasedTransaction,
  connection: string,
  now: Millis,
): Promise<void> {
  await sql`
    insert into directories (connection, search_failed_at) values (${connection}, ${now})
    on conflict (connection) do update set search_failed_at = excluded.search_failed_at
  `.execute(trx);
}

/** Removes everything that the directory has of a connection. */
export async function removeDirectory(trx: LeasedTransaction, connection: string): Promise<void> {
  for (const table of ['directory', 'directory_stale', 'directories'] as const)
    await trx.deleteFrom(table).where('connection', '=', connection).execute();
}
