import { type Kysely, sql } from 'kysely';

/**
 * The part of Kommo's events log that was too old to be read, after an outage or with a backup of that age, unix seconds, and when
 * that was noticed, ms: the stage changes of that time are lost, and somebody must know.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table connections
      add column log_unread_from bigint, add column log_unread_to bigint, add column log_unread_at bigint
  `.execute(db);
}
