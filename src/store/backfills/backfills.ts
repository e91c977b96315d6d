import { type Selectable, sql } from 'kysely';
import {
  type BackfillFilter,
  type BackfillPlan,
  type BackfillState,
  NO_COUNTS,
} from '../../domain/backfill.ts';
import type { Json, StageRef } from '../../domain/entities.ts';
import type { LeasedTransaction } from '../connections/leased-transaction.ts';
import { anyOf, type Db, jsonText } from '../database/database.ts';
import type { BackfillRow, Millis } from '../database/schema.ts';

export type StoredBackfill = Selectable<BackfillRow>;

/** A state in which the process that runs the connection works on the backfill, or would if it were not paused. */
export const UNDER_WAY: readonly BackfillState[] = ['planning', 'running', 'paused'];

/** Those of these connections, the newest first. */
export async function listBackfills(
  db: Db,
  connections: readonly string[],
  limit: number,
): Promise<StoredBackfill[]> {
  return db
    .selectFrom('backfills')
    .selectAll()
    .where('connection', '=', anyOf([...connections], 'text'))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}

/** Undefined where there is none with this id in these connections. */
export async function findBackfill(
  db: Db,
  connections: readonly string[],
  id: number,
): Promise<StoredBackfill | undefined> {
  return db
    .selectFrom('backfills')
    .selectAll()
    .where('id', '=', id)
    .where('connection', '=', anyOf([...connections], 'text'))
    .executeTakeFirst();
}

/** The backfill that a connection works on; undefined where there is none. */
export async function activeBackfill(db: Db, connection: string): Promise<StoredBackfill | undefined> {
  return db
    .selectFrom('backfills')
    .selectAll()
    .where('connection', '=', connection)
    .where('state', 'in', [...UNDER_WAY])
    .executeTakeFirst();
}

/** The connections that have a backfill to work on. */
export async function connectionsWithBackfill(db: Db): Promise<string[]> {
  const rows = await db
    .selectFrom('backfills')
    .select('connection')
    .where('state', 'in', ['planning', 'running'])
    .execute();
  return rows.map(({ connection }) => connection);
}

/** @returns its id; null where another backfill of the connection is under way */
export async function addBackfill(
  db: Db,
  { connection, filter, by }: { connection: string; filter: BackfillFilter; by: string },
  now: Millis,
): Promise<number | null> {
  const { rows } = await sql<{ id: number }>`
    insert into backfills (connection, state, filter, counts, created_by, created_at)
    values (${connection}, 'planning', ${jsonText(filter)}::jsonb, ${jsonText(NO_COUNTS)}::jsonb, ${by}, ${now})
    on conflict (connection) where state in ('planning', 'running', 'paused') do nothing
    returning id
  `.execute(db);
  return rows[0]?.id ?? null;
}

/** What changes with the state of a backfill. */
export interface StateChange {
  to: BackfillState;
  /** Default: as before. */
  plan?: BackfillPlan;
  problem?: string | null;
  eventStages?: StageRef[];
}

/**
 * The only place that changes the state of a backfill.
 * @param from the states in which the change is possible
 * @returns whether it was changed; false also where another backfill of the connection is under way
 */
export async function changeBackfillState(
  db: Db,
  id: number,
  from: readonly BackfillState[],
  { to, plan, problem, eventStages }: StateChange,
  now: Millis,
): Promise<boolean> {
  const isUnderWay = UNDER_WAY.includes(to);
  const hasEnded = to === 'stopped' || to === 'done' || to === 'failed';
  const { rows } = await sql`
    update backfills b set state = ${to},
      plan = ${plan === undefined ? sql`plan` : sql`${jsonText(plan)}::jsonb`},
      problem = ${problem === undefined ? sql`problem` : sql`${problem}::text`},
      event_stages = ${eventStages === undefined ? sql`event_stages` : sql`${jsonText(eventStages.map((stage) => ({ ...stage, holdId: null })))}::jsonb`},
      started_at = case when ${to}::text = 'running' then coalesce(started_at, ${now}) else started_at end,
      ended_at = ${hasEnded ? sql`${now}::bigint` : sql`ended_at`}
    where id = ${id}::bigint and state = any(${from}::text[])
      and (not ${isUnderWay}::boolean or not exists (
        select 1 from backfills o where o.connection = b.connection and o.id <> b.id
          and o.state in ('planning', 'running', 'paused')
      ))
    returning 1
  `.execute(db);
  return rows.length > 0;
}

/** Ends the backfills of a connection for good: another connection of its name would go on with them. */
export async function stopBackfills(db: Db, connection: string, problem: string, now: Millis): Promise<void> {
  await db
    .updateTable('backfills')
    .set({ state: 'stopped', problem, ended_at: now })
    .where('connection', '=', connection)
    .where('state', 'in', ['planned', ...UNDER_WAY])
    .execute();
}

/**
 * Saves up to where the list was read, in the transaction that stores the events of these deals.
 * @param workedMs how long was worked since the last time
 * @returns false where the backfill was paused or stopped meanwhile: then nothing may be stored
 */
export async function saveListCursor(
  trx: LeasedTransaction,
  id: number,
  cursor: Json,
  workedMs: Millis,
): Promise<boolean> {
  const { rows } = await sql`
    update backfills set list_cursor = ${jsonText(cursor)}::jsonb, worked_ms = worked_ms + ${Math.round(workedMs)}::bigint
    where id = ${id}::bigint and state = 'running' returning 1
  `.execute(trx);
  return rows.length > 0;
}

/** Whether deals of this backfill wait to be planned, as after a crash. */
export async function hasUnplannedDeals(db: Db, connection: string): Promise<boolean> {
  const row = await db
    .selectFrom('events')
    .select('id')
    .where('connection', '=', connection)
    .where('kind', '=', 'deal_listed')
    .where('state', '=', 'new')
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** How many actions of a backfill wait for Customer.io, counted up to `limit`. */
export async function countWaitingActions(db: Db, connection: string, limit: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from (
      select 1 from actions where connection = ${connection} and lane = 'customerio' and state = 'ready' and priority = 1
      limit ${limit}
    ) as waiting
  `.execute(db);
  return rows[0]!.count;
}
