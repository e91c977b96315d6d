import { sql } from 'kysely';
import type { Db } from './database/database.ts';
import type { Millis } from './database/schema.ts';

/** Whoever asked has given up long before, in ms: it has died. */
const FORGET_MS = 600_000;

/** @returns its id. */
export async function addCall(db: Db, connection: string, question: unknown, now: Millis): Promise<number> {
  const { rows } = await sql<{ id: number }>`
    insert into questions (connection, question, at) values (${connection}, ${JSON.stringify(question)}, ${now})
    returning id
  `.execute(db);
  return rows[0]!.id;
}

/** Takes a question. Null where another process has it, or nobody waits for the answer any more. */
export async function claimCall(db: Db, id: number): Promise<unknown> {
  const { rows } = await sql<{ question: string }>`
    update questions set is_taken = true where id = ${id}::bigint and not is_taken returning question
  `.execute(db);
  return rows[0] ? JSON.parse(rows[0].question) : null;
}

export async function completeCall(db: Db, id: number, answer: unknown): Promise<void> {
  await db
    .updateTable('questions')
    .set({ answer: JSON.stringify(answer) })
    .where('id', '=', id)
    .execute();
}

/** How far a question is. `answer` is null until there is one. */
export async function callState(db: Db, id: number): Promise<{ isTaken: boolean; answer: unknown }> {
  const row = await db
    .selectFrom('questions')
    .select(['is_taken', 'answer'])
    .where('id', '=', id)
    .executeTakeFirst();
  return { isTaken: row?.is_taken ?? false, answer: row?.answer ? JSON.parse(row.answer) : null };
}

export async function removeCall(db: Db, id: number): Promise<void> {
  await db.deleteFrom('questions').where('id', '=', id).execute();
}

/** Removes what was left by processes that died while they waited. */
export async function removeOldCalls(db: Db, now: Millis): Promise<void> {
  await sql`delete from questions where at < ${now - FORGET_MS}::bigint`.execute(db);
}
