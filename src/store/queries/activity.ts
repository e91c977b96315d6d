import { type Selectable, sql } from 'kysely';
import { anyOf, type Db } from '../database.ts';
import type { EventRow, EventState, Millis } from '../schema.ts';

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
export type Way =
  | { by: 'deal'; deal: number }
  | { by: 'person'; persons: string[] }
  /** Events with an action in one of these states; `open` also those that are not planned yet. */
  | { by: 'actions'; which: 'open' | 'dead' }
  | { by: 'kind'; kinds: readonly Kind[]; states: readonly EventState[] };

/** The part of an event that most filters need. */
export type Candidate = Pick<
  Selectable<EventRow>,
  'id' | 'connection' | 'kind' | 'state' | 'name' | 'deal_id' | 'person' | 'created_at'
>;

const CANDIDATE = sql`e.id, e.connection, e.kind, e.state, e.name, e.deal_id, e.person, e.created_at`;

/** More steps into the index than this are slower than reading the newest events as they lie. */
const MAX_PROBES = 120;

/** Events with an id from `from` on and below `before`, newest first, at most `limit`. */
export async function candidates(
  db: Db,
  connections: string[],
  way: Way,
  { from, before }: { from: number; before: number },
  limit: number,
): Promise<Candidate[]> {
  const range = sql`e.id < ${before}::bigint and e.id >= ${from}::bigint`;
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
  if (way.by === 'actions') return byActions(db, connections, way.which, { from, before }, limit);
  const { kinds, states } = way;
  if (connections.length * kinds.length * states.length > MAX_PROBES) {
    return found(db, sql`select ${CANDIDATE} from events e where ${range} ${newest}`);
  }
  return found(
    db,
    sql`
    select e.* ${each} cross join unnest(${kinds}::text[]) as k(kind) cross join unnest(${states}::text[]) as s(state)
    cross join lateral (
      select ${CANDIDATE} from events e
      where e.connection = c.connection and e.kind = k.kind and e.state = s.state and ${range} ${newest}
    ) e ${newest}`,
  );
}

export const ALL_STATES = STATES;

async function byActions(
  db: Db,
  connections: string[],
  which: 'open' | 'dead',
  range: { from: number; before: number },
  limit: number,
): Promise<Candidate[]> {
  const states = which === 'dead' ? sql`a.state = 'dead'` : sql`a.state in ('waiting', 'ready', 'sending')`;
  const withActions = await found(
    db,
    sql`
    select ${CANDIDATE} from (
      select distinct a.event_id from unnest(${connections}::text[]) as c(connection) cross join lateral (
        select distinct a.event_id from actions a
        where a.connection = c.connection and ${states}
          and a.event_id < ${range.before}::bigint and a.event_id >= ${range.from}::bigint
        order by a.event_id desc limit ${limit}
      ) a order by a.event_id desc limit ${limit}
    ) a join events e on e.id = a.event_id order by e.id desc`,
  );
  if (which === 'dead') return withActions;
  const unplanned = await candidates(
    db,
    connections,
    { by: 'kind', kinds: EVENT_KINDS, states: ['new'] },
    range,
    limit,
  );
  return [...withActions, ...unplanned].sort((a, b) => b.id - a.id).slice(0, limit);
}

async function found(db: Db, query: ReturnType<typeof sql>): Promise<Candidate[]> {
  const { rows } = await (query as ReturnType<typeof sql<Candidate>>).execute(db);
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

/**
 * About the first event of a moment: ids and times of hearing grow together, to a few seconds. Some twenty steps
 * into the primary key, so that no index on the time is needed.
 */
export async function idAt(db: Db, time: Millis): Promise<number> {
  const top = await sql<{ id: number }>`select id from events order by id desc limit 1`.execute(db);
  let low = 0;
  let high = (top.rows[0]?.id ?? 0) + 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const { rows } = await sql<{ id: number; created_at: Millis }>`
      select id, created_at from events where id >= ${middle}::bigint order by id limit 1
    `.execute(db);
    const row = rows[0];
    if (!row || row.created_at >= time) high = middle;
    else low = row.id + 1;
  }
  return low;
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
