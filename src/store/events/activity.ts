import { type Selectable, sql } from 'kysely';
import { anyOf, type Db } from '../database/database.ts';
import type { EventRow, EventState, Millis } from '../database/schema.ts';

type Kind = EventRow['kind'];

export const EVENT_KINDS: readonly Kind[] = [
  'deal_moved',
  'deal_changed',
  'deal_deleted',
  'contact_changed',
  'mail_report',
  'inactivity',
];
const STATES: readonly EventState[] = ['new', 'planned', 'ignored', 'parked'];

/** An event with what a list shows of its actions. */
export interface ListedEvent extends Selectable<EventRow> {
  done: number;
  open: number;
  failed: number;
  dropped: number;
  /** No webhook has reported it. */
  unreported: boolean;
}

/** Where to look. Each way is a few steps into an index, however long the history is. */
export type QueryStrategy =
  | { by: 'deal'; deal: number }
  | { by: 'person'; persons: string[] }
  /** Events with an action in one of these states; `open` also those that are not planned yet. */
  | { by: 'actions'; which: 'open' | 'dead' }
  /** All as they lie, of whatever connection. */
  | { by: 'all' }
  | { by: 'kind'; kinds: readonly Kind[]; states: readonly EventState[] };

/** The part of an event that most filters need. */
export type EventPosition = Pick<
  Selectable<EventRow>,
  'id' | 'connection' | 'kind' | 'state' | 'name' | 'deal_id' | 'person' | 'created_at'
>;

const CANDIDATE = sql`e.id, e.connection, e.kind, e.state, e.name, e.deal_id, e.person, e.created_at`;

/** More steps into the index than this are slower than reading the newest events as they lie. */
const MAX_PROBES = 120;

/** Where a page begins: below this event. `kind` lists go by the time of hearing, the others by the id. */
export interface Cursor {
  id: number;
  at: Millis;
}

export const START: Cursor = { id: Number.MAX_SAFE_INTEGER, at: Number.MAX_SAFE_INTEGER };

/** Whether the database holds no other connections than these. */
export async function areAllConnections(db: Db, names: string[]): Promise<boolean> {
  const { rows } = await sql`
    select 1 from connections where connection <> all(${names}::text[]) limit 1
  `.execute(db);
  return rows.length === 0;
}

/** The event with this id as a place in the list; where it is gone, the nearest one below. */
export async function positionOf(db: Db, id: number): Promise<Cursor> {
  const { rows } = await sql<{ at: Millis }>`
    select created_at as at from events where id <= ${id}::bigint order by id desc limit 1
  `.execute(db);
  return { id, at: rows[0]?.at ?? 0 };
}

/** Events below a place in the list, newest first, at most `limit`; of `kind` lists only those heard of from `since` on. */
export async function eventPage(
  db: Db,
  connections: string[],
  way: QueryStrategy,
  below: Cursor,
  limit: number,
  since: Millis = 0,
): Promise<EventPosition[]> {
  const range = sql`e.id < ${below.id}::bigint`;
  const newest = sql`order by e.id desc limit ${limit}`;
  const each = sql`from unnest(${connections}::text[]) as c(connection)`;
  if (way.by === 'deal') {
    return found(
      db,
      sql`
      select e.* ${each} cross join lateral (
        select ${CANDIDATE} from events e
        where e.connection = c.connection and e.deal_id = ${way.deal}::bigint and ${range} ${newest}
      ) e ${newest}`,
    );
  }
  if (way.by === 'person') {
    return found(
      db,
      sql`
      select distinct e.* ${each} cross join unnest(${way.persons}::text[]) as p(person) cross join lateral (
        select ${CANDIDATE} from events e
        where e.connection = c.connection and e.person = p.person and ${range} ${newest}
      ) e ${newest}`,
    );
  }
  if (way.by === 'actions') return byActions(db, connections, way.which, below, limit);
  if (way.by === 'all' || connections.length * way.kinds.length * way.states.length > MAX_PROBES)
    return found(db, sql`select ${CANDIDATE} from events e where ${range} ${newest}`);
  const { kinds, states } = way;
  const latest = sql`order by e.created_at desc, e.id desc limit ${limit}`;
  return found(
    db,
    sql`
    select e.* ${each} cross join unnest(${kinds}::text[]) as k(kind) cross join unnest(${states}::text[]) as s(state)
    cross join lateral (
      select ${CANDIDATE} from events e
      where e.connection = c.connection and e.kind = k.kind and e.state = s.state and e.created_at >= ${since}::bigint
        and (e.created_at, e.id) < (${below.at}::bigint, ${below.id}::bigint) ${latest}
    ) e ${latest}`,
  );
}

export const ALL_STATES = STATES;

async function byActions(
  db: Db,
  connections: string[],
  which: 'open' | 'dead',
  below: Cursor,
  limit: number,
): Promise<EventPosition[]> {
  // Each in the words of its index.
  const states =
    which === 'dead'
      ? sql`a.state = 'dead'`
      : sql`a.done_at is null and a.state in ('waiting', 'ready', 'sending')`;
  const withActions = await found(
    db,
    sql`
    select ${CANDIDATE} from (
      select distinct a.event_id from unnest(${connections}::text[]) as c(connection) cross join lateral (
        select distinct a.event_id from actions a
        where a.connection = c.connection and ${states} and a.event_id < ${below.id}::bigint
        order by a.event_id desc limit ${limit}
      ) a order by a.event_id desc limit ${limit}
    ) a join events e on e.id = a.event_id order by e.id desc`,
  );
  if (which === 'dead') return withActions;
  const unplanned = await eventPage(
    db,
    connections,
    { by: 'kind', kinds: EVENT_KINDS, states: ['new'] },
    below,
    limit,
  );
  return [...withActions, ...unplanned].sort((a, b) => b.id - a.id).slice(0, limit);
}

async function found(db: Db, query: ReturnType<typeof sql>): Promise<EventPosition[]> {
  const { rows } = await (query as ReturnType<typeof sql<EventPosition>>).execute(db);
  return rows;
}

/** These events as a list shows them, newest first. */
export async function listEvents(db: Db, ids: number[]): Promise<ListedEvent[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<ListedEvent>`
    select e.*, a.done, a.open, a.failed, a.dropped,
      not exists (select 1 from event_reports r where r.event_id = e.id) as unreported
    from events e cross join lateral (
      select count(*) filter (where a.state = 'done')::int as done,
        count(*) filter (where a.state in ('waiting', 'ready', 'sending'))::int as open,
        count(*) filter (where a.state = 'dead')::int as failed,
        count(*) filter (where a.state = 'dropped')::int as dropped
      from actions a where a.event_id = e.id
    ) a
    where e.id = ${anyOf(ids, 'bigint')}
    order by e.id desc
  `.execute(db);
  return rows;
}

export async function newestEventId(db: Db): Promise<number> {
  const { rows } = await sql<{ id: number }>`select id from events order by id desc limit 1`.execute(db);
  return rows[0]?.id ?? 0;
}

/** Ids above `above`, the newest `limit` of them in ascending order. */
export async function eventIdsAbove(db: Db, above: number, limit: number): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select id from events where id > ${above}::bigint order by id desc limit ${limit}
  `.execute(db);
  return rows.map(({ id }) => id).reverse();
}

/** Actions that were settled at or after a moment, in that order. */
export async function settledSince(
  db: Db,
  since: Millis,
  limit: number,
): Promise<{ id: number; event_id: number; done_at: Millis }[]> {
  const { rows } = await sql<{ id: number; event_id: number; done_at: Millis }>`
    select id, event_id, done_at from actions where done_at is not null and done_at >= ${since}
    order by done_at, id limit ${limit}
  `.execute(db);
  return rows;
}

/** Those of these events that are planned by now. */
export async function plannedOf(db: Db, ids: number[]): Promise<number[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<{ id: number }>`
    select id from events where id = ${anyOf(ids, 'bigint')} and state <> 'new'
  `.execute(db);
  return rows.map(({ id }) => id);
}

/** All names of the people who are called this in any of these connections: identifiers and emails. */
export async function namesOfPeople(db: Db, connections: string[], asked: string[]): Promise<string[]> {
  const { rows } = await sql<{ person: string; email: string | null }>`
    select p.person, p.email from unnest(${connections}::text[]) as c(connection) cross join lateral (
      select person, email from persons where connection = c.connection and person = any(${asked}::text[])
      union
      select person, email from persons where connection = c.connection and email = any(${asked}::text[])
    ) p
  `.execute(db);
  const names = rows.flatMap(({ person, email }) => (email === null ? [person] : [person, email]));
  return [...new Set([...asked, ...names])];
}
