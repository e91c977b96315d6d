import { type Kysely, sql } from 'kysely';

/**
 * Events that end the process while they are planned, or cannot be planned at all, are put aside. `planning_event` is
 * written only in the batch after such an end.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table events add column planning_crashes int not null default 0, add column set_aside text
  `.execute(db);
  await sql`
    alter table connections add column planning_event bigint, add column planning_crashes int not null default 0
  `.execute(db);
  await sql`create index events_set_aside on events (connection, created_at) where set_aside is not null`.execute(
    db,
  );
}
