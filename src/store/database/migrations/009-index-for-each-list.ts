import { type Kysely, sql } from 'kysely';

/**
 * Two lists of open actions get conditions that only their own question has. In a long history the planner takes every
 * index of open rows for empty, so that one is as good as another, and with the wrong one it read the whole queue for
 * every due action, for every outcome.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `drop index actions_subject`,
  `create index actions_subject on actions (connection, lane, subject, id) where done_at is null and state <> 'waiting'`,
  `drop index actions_open`,
  `create index actions_open on actions (connection, event_id)
    where done_at is null and state in ('waiting', 'ready', 'sending')`,
];
