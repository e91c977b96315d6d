import { sql } from 'kysely';
import type { Db } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';

/** How large the database was. */
export interface DiskSample {
  at: Millis;
  databaseBytes: number;
  /** Of the data folder's disk; null on a server, whose disk cannot be seen. */
  freeBytes: number | null;
}

/** Samples are read and kept for this long, ms: a week has every day of an account's usual work. */
export const SAMPLES_OF_MS = 7 * 86_400_000;

/** Records the size of the database now, and forgets what is too old. @param freeBytes as in `DiskSample` */
export async function addDiskSample(db: Db, at: Millis, freeBytes: number | null): Promise<void> {
  await sql`
    with forgotten as (delete from disk_samples where at < ${at - SAMPLES_OF_MS}::bigint)
    insert into disk_samples (at, database_bytes, free_bytes)
    select ${at}::bigint, pg_database_size(current_database()), ${freeBytes}::bigint
    on conflict (at) do nothing
  `.execute(db);
}

/** The samples since a time, the oldest first. */
export async function readDiskSamples(db: Db, since: Millis): Promise<DiskSample[]> {
  const { rows } = await sql<DiskSample>`
    select at, database_bytes as "databaseBytes", free_bytes as "freeBytes"
    from disk_samples where at >= ${since} order by at
  `.execute(db);
  return rows;
}

/** The size of the database when it was last recorded; null before. */
export async function databaseBytes(db: Db): Promise<number | null> {
  const { rows } = await sql<{ bytes: number }>`
    select database_bytes as bytes from disk_samples order by at desc limit 1
  `.execute(db);
  return rows[0]?.bytes ?? null;
}
