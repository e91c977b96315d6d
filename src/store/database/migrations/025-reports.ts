import { type Kysely, sql } from 'kysely';

/**
 * How far Customer.io's activity log has been compared with the reports that came, by type of activity, in unix seconds; and
 * the reports that only the log has shown. `reported_at` is when a webhook brought one after all.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table activity_cursors (
      connection text not null,
      type text not null,
      read_from bigint not null,
      read_to bigint not null,
      primary key (connection, type)
    )
  `.execute(db);
  await sql`
    create table found_reports (
      event_id bigint primary key,
      connection text not null,
      name text not null,
      found_at bigint not null,
      reported_at bigint
    )
  `.execute(db);
  await sql`
    create index found_reports_lost on found_reports (connection, found_at) where reported_at is null
  `.execute(db);
}
