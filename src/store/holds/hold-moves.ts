import { sql } from 'kysely';
import type { UnixSeconds } from '../../domain/entities.ts';
import type { LeasedTransaction } from '../connections/leased-transaction.ts';
import { type Db, idsOf } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';
import { ALL_STATES } from '../events/event-pages.ts';
import { markPlanned } from '../events/planned-events.ts';

/** The times of the moves that make a burst into one stage. */
export interface Hold {
  /** Null until it is stored. */
  id: number | null;
  pipelineId: number;
  stageId: number;
  event: string;
  firstAt: UnixSeconds;
  lastAt: UnixSeconds;
}

/** A move that entered a stage, as the guard needs it. */
export interface StoredEntry {
  eventId: number;
  dealId: number;
  pipelineId: number;
  stageId: number;
  at: UnixSeconds;
}

/** The holds that moves were added to since a time, the newest first, at most `limit`. */
export async function recentHolds(
  db: Db,
  connection: string,
  since: Millis,
  limit: number,
): Promise<(Hold & { id: number })[]> {
  const { rows } = await sql<Hold & { id: number }>`
    select id, pipeline_id as "pipelineId", stage_id as "stageId", event, first_at as "firstAt", last_at as "lastAt"
    from (select * from holds where connection = ${connection} and cause is null order by id desc limit ${limit}) h
    where changed_at >= ${since}::bigint order by id desc
  `.execute(db);
  return rows;
}

/** The moves that were stored since a time, at most `limit` of each state, the newest first. */
export async function recentEntries(
  db: Db,
  connection: string,
  since: Millis,
  limit: number,
): Promise<StoredEntry[]> {
  const { rows } = await sql<StoredEntry>`
    select e.* from unnest(${ALL_STATES}::text[]) as s(state) cross join lateral (
      select id as "eventId", deal_id as "dealId", (payload->'to'->>'pipelineId')::bigint as "pipelineId",
        (payload->'to'->>'stageId')::bigint as "stageId", occurred_at as at
      from events
      where connection = ${connection} and kind = 'deal_moved' and state = s.state and created_at >= ${since}::bigint
        and payload <> '{}'
      order by created_at desc, id desc limit ${limit}
    ) e
  `.execute(db);
  return rows;
}

/** Adds a hold, or the latest move of its burst. @param cause null: a burst @returns its id */
export async function saveHold(
  trx: LeasedTransaction,
  connection: string,
  { id, pipelineId, stageId, event, firstAt, lastAt }: Hold,
  now: Millis,
  cause: 'backfill' | null = null,
): Promise<number> {
  if (id !== null) {
    await sql`
      update holds set first_at = least(first_at, ${firstAt}::bigint), last_at = greatest(last_at, ${lastAt}::bigint),
        changed_at = ${now}::bigint
      where id = ${id}::bigint
    `.execute(trx);
    return id;
  }
  const { rows } = await sql<{ id: number }>`
    insert into holds (connection, pipeline_id, stage_id, event, first_at, last_at, opened_at, changed_at, cause)
    values (${connection}, ${pipelineId}, ${stageId}, ${event}, ${firstAt}, ${lastAt}, ${now}, ${now}, ${cause})
    returning id
  `.execute(trx);
  return rows[0]!.id;
}

/**
 * Adds moves to the hold of their stage that a restore has led to, or opens it.
 * @param since when the restored database was started, ms: a hold of an earlier restore is another one
 * @returns its id
 */
export async function saveRestoredHold(
  trx: LeasedTransaction,
  connection: string,
  { pipelineId, stageId, event, firstAt, lastAt }: Omit<Hold, 'id'>,
  since: Millis,
  now: Millis,
): Promise<number> {
  const { rows } = await sql<{ id: number }>`
    with open as (
      select id from holds
      where connection = ${connection} and cause = 'restored' and pipeline_id = ${pipelineId} and stage_id = ${stageId}
        and event = ${event} and opened_at >= ${since}::bigint
      order by id desc limit 1
    ), changed as (
      update holds set first_at = least(first_at, ${firstAt}::bigint), last_at = greatest(last_at, ${lastAt}::bigint),
        changed_at = ${now}::bigint
      where id in (select id from open) returning id
    ), added as (
      insert into holds (connection, pipeline_id, stage_id, event, first_at, last_at, opened_at, changed_at, cause)
      select ${connection}, ${pipelineId}, ${stageId}, ${event}, ${firstAt}, ${lastAt}, ${now}, ${now}, 'restored'
      where not exists (select 1 from open) returning id
    )
    select id from changed union all select id from added
  `.execute(trx);
  return rows[0]!.id;
}

/** A move to hold. */
export interface HeldMove {
  id: number;
  holdId: number;
  reason: string;
  rule: string;
  rulesVersion: number | null;
}

/** Marks moves as held, and forgets the contacts of those that waited for one. */
export async function markHeld(trx: LeasedTransaction, moves: HeldMove[], now: Millis): Promise<void> {
  const common = { warnings: [], person: null, deal_id: null, client_state: null };
  await markPlanned(
    trx,
    moves.map(({ id, holdId, reason, rule, rulesVersion }) => ({
      ...{
        ...common,
        id,
        state: 'held' as const,
        reason,
        rule,
        hold_id: holdId,
        rules_version: rulesVersion,
      },
    })),
    now,
  );
  await sql`delete from waiting_contacts where event_id = ${idsOf(moves)}`.execute(trx);
}
