import { type RawBuilder, type Selectable, sql, type Transaction } from 'kysely';
import type { StagepostEvent } from '../../domain/events.ts';
import type { LeasedTransaction } from '../connections/leased-transaction.ts';
import { anyOf, type Db, idsOf, jsonText } from '../database/database.ts';
import type { EventRow, EventState, Millis, Schema } from '../database/schema.ts';

export type StoredEvent = Selectable<EventRow>;

export interface NewEvent {
  connection: string;
  /** The same fact has the same key, however often it is reported. */
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
 * Adds the event of a watch that ran out. The queue gives a watch's job to any process, so there is no lease: that the
 * same transaction has set the watch's row `fired` keeps the event from being added twice.
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
  // Each key for itself, by the limit: without statistics the planner would rather read all of the connection's events.
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

/** Those of these keys that no event has yet. */
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

/** Notes that these requests reported these events. */
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

/** A deal or a contact whose edits are events of a kind. */
export interface ChangeSubject {
  kind: 'deal_changed' | 'contact_changed';
  /** The deal's or contact's id. */
  subject: number;
}

/** The edits of these deals and contacts that are still to be planned: a further report of one joins them. */
export async function pendingChanges(
  db: Db,
  connection: string,
  subjects: ChangeSubject[],
): Promise<(ChangeSubject & { id: number })[]> {
  if (subjects.length === 0) return [];
  // Each subject by itself, with a limit but no order: as a list, or in the order of ids, the planner would rather read
  // all edits that wait. The kinds are written as in the condition of the index, or PostgreSQL does not use it.
  const { rows } = await sql<ChangeSubject & { id: number }>`
    select e.id, r.kind, r.subject
    from (
      select distinct kind, subject from jsonb_to_recordset(${jsonText(subjects)}::jsonb) as r(kind text, subject bigint)
    ) r
    cross join lateral (
      select id from events
      where connection = ${connection} and kind = r.kind and coalesce(deal_id, contact_id) = r.subject
        and state = 'new' and kind in ('deal_changed', 'contact_changed')
      limit 1
    ) e
  `.execute(db);
  return rows;
}

/**
 * The events to plan, in the order in which they happened: what was missed and brought in later is planned
 * before what followed it, as long as neither was planned yet. Where more wait than one batch takes, what happened
 * in Kommo goes before reports: a newsletter's opens do not hold up a campaign's start.
 */
export async function newEvents(
  db: Db,
  connection: string,
  now: Millis,
  limit: number,
): Promise<StoredEvent[]> {
  const oldest = await dueEvents(db, connection, now).limit(limit).execute();
  if (oldest.length < limit) return oldest;
  const live = await liveEvents(db, connection, now, limit);
  const chosen = new Map([...live, ...oldest].map((event) => [event.id, event]));
  return [...chosen.values()]
    .slice(0, Math.max(limit, live.length))
    .sort((a, b) => a.occurred_at - b.occurred_at || a.id - b.id);
}

function dueEvents(db: Db, connection: string, now: Millis) {
  return db
    .selectFrom('events')
    .selectAll()
    .where('connection', '=', connection)
    .where('state', '=', sql.lit('new'))
    .where('next_attempt_at', '<=', now)
    .orderBy('occurred_at')
    .orderBy('id');
}

/** What happened in Kommo, and with it the reports of these deals' people that came before. */
async function liveEvents(db: Db, connection: string, now: Millis, limit: number): Promise<StoredEvent[]> {
  const live = await dueEvents(db, connection, now)
    .where('kind', '<>', sql.lit('mail_report'))
    .limit(limit)
    .execute();
  const moments = live.map(({ deal_id, occurred_at }) => ({ deal_id, occurred_at }));
  const { rows } = await sql<StoredEvent>`
    select distinct r.* from jsonb_to_recordset(${jsonText(moments)}::jsonb) as l(deal_id bigint, occurred_at bigint)
    join person_deals d on d.connection = ${connection} and d.deal_id = l.deal_id
    join events r on r.connection = d.connection and r.person = d.person and r.occurred_at <= l.occurred_at
    where r.state = 'new' and r.kind = 'mail_report' and r.next_attempt_at <= ${now}
  `.execute(db);
  return [...live, ...rows];
}

/** Leaves events out of the planning until a time. */
export async function postponeEvents(trx: LeasedTransaction, ids: number[], until: Millis): Promise<void> {
  if (ids.length === 0) return;
  await trx.updateTable('events').set({ next_attempt_at: until }).where('id', 'in', ids).execute();
}

/** Postpones the event that is planned next, for one that holds up the others. */
export async function postponeFirst(trx: LeasedTransaction, connection: string, now: Millis): Promise<void> {
  const [first] = await newEvents(trx, connection, now, 1);
  if (first) await postponeWithDeals(trx, [first], now);
}

/**
 * Postpones events of one connection that could not be planned, and with them every other new event of their deals. All
 * events of a deal wait as long as the one that has failed most often, so that none of them overtakes it.
 */
export async function postponeWithDeals(
  trx: LeasedTransaction,
  events: Pick<StoredEvent, 'id' | 'connection' | 'deal_id'>[],
  now: Millis,
): Promise<void> {
  const [first] = events;
  if (!first) return;
  const dealIds = events.map(({ deal_id }) => deal_id).filter((id) => id !== null);
  const withoutDeal = events.filter(({ deal_id }) => deal_id === null).map(({ id }) => id);
  await sql`
    with waiting as (
      select id, max(attempts) over (partition by deal_id) as attempts from events
      where connection = ${first.connection} and state = 'new' and deal_id = any(${dealIds}::bigint[])
      union all
      select id, attempts from events where id = any(${withoutDeal}::bigint[])
    )
    update events set attempts = waiting.attempts + 1,
      next_attempt_at = ${now}::bigint + ${backoffMs(sql`waiting.attempts`)}
    from waiting where events.id = waiting.id
  `.execute(trx);
}

/** Postpones events that could not be planned, each by itself. */
export async function postponeFailed(trx: LeasedTransaction, ids: number[], now: Millis): Promise<void> {
  if (ids.length === 0) return;
  await sql`
    update events set attempts = attempts + 1, next_attempt_at = ${now}::bigint + ${backoffMs(sql`attempts`)}
    where id = any(${ids}::bigint[])
  `.execute(trx);
}

/** The wait after so many attempts and one more: 4 s, then twice as long each time, up to an hour. */
function backoffMs(attempts: RawBuilder<unknown>) {
  return sql`least(3600000, 4000 * 2 ^ least(${attempts}, 20))::bigint`;
}

/** When what waits for its time is due: the first postponed event, and the first untimed move, which may be due now. */
export async function nextDueTimes(
  db: Db,
  connection: string,
  now: Millis,
): Promise<{ postponed: Millis | null; untimed: Millis | null }> {
  const { rows } = await sql<{ postponed: Millis | null; untimed: Millis | null }>`
    select
      (select min(next_attempt_at) from events
        where connection = ${connection} and state = 'new' and next_attempt_at > ${now}) as postponed,
      (select min(next_attempt_at) from untimed_moves where connection = ${connection}) as untimed
  `.execute(db);
  return rows[0]!;
}

/** Why nobody was found for these names, as far as that was looked up lately. */
export async function parkedReasons(
  db: Db,
  connection: string,
  names: string[],
  since: Millis,
): Promise<Map<string, string>> {
  if (names.length === 0) return new Map();
  const rows = await db
    .selectFrom('events')
    .select(['person', 'reason'])
    .where('connection', '=', connection)
    .where('state', '=', sql.lit('parked'))
    .where('person', 'in', names)
    .where('planned_at', '>', since)
    .execute();
  return new Map(rows.map((row) => [row.person!, row.reason ?? '']));
}

export interface PlannedEvent {
  id: number;
  state: EventState;
  reason: string | null;
  rule: string | null;
  warnings: string[];
  person: string | null;
  deal_id: number | null;
  rules_version: number | null;
}

/**
 * Writes what was decided.
 * @returns the events that were still to be planned: only their consequences may follow. A process that lost its
 * connection while it was planning finds them planned by the other one.
 */
export async function markPlanned(
  trx: LeasedTransaction,
  events: PlannedEvent[],
  now: Millis,
): Promise<Set<number>> {
  if (events.length === 0) return new Set();
  const { rows } = await sql<{ id: number }>`
    update events set state = r.state, reason = r.reason, rule = r.rule, warnings = r.warnings, planned_at = ${now},
      person = coalesce(r.person, events.person), deal_id = coalesce(r.deal_id, events.deal_id),
      rules_version = r.rules_version
    from jsonb_to_recordset(${jsonText(events)}::jsonb)
      as r(id bigint, state text, reason text, rule text, warnings jsonb, person text, deal_id bigint,
        rules_version int)
    where events.id = r.id and events.id = ${idsOf(events)} and events.state = 'new'
    returning events.id
  `.execute(trx);
  return new Set(rows.map((row) => row.id));
}

/** Customer.io's own number of a person (`cio_id`), as the newest of the last reports says that names it. */
export async function cioIdOf(db: Db, connection: string, person: string): Promise<string | null> {
  const { rows } = await sql<{ cio_id: string | null }>`
    select payload->'person'->>'cioId' as cio_id from events
    where connection = ${connection} and person = ${person} and kind = 'mail_report'
    order by id desc limit 20
  `.execute(db);
  return rows.find(({ cio_id }) => cio_id !== null)?.cio_id ?? null;
}
