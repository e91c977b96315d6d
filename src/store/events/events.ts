import { type Selectable, sql, type Transaction } from 'kysely';
import type { StagepostEvent } from '../../domain/events.ts';
import type { LeasedTransaction } from '../connections/leased-transaction.ts';
import { anyOf, type Db, jsonText } from '../database/database.ts';
import type { EventRow, Millis, Schema } from '../database/schema.ts';

export type StoredEvent = Selectable<EventRow>;

export interface NewEvent {
  connection: string;
  /** Unique for each fact, so that repeated reports of it are one event. */
  key: string;
  event: StagepostEvent;
  name: string | null;
  person: string | null;
  /** The requests that reported it. */
  inboxIds: number[];
}

/**
 * Adds events of one connection that are not stored yet, and records the requests that reported them.
 * @returns the id of each key's event, old or new.
 */
export async function addEvents(
  trx: LeasedTransaction,
  events: NewEvent[],
  now: Millis,
): Promise<Map<string, number>> {
  return insertEvents(trx, events, now);
}

/**
 * Adds the event of a watch that ran out. The queue may give a watch's job to any process, so there is no lease. The event
 * cannot be added twice, because the same transaction marks the watch's row as `fired`.
 */
export async function addWatchEvent(trx: Transaction<Schema>, event: NewEvent, now: Millis): Promise<void> {
  await insertEvents(trx, [event], now);
}

async function insertEvents(db: Db, events: NewEvent[], now: Millis): Promise<Map<string, number>> {
  if (events.length === 0) return new Map();
  const rows = events.map(({ connection, key, event, name, person, inboxIds }) => ({
    connection,
    key,
    kind: event.kind,
    name,
    person,
    deal_id: 'dealId' in event ? event.dealId : null,
    contact_id: 'contactId' in event ? event.contactId : null,
    occurred_at: event.occurredAt,
    payload: event,
    inbox_ids: inboxIds,
  }));
  // The limit makes each key a lookup of its own: without statistics the planner would read all of the connection's events.
  const { rows: found } = await sql<{ id: number; key: string }>`
    with r as (
      select * from jsonb_to_recordset(${jsonText(rows)}::jsonb) as r(connection text, key text, kind text, name text,
        person text, deal_id bigint, contact_id bigint, occurred_at bigint, payload jsonb, inbox_ids jsonb)
    ), added as (
      insert into events (connection, key, kind, name, person, deal_id, contact_id, occurred_at, payload, created_at)
      select connection, key, kind, name, person, deal_id, contact_id, occurred_at, payload, ${now}::bigint from r
      on conflict (connection, key) do nothing
      returning id, key
    ), found as (
      select id, key from added
      union all
      select old.id, old.key from (select distinct connection, key from r) k cross join lateral (
        select id, key from events e where e.connection = k.connection and e.key = k.key limit 1
      ) old
    ), reported as (
      insert into event_reports (event_id, inbox_id)
      select found.id, inbox_id::bigint
      from r join found on found.key = r.key, jsonb_array_elements_text(r.inbox_ids) as inbox_id
      on conflict do nothing
    )
    select id, key from found
  `.execute(db);
  return new Map(found.map((row) => [row.key, row.id]));
}

/** The keys among these that no event has yet. */
export async function unknownKeys(db: Db, connection: string, keys: string[]): Promise<Set<string>> {
  if (keys.length === 0) return new Set();
  const known = await db
    .selectFrom('events')
    .select('key')
    .where('connection', '=', connection)
    .where('key', '=', anyOf(keys, 'text'))
    .execute();
  const unknown = new Set(keys);
  for (const row of known) unknown.delete(row.key);
  return unknown;
}

/** Records which requests reported which events. */
export async function addReports(
  trx: LeasedTransaction,
  reports: { event_id: number; inbox_id: number }[],
): Promise<void> {
  if (reports.length === 0) return;
  await sql`
    insert into event_reports (event_id, inbox_id)
    select r.event_id, r.inbox_id
    from jsonb_to_recordset(${jsonText(reports)}::jsonb) as r(event_id bigint, inbox_id bigint)
    on conflict do nothing
  `.execute(trx);
}
