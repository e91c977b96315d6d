import { type Kysely, sql } from 'kysely';

/**
 * Whether the client could get email when a move or an inactivity timer was planned, for lists and traces; null for other
 * events, and for those of earlier versions. The index finds the reports that decide it: a few rows for each person, while
 * the person's opens and clicks are left out. Migration 021 removes it.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table events add column client_state text`.execute(db);
  await sql`
    create index events_mail_facts on events (connection, person, occurred_at)
    where kind = 'mail_report'
      and name ~ '(_(unsubscribed|subscribed|spammed|bounced|dropped|suppressed)|subscription_preferences_changed)$'
  `.execute(db);
}
