import { type Kysely, sql } from 'kysely';

/**
 * Each edit that Kommo reports joins the event of its deal or contact that is still to be planned. In a long outage tens
 * of thousands of them wait: the one in question is found by this index instead of by reading all of them.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create index events_pending_changes on events (connection, kind, (coalesce(deal_id, contact_id)))
    where state = 'new' and kind in ('deal_changed', 'contact_changed')
  `.execute(db);
}
