import { sql } from 'kysely';
import type { Db } from '../types.ts';
import { isBackupRunning } from './backup-copies.ts';

/**
 * The log after which a checkpoint is made, in bytes. Webhooks wait for a checkpoint: with this much it has some tens of
 * megabytes to write at most.
 */
const LOG_BYTES = 64 * 1024 * 1024;

/**
 * Makes a checkpoint of the embedded database where its write-ahead log has grown long. PostgreSQL's own checkpointer is a
 * process, which PGlite does not have: without this the log grows until the database is closed, and a start after a kill
 * replays all of it.
 *
 * A backup copies the files of a running database and needs the log since the last checkpoint, so there is none until it ends.
 * @returns whether there was one
 */
export async function makeCheckpoint(db: Db, dataDir: string, logBytes = LOG_BYTES): Promise<boolean> {
  const { rows } = await sql<{ bytes: number }>`
    select pg_wal_lsn_diff(pg_current_wal_lsn(), redo_lsn)::float8 as bytes from pg_control_checkpoint()
  `.execute(db);
  if (rows[0]!.bytes < logBytes || isBackupRunning(dataDir)) return false;
  await sql`checkpoint`.execute(db);
  return true;
}
