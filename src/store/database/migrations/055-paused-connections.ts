import { type Kysely, sql } from 'kysely';

/**
 * Since when a stored connection is paused, and when it was last resumed. The second one is removed once the inactivity timers
 * that ran out during the pause are due again. And the Customer.io workspace of each connection, as its Track API names it: two
 * connections may have different keys of one workspace.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  'alter table stored_connections add column paused_at bigint, add column resumed_at bigint',
  'alter table connections add column workspace_id bigint',
];
