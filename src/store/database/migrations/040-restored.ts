import { type Kysely, sql } from 'kysely';

/**
 * What a start must know of a database that was restored or moved.
 *
 * - `restored_from`, `restored_at`: the time of the state that was restored, and of the restore, ms; until the first start
 *   after it
 * - `doubtful_until`: what happened before this time, unix seconds, and is planned after the restore may have been sent
 *   already, by the database that was lost
 * - `moved_to`, `moved_at`: where the data was moved to, and when, ms
 *
 * A hold has a cause: null for a burst, `restored` for stage changes of that time.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table installation
      add column restored_from bigint, add column restored_at bigint, add column doubtful_until bigint,
      add column moved_to text, add column moved_at bigint
  `.execute(db);
  await sql`alter table holds add column cause text`.execute(db);
}
