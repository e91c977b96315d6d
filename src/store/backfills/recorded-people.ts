import { sql } from 'kysely';
import type { Db } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';
import { ALL_STATES } from '../events/event-pages.ts';

/**
 * The deal that the person of each contact follows, by contact; contacts of people who were never sent are missing.
 *
 * `offset 0` makes each step a lookup by key: a backfill fills these tables faster than their statistics follow, and with those of
 * a small table the planner joins by reading all people for every few contacts.
 */
export async function followedDeals(
  db: Db,
  connection: string,
  contactIds: number[],
): Promise<Map<number, number>> {
  if (contactIds.length === 0) return new Map();
  const { rows } = await sql<{ contact_id: number; deal_id: number }>`
    select c.value::bigint as contact_id, p.deal_id from unnest(${contactIds.map(String)}::text[]) as c(value)
    cross join lateral (
      select person from person_names
      where connection = ${connection} and value = c.value and kind = 'contact' and until is null
      offset 0
    ) n cross join lateral (
      select person, deal_id from persons
      where connection = ${connection} and person = n.person and deal_id is not null and attributes is not null
      offset 0
    ) p where exists (
      select 1 from person_deals d
      where d.connection = ${connection} and d.person = p.person and d.deal_id = p.deal_id and d.until is null
      offset 0
    )
  `.execute(db);
  return new Map(rows.map((row) => [row.contact_id, row.deal_id]));
}

const CONTACT_EVENTS = ['contact_changed', 'contact_deleted', 'contact_restored', 'contact_merged'];

/** The contacts about which Kommo has reported something since a time. */
export async function contactsReportedSince(db: Db, connection: string, since: Millis): Promise<Set<number>> {
  const { rows } = await sql<{ contact_id: number }>`
    select distinct e.contact_id from unnest(${ALL_STATES}::text[]) as s(state)
    cross join unnest(${CONTACT_EVENTS}::text[]) as k(kind)
    cross join lateral (
      select contact_id from events
      where connection = ${connection} and kind = k.kind and state = s.state and created_at >= ${since}::bigint
        and contact_id is not null
    ) e
  `.execute(db);
  return new Set(rows.map((row) => row.contact_id));
}
