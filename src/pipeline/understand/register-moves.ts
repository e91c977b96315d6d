import type { Insertable, Selectable } from 'kysely';
import type { UnixSeconds } from '../../domain/entities.ts';
import type { DealMoved } from '../../domain/events.ts';
import type { DealMove } from '../../kommo/index.ts';
import type { LeasedTransaction } from '../../store/connections/leased-transaction.ts';
import type { Millis, MoveRow } from '../../store/database/schema.ts';
import { addEvents, type NewEvent } from '../../store/events/events.ts';
import {
  addMoves,
  correctMoveTimes,
  type MoveSources,
  movesOf,
  updateMoveSources,
} from '../../store/events/moves.ts';
import { type Doubt, matchReports } from './match-moves.ts';
import type { KnownMove, ReportedMove } from './moves.ts';

/** A reported move with the requests that reported it. */
export interface MoveReport extends ReportedMove {
  /** The stage that the deal left, for the event. */
  from: DealMoved['from'];
  /** As in `DealMoved`. */
  by?: DealMoved['by'];
  isPolled?: DealMoved['isPolled'];
  inboxIds: number[];
}

/** An entry of Kommo's events log as a report of a move. @param now Kommo's clock may be ahead of this machine's */
export function reportOfLog(move: DealMove, inboxIds: number[], now: UnixSeconds): MoveReport {
  return {
    dealId: move.dealId,
    from: move.from,
    by: move.by,
    fromStageId: move.from?.stageId ?? null,
    pipelineId: move.to.pipelineId,
    stageId: move.to.stageId,
    isCreation: false,
    at: Math.min(move.at, now),
    hookAt: null,
    arrivedAt: null,
    kommoEventId: move.id,
    inboxIds,
  };
}

/** Without the log at hand, an unclear report joins the known move: a campaign sent twice is worse than a late one. */
export const JOIN: Doubt = () => 'join';

/**
 * Stores the moves of a batch of reports, each move once, with their events. It decides on what it reads in the same
 * transaction, so the transaction must hold the lease exclusively.
 * @returns the reports to decide later, as `decide` says.
 */
export async function registerMoves(
  trx: LeasedTransaction,
  connection: string,
  reports: MoveReport[],
  now: Millis,
  decide: Doubt = JOIN,
): Promise<MoveReport[]> {
  if (reports.length === 0) return [];
  const rows = await movesOf(trx, connection, [...new Set(reports.map((report) => report.dealId))]);
  const { matches, added, updated, held } = matchReports(reports, rows.map(knownMoveOf), decide);
  const events = matches.map(({ report, move }) => eventOf(report, move.key, connection));
  const ids = await addEvents(trx, events, now);
  await addMoves(
    trx,
    added.map((move) => rowOf(move, connection, ids.get(move.key)!)),
  );
  await updateMoveSources(
    trx,
    updated.map((move) => ({ id: move.id!, ...sourcesOf(move) })),
  );
  const stored = new Set(updated);
  const corrected = matches.filter(({ report, move }) => report.kommoEventId !== null && stored.has(move));
  await correctMoveTimes(
    trx,
    connection,
    corrected.map(({ report, move }) => ({ key: move.key, at: report.at })),
  );
  return held;
}

function knownMoveOf(row: Selectable<MoveRow>): KnownMove {
  return {
    id: row.id,
    dealId: row.deal_id,
    fromStageId: row.from_stage_id,
    pipelineId: row.pipeline_id,
    stageId: row.stage_id,
    hookTimes: row.hook_times ?? (row.hook_at === null ? [] : [row.hook_at]),
    arrivedAt: row.arrived_at,
    kommoEventId: row.kommo_event_id,
    kommoEventAt: row.kommo_event_at,
    key: row.event_key,
  };
}

function eventOf(report: MoveReport, key: string, connection: string): NewEvent {
  const { dealId, from, pipelineId, stageId, at: occurredAt, by, isPolled } = report;
  const to = { pipelineId, stageId };
  const event: DealMoved = {
    ...{ kind: 'deal_moved' as const, dealId, from, to, occurredAt },
    ...(by !== undefined && { by }),
    ...(isPolled && { isPolled }),
  };
  return { connection, key, event, name: null, person: null, inboxIds: report.inboxIds };
}

function rowOf(move: KnownMove, connection: string, eventId: number): Insertable<MoveRow> {
  return {
    connection,
    deal_id: move.dealId,
    pipeline_id: move.pipelineId,
    stage_id: move.stageId,
    ...sourcesOf(move),
    event_id: eventId,
    event_key: move.key,
  };
}

function sourcesOf(move: KnownMove): Omit<MoveSources, 'id'> {
  const { fromStageId, hookTimes, arrivedAt, kommoEventId, kommoEventAt } = move;
  return {
    from_stage_id: fromStageId,
    hook_at: hookTimes[0] ?? null,
    hook_times: hookTimes.length > 1 ? hookTimes : null,
    arrived_at: arrivedAt,
    kommo_event_id: kommoEventId,
    kommo_event_at: kommoEventAt,
  };
}
