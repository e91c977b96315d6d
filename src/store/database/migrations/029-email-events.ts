import { type Kysely, sql } from 'kysely';

/**
 * Which event of ours started the campaign of a report's email: by the ULID of the event that was sent, whose index holds
 * such actions only. `caused_by` is the stage change or timer. Existing reports keep it empty: they are tied by time.
 * `trigger_evidence` counts whether Customer.io names our events at all.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index actions_ulid on actions (ulid) where kind = 'track'`.execute(db);
  await sql`alter table events add column caused_by bigint`.execute(db);
  await sql`
    create table trigger_evidence (
      connection text primary key,
      matched bigint not null,
      unmatched bigint not null
    )
  `.execute(db);
}
