import { sql } from 'kysely';
import type { StageRef } from '../../domain/entities.ts';
import type { DealMoved, MailReport } from '../../domain/events.ts';
import type { EntryFacts } from '../../domain/funnel/missed-email.ts';
import { anyOf, type Db } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';

/** How far a table was read. */
export interface EntryCursor {
  at: Millis;
  id: number;
}

/** A stage change or a report; null contents for all other events, and after the retention time. */
export interface ReadEvent {
  id: number;
  connection: string;
  at: Millis;
  state: EntryFacts['state'];
  person: string | null;
  dealId: number | null;
  payload: DealMoved | MailReport | null;
}

/** The next events in the order of their ids. */
export async function nextEvents(db: Db, after: number, limit: number): Promise<ReadEvent[]> {
  const { rows } = await sql<ReadEvent>`
    select id, connection, created_at as at, state, person, deal_id as "dealId",
      case when kind in ('deal_moved', 'mail_report') and payload <> '{}' then payload end as payload
    from events where id > ${after}::bigint order by id limit ${limit}
  `.execute(db);
  return rows;
}

/** The next actions in the order in which they were settled. `eventId` is null for all but events for Customer.io. */
export async function nextSettled(
  db: Db,
  { at, id }: EntryCursor,
  limit: number,
): Promise<(EntryCursor & { eventId: number | null })[]> {
  const { rows } = await sql<EntryCursor & { eventId: number | null }>`
    select id, done_at as at, case when kind = 'track' then event_id end as "eventId" from actions
    where done_at is not null and (done_at, id) > (${at}::bigint, ${id}::bigint) order by done_at, id limit ${limit}
  `.execute(db);
  return rows;
}

/** The stage changes whose reason is to be looked at again, the longest due first. */
export async function dueEntries(db: Db, now: Millis, limit: number): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select event_id as id from stage_entries where check_at is not null and check_at <= ${now}::bigint
    order by check_at limit ${limit}
  `.execute(db);
  return rows.map(({ id }) => id);
}

/** A stage change with what has come of it. */
export interface EntryState extends EntryFacts {
  id: number;
  connection: string;
  dealId: number;
  enteredAt: number;
  to: StageRef;
  acceptedAt: Millis | null;
}

/** Those of these events that are stage changes. What a backfill has found in a stage did not enter it then. */
export async function entryStates(db: Db, ids: number[]): Promise<EntryState[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<EntryState>`
    select e.id, e.connection, e.deal_id as "dealId", e.occurred_at as "enteredAt", e.payload->'to' as "to", e.state, e.reason, e.no_email as "noEmail",
      e.warnings, e.rule, e.client_state as "clientState", e.set_aside is not null as "isSetAside",
      s.sends, s."acceptedAt"
    from events e cross join lateral (
      select min(a.done_at) filter (where a.state = 'done') as "acceptedAt", jsonb_build_object(
        'done', count(*) filter (where a.state = 'done'),
        'open', count(*) filter (where a.state in ('waiting', 'ready', 'sending')),
        'failed', count(*) filter (where a.state = 'dead'),
        'dropped', count(*) filter (where a.state = 'dropped')) as sends
      from actions a where a.event_id = e.id and a.kind = 'track'
    ) s
    where e.id = ${anyOf(ids, 'bigint')} and e.kind = 'deal_moved' and not e.payload ? 'backfillId' and e.deal_id is not null
      and jsonb_typeof(e.payload->'to'->'stageId') = 'number' and jsonb_typeof(e.payload->'to'->'pipelineId') = 'number'
    order by e.id
  `.execute(db);
  return rows;
}

/** How far events and actions were read. */
export type EntryCursors = Record<'events' | 'actions', EntryCursor>;

/** @param isLocked until the end of the transaction no other process reads them like this */
export async function readCursors(db: Db, isLocked = false): Promise<EntryCursors> {
  const { rows } = await sql<EntryCursor & { source: string }>`
    select source, at, id from entry_cursors order by source ${isLocked ? sql`for update` : sql``}
  `.execute(db);
  const of = (source: string): EntryCursor => {
    const { at, id } = rows.find((row) => row.source === source)!;
    return { at, id };
  };
  return { events: of('events'), actions: of('actions') };
}

/** Moves the cursors. @returns false where another process has moved them since they were read */
export async function moveCursors(trx: Db, from: EntryCursors, to: EntryCursors): Promise<boolean> {
  const current = await readCursors(trx, true);
  const isSame = (a: EntryCursor, b: EntryCursor) => a.at === b.at && a.id === b.id;
  if (!isSame(current.events, from.events) || !isSame(current.actions, from.actions)) return false;
  for (const source of ['events', 'actions'] as const) {
    const { at, id } = to[source];
    if (isSame(to[source], from[source])) continue;
    await trx.updateTable('entry_cursors').set({ at, id }).where('source', '=', source).execute();
  }
  return true;
}
