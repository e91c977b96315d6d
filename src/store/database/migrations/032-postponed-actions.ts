import { type Kysely, sql } from 'kysely';

/**
 * After a long outage most of a queue is postponed. `actions_ready` names the time of each action, so that the walk to those
 * that are due does not visit the rows of the others, and the postponed ones have an index that only the search for the next
 * due time uses: one that the walk could use as well would have it sort the whole queue.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `drop index actions_ready`,
  `create index actions_ready on actions (connection, lane, priority, id, next_attempt_at)
    where state in ('ready', 'sending')`,
  `create index actions_postponed on actions (connection, lane, next_attempt_at)
    where state = 'ready' and next_attempt_at > 0`,
];
