import type { Insertable, Selectable } from 'kysely';
import type { StagepostEvent } from '../../domain/events.ts';
import type { DealMove } from '../../kommo/index.ts';
import type { LeasedTransaction } from '../../store/connections/leased-transaction.ts';
import type { Millis, MoveRow } from '../../store/database/schema.ts';
import { addEvents, type NewEvent } from '../../store/events/events.ts';
import { addMoves, movesOf, updateMoveSources } from '../../store/events/moves.ts';
import { findMove, hasExactTime, type KnownMove, moveKey, type ReportedMove } from './moves.ts';

/** A reported move with the requests that reported it and the pipeline that the deal left, where that is known. */
export interface MoveReport extends ReportedMove {
  fromPipelineId: number | null;
  inboxIds: number[];
}

/** An entry of Kommo's events log as a report of a move. */
export function reportOfLog(move: DealMove, inboxIds: number[]): MoveReport {
  return {
    dealId: move.dealId,
    fromPipelineId: move.from?.pipelineId ?? null,
    fromStageId: move.from?.stageId ?? null,
    pipelineId: move.to.pipelineId,
    stageId: move.to.stageId,
    at: move.at,
    kommoEventId: move.id,
    inboxIds,
  };
}

/**
 * Stores the moves of a batch of reports, each move once, with their events. It decides on what it reads in the same
 * transaction, so the transaction must hold the lease exclusively.
 */
export async function registerMoves(
  trx: LeasedTransaction,
  connection: string,
  reports: MoveReport[],
  now: Millis,
): Promise<void> {
  if (reports.length === 0) return;
  const rows = await movesOf(trx, connection, [...new Set(reports.map((report) => report.dealId))]);
  const { matches, added, updated } = matchReports(reports, rows.map(knownMoveOf));
  const events = matches.map(({ report, move }) => eventOf(report, move.key, connection));
  const ids = await addEvents(trx, events, now);
  await addMoves(
    trx,
    added.map((move) => rowOf(move, connection, ids.get(move.key)!)),
  );
  await updateMoveSources(
    trx,
    updated.map(({ id, hookAt, kommoEventId, kommoEventAt }) => ({
      id: id!,
      hook_at: hookAt,
      kommo_event_id: kommoEventId,
      kommo_event_at: kommoEventAt,
    })),
  );
}

interface Matched {
  /** Each report with its move. */
  matches: { report: MoveReport; move: KnownMove }[];
  /** Moves that are not stored yet. */
  added: KnownMove[];
  /** Stored moves that a source names that did not before. */
  updated: KnownMove[];
}

/** Finds the move of each report among the known ones, or adds it. */
function matchReports(reports: MoveReport[], stored: KnownMove[]): Matched {
  const known = [...stored];
  const matches: Matched['matches'] = [];
  const added: KnownMove[] = [];
  const updated = new Set<KnownMove>();
  // A deal that goes back and forth within seconds makes the same move twice. Reports with an exact match of time go first,
  // so that no other report is matched with their move.
  const exact = new Set(reports.filter((report) => hasExactTime(known, report)));
  const inOrder = reports.toSorted((a, b) => Number(exact.has(b)) - Number(exact.has(a)) || a.at - b.at);
  for (const report of inOrder) {
    let move = findMove(known, report);
    if (!move) {
      move = newMove(report);
      known.push(move);
      added.push(move);
    }
    if (addSource(move, report) && move.id !== null) updated.add(move);
    matches.push({ report, move });
  }
  return { matches, added, updated: [...updated] };
}

function knownMoveOf(row: Selectable<MoveRow>): KnownMove {
  return {
    id: row.id,
    dealId: row.deal_id,
    fromStageId: row.from_stage_id,
    pipelineId: row.pipeline_id,
    stageId: row.stage_id,
    hookAt: row.hook_at,
    kommoEventId: row.kommo_event_id,
    kommoEventAt: row.kommo_event_at,
    key: row.event_key,
  };
}

/** Adds the time or id of the report's source to the move. @returns whether the move did not have it yet. */
function addSource(move: KnownMove, report: ReportedMove): boolean {
  if (report.kommoEventId === null) {
    if (move.hookAt !== null) return false;
    move.hookAt = report.at;
  } else {
    if (move.kommoEventId !== null) return false;
    move.kommoEventId = report.kommoEventId;
    move.kommoEventAt = report.at;
  }
  return true;
}

function newMove(report: ReportedMove): KnownMove {
  const { dealId, fromStageId, pipelineId, stageId } = report;
  const stages = { fromStageId, pipelineId, stageId };
  return {
    id: null,
    dealId,
    ...stages,
    hookAt: null,
    kommoEventId: null,
    kommoEventAt: null,
    key: moveKey(report),
  };
}

function eventOf(report: MoveReport, key: string, connection: string): NewEvent {
  const event: StagepostEvent = {
    kind: 'deal_moved',
    dealId: report.dealId,
    from:
      report.fromStageId === null ? null : { pipelineId: report.fromPipelineId, stageId: report.fromStageId },
    to: { pipelineId: report.pipelineId, stageId: report.stageId },
    occurredAt: report.at,
  };
  return { connection, key, event, name: null, person: null, inboxIds: report.inboxIds };
}

function rowOf(move: KnownMove, connection: string, eventId: number): Insertable<MoveRow> {
  return {
    connection,
    deal_id: move.dealId,
    from_stage_id: move.fromStageId,
    pipeline_id: move.pipelineId,
    stage_id: move.stageId,
    hook_at: move.hookAt,
    kommo_event_id: move.kommoEventId,
    kommo_event_at: move.kommoEventAt,
    event_id: eventId,
    event_key: move.key,
  };
}
