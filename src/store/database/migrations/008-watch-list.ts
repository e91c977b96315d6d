import { type Kysely, sql } from 'kysely';

/** The list of running clocks, the next to run out first: a few steps into an index, however many run. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index watches_next on watches (connection, fires_at, id) where state = 'running'`.execute(
    db,
  );
}
