import { type Kysely, sql } from 'kysely';

/** Events are planned in the order in which they happened, not in the order in which they were heard of. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`drop index events_new`.execute(db);
  await sql`create index events_new on events (connection, occurred_at, id) where state = 'new'`.execute(db);
}
