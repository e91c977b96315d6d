import { type Selectable, sql } from 'kysely';
import { EVENT_KINDS } from '../../domain/events.ts';
import { anyOf, type Db } from '../database/database.ts';
import type { EventRow, EventState, Millis } from '../database/schema.ts';
import { findTracedPeople } from '../people.ts';

type Kind = EventRow['kind'];

export const ALL_STATES: readonly EventState[] = ['new', 'planned', 'ignored', 'parked', 'waiting', 'held'];

/** An event with the number of its actions in each state, as a list shows it. */
export interface ListedEvent extends Selectable<EventRow> {
  done: number;
  open: number;
  failed: number;
  dropped: number;
  /** No webhook has reported the event: it was found in Kommo's events log. False once its contents are removed. */
  unreported: boolean;
}

/** The index by which a page is read. Each strategy takes a few index lookups, however long the history is. */
export type QueryStrategy =
  | { by: 'deal'; deal: number }
  | { by: 'person'; persons: string[] }
  /** Events with a dead letter (`dead`), or with an action to deliver or not planned yet (`open`). */
  | { by: 'actions'; which: 'open' | 'dead' }
  /** All events by id, of every connection. */
  | { by: 'all' }
  | { by: 'kind'; kinds: readonly Kind[]; states: readonly EventState[] };

/** The columns of an event that most filters need. */
export type EventPosition = Pick<
  Selectable<EventRow>,
  'id' | 'connection' | 'kind' | 'state' | 'name' | 'deal_id' | 'person' | 'created_at'
>;

const POSITION_COLUMNS = sql`e.id, e.connection, e.kind, e.state, e.name, e.deal_id, e.person, e.created_at`;

/** With more index lookups than this, reading the newest events by id is faster. */
const MAX_PROBES = 120;

/** A page starts below this position. The strategy `kind` reads by the time of receipt (ms), the others by id. */
export interface Cursor {
  id: number;
  at: Millis;
}

/** The position above all events. */
export const START: Cursor = { id: Number.MAX_SAFE_INTEGER, at: Number.MAX_SAFE_INTEGER };

/** Whether the database contains no connections other than these. */
export async function areAllConnections(db: Db, names: string[]): Promise<boolean> {
  const { rows } = await sql`
    select 1 from connections where connection <> all(${names}::text[]) limit 1
  `.execute(db);
  return rows.length === 0;
}

/** The position of an event in the list; for a missing event, that of the nearest one below. */
export async function cursorOf(db: Db, id: number): Promise<Cursor> {
  const { rows } = await sql<{ at: Millis }>`
    select created_at as at from events where id <= ${id}::bigint order by id desc limit 1
  `.execute(db);
  return { id, at: rows[0]?.at ?? 0 };
}

/**
 * The newest events below a position, newest first, at most `limit`.
 * @param since ms: the strategy `kind` reads only events that were received from then on
 */
export async function eventPage(
  db: Db,
  connections: string[],
  strategy: QueryStrategy,
  cursor: Cursor,
  limit: number,
  since: Millis = 0,
): Promise<EventPosition[]> {
  const range = sql`e.id < ${cursor.id}::bigint`;
  const newest = sql`order by e.id desc limit ${limit}`;
  const eachConnection = sql`from unnest(${connections}::text[]) as c(connection)`;
  if (strategy.by === 'deal') {
    return positions(
      db,
      sql`
      select e.* ${eachConnection} cross join lateral (
        select ${POSITION_COLUMNS} from events e
        where e.connection = c.connection and e.deal_id = ${strategy.deal}::bigint and ${range} ${newest}
      ) e ${newest}`,
    );
  }
  if (strategy.by === 'person') {
    return positions(
      db,
      sql`
      select distinct e.* ${eachConnection} cross join unnest(${strategy.persons}::text[]) as p(person) cross join lateral (
        select ${POSITION_COLUMNS} from events e
        where e.connection = c.connection and e.person = p.person and ${range} ${newest}
      ) e ${newest}`,
    );
  }
  if (strategy.by === 'actions') return byActions(db, connections, strategy.which, cursor, limit);
  if (
    strategy.by === 'all' ||
    connections.length * strategy.kinds.length * strategy.states.length > MAX_PROBES
  )
    return positions(db, sql`select ${POSITION_COLUMNS} from events e where ${range} ${newest}`);
  const { kinds, states } = strategy;
  const latest = sql`order by e.created_at desc, e.id desc limit ${limit}`;
  return positions(
    db,
    sql`
    select e.* ${eachConnection} cross join unnest(${kinds}::text[]) as k(kind) cross join unnest(${states}::text[]) as s(state)
    cross join lateral (
      select ${POSITION_COLUMNS} from events e
      where e.connection = c.connection and e.kind = k.kind and e.state = s.state and e.created_at >= ${since}::bigint
        and (e.created_at, e.id) < (${cursor.at}::bigint, ${cursor.id}::bigint) ${latest}
    ) e ${latest}`,
  );
}

async function byActions(
  db: Db,
  connections: string[],
  which: 'open' | 'dead',
  cursor: Cursor,
  limit: number,
): Promise<EventPosition[]> {
  // Written exactly as the predicate of the partial index, or PostgreSQL does not use the index.
  const states =
    which === 'dead'
      ? sql`a.state = 'dead'`
      : sql`a.done_at is null and a.state in ('waiting', 'ready', 'sending')`;
  const withActions = await positions(
    db,
    sql`
    select ${POSITION_COLUMNS} from (
      select distinct a.event_id from unnest(${connections}::text[]) as c(connection) cross join lateral (
        select distinct a.event_id from actions a
        where a.connection = c.connection and ${states} and a.event_id < ${cursor.id}::bigint
        order by a.event_id desc limit ${limit}
      ) a order by a.event_id desc limit ${limit}
    ) a join events e on e.id = a.event_id order by e.id desc`,
  );
  if (which === 'dead') return withActions;
  const unplanned = await eventPage(
    db,
    connections,
    { by: 'kind', kinds: EVENT_KINDS, states: ['new'] },
    cursor,
    limit,
  );
  return [...withActions, ...unplanned].sort((a, b) => b.id - a.id).slice(0, limit);
}

async function positions(db: Db, query: ReturnType<typeof sql>): Promise<EventPosition[]> {
  const { rows } = await (query as ReturnType<typeof sql<EventPosition>>).execute(db);
  return rows;
}

/** The events of these ids as a list shows them, newest first. */
export async function listEvents(db: Db, ids: number[]): Promise<ListedEvent[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<ListedEvent>`
    select e.*, a.done, a.open, a.failed, a.dropped,
      e.payload <> '{}' and not exists (select 1 from event_reports r where r.event_id = e.id) as unreported
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

/** The newest `limit` ids above `above`, in ascending order. */
export async function eventIdsAbove(db: Db, above: number, limit: number): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select id from events where id > ${above}::bigint order by id desc limit ${limit}
  `.execute(db);
  return rows.map(({ id }) => id).reverse();
}

/** Actions that were settled at or after a time, in that order, at most `limit`. */
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

/** The ids among these whose events are planned. */
export async function plannedOf(db: Db, ids: number[]): Promise<number[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<{ id: number }>`
    select id from events where id = ${anyOf(ids, 'bigint')} and state <> 'new'
  `.execute(db);
  return rows.map(({ id }) => id);
}

/** All addresses and identifiers, ended ones too, of the people with one of these names, in any of these connections. */
export async function namesOfPeople(db: Db, connections: string[], names: string[]): Promise<string[]> {
  const all = new Set(names);
  for (const connection of connections)
    for (const person of await findTracedPeople(db, connection, { names }))
      for (const name of person.names) all.add(name);
  return [...all];
}
