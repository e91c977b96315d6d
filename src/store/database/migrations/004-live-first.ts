import { type Kysely, sql } from 'kysely';

/** What starts a campaign is found at once, however many reports wait. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`drop index inbox_new`.execute(db);
  await sql`create index inbox_new on inbox (connection, source desc, id) where state = 'new'`.execute(db);
  await sql`
    create index events_live on events (connection, occurred_at, id) where state = 'new' and kind <> 'mail_report'
  `.execute(db);
}
