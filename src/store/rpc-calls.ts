import { sql } from 'kysely';
import type { Db } from './database/database.ts';
import type { Millis } from './database/schema.ts';

/** Far longer than any caller waits, in ms: an older row was left behind by a process that died. */
const ABANDONED_AFTER_MS = 600_000;

/** A stored call. */
export interface StoredCall {
  method: string;
  request: unknown;
}

/** Stores a call to the process that runs the connection. @returns its id. */
export async function addCall(
  db: Db,
  connection: string,
  { method, request }: StoredCall,
  now: Millis,
): Promise<number> {
  const { id } = await db
    .insertInto('rpc_calls')
    .values({ connection, method, request: jsonOf(request), response: null, created_at: now })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** Claims a call. Null where another process has claimed it, or its caller has given up. */
export async function claimCall(db: Db, id: number): Promise<StoredCall | null> {
  const { rows } = await sql<{ method: string; request: string }>`
    update rpc_calls set is_claimed = true where id = ${id}::bigint and not is_claimed returning method, request
  `.execute(db);
  const row = rows[0];
  return row ? { method: row.method, request: JSON.parse(row.request) } : null;
}

/** Stores the response. Has no effect if the caller has given up and removed the row. */
export async function completeCall(db: Db, id: number, response: unknown): Promise<void> {
  await db
    .updateTable('rpc_calls')
    .set({ response: jsonOf(response) })
    .where('id', '=', id)
    .execute();
}

/** The state of a call. `response` is undefined until there is one. */
export async function callState(db: Db, id: number): Promise<{ isClaimed: boolean; response?: unknown }> {
  const row = await db
    .selectFrom('rpc_calls')
    .select(['is_claimed', 'response'])
    .where('id', '=', id)
    .executeTakeFirst();
  const isClaimed = row?.is_claimed ?? false;
  return row?.response ? { isClaimed, response: JSON.parse(row.response) } : { isClaimed };
}

export async function removeCall(db: Db, id: number): Promise<void> {
  await db.deleteFrom('rpc_calls').where('id', '=', id).execute();
}

/** Removes the calls of processes that died while they waited. */
export async function removeAbandonedCalls(db: Db, now: Millis): Promise<void> {
  await sql`delete from rpc_calls where created_at < ${now - ABANDONED_AFTER_MS}::bigint`.execute(db);
}

/** The JSON of a request or response; a missing one is stored as null. */
function jsonOf(value: unknown): string {
  return JSON.stringify(value ?? null);
}
