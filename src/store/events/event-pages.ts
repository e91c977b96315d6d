import { type RawBuilder, type Selectable, sql } from 'kysely';
import type { StageRef } from '../../domain/entities.ts';
import { EVENT_KINDS } from '../../domain/events.ts';
import type { NoEmailReason } from '../../domain/plan/no-email.ts';
import type { Db } from '../database/database.ts';
import type { EventRow, EventState, Millis } from '../database/schema.ts';

type Kind = EventRow['kind'];

export const ALL_STATES: readonly EventState[] = ['new', 'planned', 'ignored', 'parked', 'waiting', 'held'];

/** The index by which a page is read. Each strategy takes a few index lookups, however long the history is. */
export type QueryStrategy =
  | { by: 'deal'; deal: number }
  | { by: 'person'; persons: string[] }
  /** Events with a dead letter (`dead`), or with an action to deliver or not planned yet (`open`). */
  | { by: 'actions'; which: 'open' | 'dead' }
  /** All events by id, of every connection. */
  | { by: 'all' }
  | TimedStrategy;

/** Strategies that read by the time of receipt. */
type TimedStrategy =
  | { by: 'kind'; of: readonly KindAndState[] }
  | { by: 'stage'; stage: StageRef }
  | { by: 'campaign'; campaign: number }
  | { by: 'reason'; reason: NoEmailReason }
  | { by: 'owner'; owner: number };

export interface KindAndState {
  kind: Kind;
  state: EventState;
}

/** The columns of an event that most filters need. */
export interface EventPosition
  extends Pick<
    Selectable<EventRow>,
    | 'id'
    | 'connection'
    | 'kind'
    | 'state'
    | 'name'
    | 'deal_id'
    | 'person'
    | 'created_at'
    | 'rule'
    | 'no_email'
    | 'owner_id'
  > {
  /** Of a move: the ids of the stage that the deal entered, as texts. */
  pipeline: string | null;
  stage: string | null;
  /** Of a report: the id of its campaign, and what all reports of one message have in common. */
  campaign: string | null;
  message: string | null;
}

export const CAMPAIGN = sql`left(e.payload->'values'->>'campaign_id', 20)`;
export const DELIVERY = sql`left(e.payload->>'deliveryId', 200)`;
/** A report about the person can name the message that has led to it. */
export const IS_OF_MESSAGE = sql`e.kind = 'mail_report' and e.payload->>'deliveryId' is not null
  and e.name not like 'customer\\_%' and e.payload->'values'->>'about' is distinct from 'person'`;

export const POSITION_COLUMNS = sql`e.id, e.connection, e.kind, e.state, e.name, e.deal_id, e.person, e.created_at, e.rule, e.no_email,
  e.owner_id, e.payload->'to'->>'pipelineId' as pipeline, e.payload->'to'->>'stageId' as stage, ${CAMPAIGN} as campaign,
  case when ${IS_OF_MESSAGE} then ${DELIVERY} end as message`;

/** With more index lookups than this, reading the newest events by id is faster. */
export const MAX_PROBES = 120;

/** A page starts below this position. Timed strategies read by the time of receipt (ms), the others by id. */
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
 * @param since ms: timed strategies read only events that were received from then on
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
  if (strategy.by === 'all')
    return positions(db, sql`select ${POSITION_COLUMNS} from events e where ${range} ${newest}`);
  const { tables, condition } = timed(strategy);
  const latest = sql`order by e.created_at desc, e.id desc limit ${limit}`;
  return positions(
    db,
    // The columns are read of the page only: each lookup finds as many events as the page may have.
    sql`
    select ${POSITION_COLUMNS} from (
      select e.id, e.created_at ${eachConnection} ${tables} cross join lateral (
        select e.id, e.created_at from events e
        where e.connection = c.connection and ${condition} and e.created_at >= ${since}::bigint
          and (e.created_at, e.id) < (${cursor.at}::bigint, ${cursor.id}::bigint) ${latest}
      ) e ${latest}
    ) page join events e on e.id = page.id order by e.created_at desc, e.id desc`,
  );
}

/** Conditions are written exactly as the indexes' expressions and predicates, or PostgreSQL does not use the indexes. */
function timed(strategy: TimedStrategy): { tables: RawBuilder<unknown>; condition: RawBuilder<unknown> } {
  const tables = sql``;
  if (strategy.by === 'kind') {
    const kinds = strategy.of.map(({ kind }) => kind);
    const states = strategy.of.map(({ state }) => state);
    return {
      tables: sql`cross join unnest(${kinds}::text[], ${states}::text[]) as k(kind, state)`,
      condition: sql`e.kind = k.kind and e.state = k.state`,
    };
  }
  if (strategy.by === 'stage') {
    const { pipelineId, stageId } = strategy.stage;
    const condition = sql`e.kind = 'deal_moved' and e.payload->'to'->>'pipelineId' = ${String(pipelineId)}
      and e.payload->'to'->>'stageId' = ${String(stageId)}`;
    return { tables, condition };
  }
  if (strategy.by === 'campaign') {
    const condition = sql`e.kind = 'mail_report' and e.payload->'values'->>'campaign_id' is not null
      and ${CAMPAIGN} = ${String(strategy.campaign)}`;
    return { tables, condition };
  }
  if (strategy.by === 'reason') return { tables, condition: sql`e.no_email = ${strategy.reason}` };
  return { tables, condition: sql`e.owner_id = ${strategy.owner}::bigint` };
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
    { by: 'kind', of: EVENT_KINDS.map((kind) => ({ kind, state: 'new' as const })) },
    cursor,
    limit,
  );
  return [...withActions, ...unplanned].sort((a, b) => b.id - a.id).slice(0, limit);
}

async function positions(db: Db, query: ReturnType<typeof sql>): Promise<EventPosition[]> {
  const { rows } = await (query as ReturnType<typeof sql<EventPosition>>).execute(db);
  return rows;
}
