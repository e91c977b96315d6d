import { sql } from 'kysely';
import type { Db } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';
import { inTransaction } from '../database/transaction.ts';

/** A connection that is kept in the database. */
export interface StoredConnection {
  connection: string;
  /** Its keys in stagepost.yaml without rules and secrets, as JSON. */
  settings: string;
  /** Its secrets by key, as JSON, encrypted. */
  secrets: string;
  /** Another number after each change of this connection. */
  change: number;
  /** Since when it is paused, unix ms; null where it is not. */
  paused_at: Millis | null;
  /** When it was resumed, unix ms, as long as inactivity timers may have run out unnoticed during the pause. */
  resumed_at: Millis | null;
}

/** In the order in which they were added. */
export async function storedConnections(db: Db): Promise<StoredConnection[]> {
  return db
    .selectFrom('stored_connections')
    .select(['connection', 'settings', 'secrets', 'change', 'paused_at', 'resumed_at'])
    .orderBy('created_at')
    .orderBy('connection')
    .execute();
}

/** Two equal texts: no connection was added, changed or removed in between. */
export async function stateOfStoredConnections(db: Db): Promise<string> {
  const { rows } = await sql<{ state: string }>`
    select count(*) || ' ' || coalesce(max(change), 0) as state from stored_connections
  `.execute(db);
  return rows[0]!.state;
}

/**
 * Runs `work` in a transaction in which nobody else changes stored connections; reading goes on. The keys of their secrets
 * are also opened and changed only in such a transaction: else a secret could be sealed with a key that is just removed. And
 * `change` grows in the order of the commits, so that no reader misses one.
 */
export async function changeStoredConnections<T>(db: Db, work: (trx: Db) => Promise<T>): Promise<T> {
  return inTransaction(db, async (trx) => {
    await sql`lock table stored_connections in share row exclusive mode`.execute(trx);
    return work(trx);
  });
}

/** Adds a connection, or replaces its settings and secrets. */
export async function saveStoredConnection(
  db: Db,
  { connection, settings, secrets }: Pick<StoredConnection, 'connection' | 'settings' | 'secrets'>,
  now: Millis,
): Promise<void> {
  await db
    .insertInto('stored_connections')
    .values({ connection, settings, secrets, created_at: now, updated_at: now })
    .onConflict((conflict) =>
      conflict.column('connection').doUpdateSet({
        ...{ settings, secrets, updated_at: now },
        change: sql<number>`default`,
      }),
    )
    .execute();
}

/** A paused connection stores its webhooks, and does nothing else. @returns whether it was running */
export async function pauseStoredConnection(db: Db, connection: string, now: Millis): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('stored_connections')
    .set({ paused_at: now, change: sql<number>`default` })
    .where('connection', '=', connection)
    .where('paused_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0;
}

/** @returns whether it was paused */
export async function resumeStoredConnection(db: Db, connection: string, now: Millis): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('stored_connections')
    .set({ paused_at: null, resumed_at: now, change: sql<number>`default` })
    .where('connection', '=', connection)
    .where('paused_at', 'is not', null)
    .executeTakeFirst();
  return numUpdatedRows > 0;
}

/** Notes that the timers that ran out during a pause are due again. @returns whether that was still to be done */
export async function endResumption(db: Db, connection: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('stored_connections')
    .set({ resumed_at: null })
    .where('connection', '=', connection)
    .where('resumed_at', 'is not', null)
    .executeTakeFirst();
  return numUpdatedRows > 0;
}

/** @returns whether there was one of this name */
export async function removeStoredConnection(db: Db, connection: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('stored_connections')
    .where('connection', '=', connection)
    .executeTakeFirst();
  return numDeletedRows > 0;
}

/** Replaces the secrets by the same ones, encrypted anew: nobody has to read them again. */
export async function replaceStoredSecrets(db: Db, connection: string, secrets: string): Promise<void> {
  await db.updateTable('stored_connections').set({ secrets }).where('connection', '=', connection).execute();
}
