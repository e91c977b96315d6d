import { sql } from 'kysely';
import { type Destination, findKind } from '../../domain/actions.ts';
import type { StagepostEvent } from '../../domain/events.ts';
import { SELF_TEST_AGENT } from '../../domain/self-test.ts';
import type { Db } from '../database/database.ts';
import type { Millis, Source } from '../database/schema.ts';
import type { Occurrence } from './rolled-counts.ts';

/** How far a table was counted. For actions `at` is part of the order; for requests and calls it names the partitions to read. */
export interface Cursor {
  at: Millis;
  id: number;
}

/**
 * How much older a row may be than one with a smaller id, in ms: a call that took long, a clock that was set back. The times
 * keep the planner from partitions that were counted long ago.
 */
const OUT_OF_ORDER_MS = 86_400_000;

/** A row that was read: what it counts as, and the cursor after it. */
export interface CountRow {
  cursor: Cursor;
  at: Millis;
  counts: Occurrence[];
}

export type CountSource = 'inbox' | 'events' | 'actions' | 'attempts';

/** Reads at most `limit` rows after the cursor, in its order. */
export type ReadSource = (db: Db, cursor: Cursor, limit: number) => Promise<CountRow[]>;

export const SOURCES: Record<CountSource, ReadSource> = {
  inbox: readInbox,
  events: readEvents,
  actions: readActions,
  attempts: readAttempts,
};

async function readInbox(db: Db, { at, id }: Cursor, limit: number): Promise<CountRow[]> {
  const { rows } = await sql<{
    id: number;
    connection: string;
    source: Source;
    at: Millis;
    isSelfTest: boolean;
  }>`
    select id, connection, source, received_at as at,
      coalesce(headers->>'user-agent' = ${SELF_TEST_AGENT}, false) as "isSelfTest"
    from (
      (select id, connection, source, received_at, headers from inbox
        where id > ${id}::bigint order by id limit ${limit})
      union all
      (select id, connection, source, received_at, headers from inbox_done
        where id > ${id}::bigint and received_at >= ${at - OUT_OF_ORDER_MS}::bigint order by id limit ${limit})
    ) requests order by id limit ${limit}
  `.execute(db);
  // A test that Stagepost sends to itself says nothing about the other side, so it is no sign of life of it.
  return rows.map((row) => ({
    ...byId(row),
    counts: row.isSelfTest ? [] : [counted(row, `webhooks_${row.source}`)],
  }));
}

type Kind = StagepostEvent['kind'];
/** Null for what nobody did: a backfill counts its deals itself. */
const EVENT_METRICS: Record<Kind, string | null> = {
  deal_moved: 'moves',
  deal_listed: null,
  deal_changed: 'changes',
  deal_deleted: 'changes',
  deal_restored: 'changes',
  contact_changed: 'changes',
  contact_deleted: 'changes',
  contact_restored: 'changes',
  contact_merged: 'changes',
  mail_report: 'reports',
  inactivity: 'inactivity',
};

async function readEvents(db: Db, { id }: Cursor, limit: number): Promise<CountRow[]> {
  const { rows } = await sql<{
    id: number;
    connection: string;
    kind: Kind;
    at: Millis;
    repaired: boolean;
    ofBackfill: boolean;
  }>`
    select e.id, e.connection, e.kind, e.created_at as at,
      e.kind = 'deal_moved' and not e.payload ? 'isPolled'
        and not exists (select 1 from event_reports r where r.event_id = e.id) as repaired,
      e.kind = 'deal_moved' and e.payload ? 'backfillId' as "ofBackfill"
    from events e where e.id > ${id}::bigint order by e.id limit ${limit}
  `.execute(db);
  return rows.map((row) => ({
    ...byId(row),
    counts: metricsOf(row).map((metric) => counted(row, metric)),
  }));
}

/** The deals that a backfill has found in a stage did not move now. */
function metricsOf({
  kind,
  repaired,
  ofBackfill,
}: {
  kind: Kind;
  repaired: boolean;
  ofBackfill: boolean;
}): string[] {
  const metric = EVENT_METRICS[kind];
  if (metric === null || ofBackfill) return [];
  return repaired ? [metric, 'repaired'] : [metric];
}

/** Actions are counted by the time they were done, however often they were tried before. */
async function readActions(db: Db, { at, id }: Cursor, limit: number): Promise<CountRow[]> {
  const { rows } = await sql<{
    id: number;
    connection: string;
    kind: string;
    state: string;
    at: Millis;
  }>`
    select id, connection, kind, state, done_at as at from actions
    where done_at is not null and (done_at, id) > (${at}::bigint, ${id}::bigint)
    order by done_at, id limit ${limit}
  `.execute(db);
  return rows.map((row) => {
    const metric =
      row.state === 'dead' ? 'failures' : row.state === 'done' ? findKind(row.kind)?.metric : null;
    const cursor = { at: row.at, id: row.id };
    return { cursor, at: row.at, counts: metric ? [counted(row, metric)] : [] };
  });
}

/** Failures of the call and not of what was in it: a refused note says that the side works. */
const FAILED_OUTCOMES = ['retryable', 'throttled', 'unauthorized', 'unknown'];

async function readAttempts(db: Db, { at, id }: Cursor, limit: number): Promise<CountRow[]> {
  const { rows } = await sql<{
    id: number;
    connection: string;
    lane: Destination;
    outcome: string;
    at: Millis;
  }>`
    select id, connection, lane, outcome, started_at as at from attempts
    where id > ${id}::bigint and started_at >= ${at - OUT_OF_ORDER_MS}::bigint order by id limit ${limit}
  `.execute(db);
  return rows.map((row) => {
    const failed = FAILED_OUTCOMES.includes(row.outcome) ? '_failed' : '';
    return { ...byId(row), counts: [counted(row, `calls_${row.lane}${failed}`)] };
  });
}

const byId = ({ id, at }: { id: number; at: Millis }) => ({ cursor: { at, id }, at });

function counted({ connection, at }: { connection: string; at: Millis }, metric: string): Occurrence {
  return { connection, metric, at };
}

/** The cursor of each table. */
export async function readCursors(db: Db): Promise<Map<CountSource, Cursor>> {
  const { rows } = await sql<Cursor & { source: CountSource }>`
    select source, at, id from count_cursors
  `.execute(db);
  return new Map(rows.map(({ source, at, id }) => [source, { at, id }]));
}

/**
 * Moves a cursor, unless another transaction has moved or locked it since it was read.
 * @returns whether it was moved: then this transaction counts the rows in between
 */
export async function moveCursor(trx: Db, source: CountSource, from: Cursor, to: Cursor): Promise<boolean> {
  const { rows } = await sql`
    update count_cursors set at = ${to.at}::bigint, id = ${to.id}::bigint
    where source = (
      select source from count_cursors
      where source = ${source} and at = ${from.at}::bigint and id = ${from.id}::bigint for update skip locked
    )
    returning source
  `.execute(trx);
  return rows.length > 0;
}
