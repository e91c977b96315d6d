import type { UnixSeconds } from '../../domain/entities.ts';
import { DeliveryError } from '../../domain/errors.ts';
import type { DealMove } from '../../kommo/index.ts';
import { inLeasedTransaction, type LeasedTransaction } from '../../store/connections/leased-transaction.ts';
import { reconcilerCursor } from '../../store/connections/reconciler-cursor.ts';
import type { Db } from '../../store/database/database.ts';
import type { Millis } from '../../store/database/schema.ts';
import {
  deleteIncompleteMoves,
  dueIncompleteMoves,
  movesOf,
  postponeIncompleteMove,
  type StoredIncompleteMove,
} from '../../store/events/moves.ts';
import type { Connection } from '../connection.ts';
import { dealsOfLeads, reportOfLead } from './incoming-leads.ts';
import {
  type ParsedMoves,
  parseIncompleteMoves,
  type UnclearMove,
  type UntimedMove,
} from './incomplete-moves.ts';
import { areFarApart, type Doubt } from './match-moves.ts';
import { type MoveReport, registerMoves, reportOfLog } from './register-moves.ts';
import { MAX_DELAY_S } from './report-time.ts';

/** How many moves are looked up together: Kommo's events API takes ten deals a call. */
const BATCH = 10;
/** Kommo repeats a Digital Pipeline webhook for up to an hour, so its move is at most this old. */
const LOOK_BACK_S = 3_700;
/** The events log may lag, so it is read again after 0.5, 1, 2, ... s, for half a minute in all. */
const MAX_ATTEMPTS = 6;
const FIRST_RETRY_MS = 500;
/** The wait after Kommo gave no answer, ms. */
const NO_ANSWER_MS = 10_000;

/** The decisions of one reading of Kommo. */
interface Resolution {
  reports: MoveReport[];
  /** Reports that may be about a known move, each with its row. */
  unclear: Map<MoveReport, StoredIncompleteMove>;
  resolved: StoredIncompleteMove[];
  postponed: StoredIncompleteMove[];
  /** Rows that Kommo could not be asked about. That counts as no attempt. */
  unanswered: StoredIncompleteMove[];
}

/**
 * Completes reports of stage changes by what Kommo says. The Digital Pipeline's short webhooks have no time, so a repeated
 * webhook cannot be distinguished from a second move between the same stages; neither can a webhook whose time contradicts
 * the path of the deal. Kommo's events log has each move once. Incoming leads have no stage: their deals are read.
 * @returns how many reports Kommo was asked about: moves that have waited for that may be planned.
 * @throws DeliveryError where Kommo's rate is exhausted.
 * @throws LeaseLost
 */
export async function resolveIncompleteMoves(db: Db, connection: Connection, now: Millis): Promise<number> {
  const rows = await dueIncompleteMoves(db, connection.name, now, BATCH);
  if (rows.length === 0) return 0;
  const parsed = parseIncompleteMoves(rows);
  // A report in a shape that this version does not know is given up: the reconciler finds the move in the events log.
  const resolution: Resolution = {
    ...{ reports: [], unclear: new Map(), postponed: [], unanswered: [] },
    resolved: [...parsed.unreadable],
  };
  const isLogReadable = await resolveByLog(db, connection, parsed, now, resolution);
  await resolveLeads(connection, parsed, Math.floor(now / 1000), resolution);
  return inLeasedTransaction(db, connection, 'exclusive', (trx) =>
    save(trx, connection.name, resolution, isLogReadable, now),
  );
}

/** @returns whether the log could be read */
async function resolveByLog(
  db: Db,
  connection: Connection,
  { untimed, unclear }: ParsedMoves,
  now: Millis,
  resolution: Resolution,
): Promise<boolean> {
  if (untimed.length + unclear.length === 0) return true;
  const received = [...untimed, ...unclear].map(({ row }) => row.received_at);
  const since = Math.floor(Math.min(...received) / 1000) - Math.max(LOOK_BACK_S, MAX_DELAY_S);
  const dealIds = [...new Set([...untimed, ...unclear].map(({ dealId }) => dealId))];
  const { entries, outcome } = await readMoves(connection, dealIds, since);
  if (outcome === 'no_answer') {
    resolution.unanswered.push(...[...untimed, ...unclear].map(({ row }) => row));
    return false;
  }
  const nowSeconds = Math.floor(now / 1000);
  const cursor = await reconcilerCursor(db, connection.name);
  for (const move of untimed) await resolveUntimed(db, connection, move, entries, nowSeconds, resolution);
  for (const move of unclear) {
    // Moves from before the connection was set up start no campaign.
    const own = entries.filter((entry) => isOf(entry, move) && entry.at >= (cursor?.from ?? 0));
    resolution.reports.push(...own.map((entry) => reportOfLog(entry, [], nowSeconds)));
    resolution.unclear.set(reportOf(move), move.row);
  }
  return outcome === 'read';
}

/**
 * The deals' moves from the events log. `refused` where the token may not read the log or Kommo refuses the query: after a
 * few attempts the moves are then decided without the log.
 * @throws DeliveryError where Kommo refuses the token itself (401), or every call for now
 */
async function readMoves(
  connection: Connection,
  dealIds: number[],
  from: number,
): Promise<{ entries: DealMove[]; outcome: 'read' | 'refused' | 'no_answer' }> {
  try {
    return { entries: await connection.kommo.dealMoves({ dealIds, from }), outcome: 'read' };
  } catch (error) {
    if (!(error instanceof DeliveryError) || error.failure === 'throttled' || error.status === 401)
      throw error;
    return { entries: [], outcome: error.failure === 'retryable' ? 'no_answer' : 'refused' };
  }
}

async function resolveUntimed(
  db: Db,
  connection: Connection,
  move: UntimedMove,
  log: DealMove[],
  now: number,
  resolution: Resolution,
): Promise<void> {
  const { row } = move;
  const entries = log.filter(
    (entry) => isOf(entry, move) && row.received_at / 1000 - entry.at <= LOOK_BACK_S,
  );
  resolution.reports.push(...entries.map((entry) => reportOfLog(entry, [row.inbox_id], now)));
  if (entries.length > 0) resolution.resolved.push(row);
  else if (isLastAttempt(row)) {
    resolution.reports.push(...(await reportWithoutLog(db, connection, move)));
    resolution.resolved.push(row);
  } else resolution.postponed.push(row);
}

/** Whether the log's entry has the stages of the report. */
function isOf(entry: DealMove, move: UntimedMove | UnclearMove): boolean {
  return (
    entry.dealId === move.dealId &&
    entry.to.pipelineId === move.pipelineId &&
    entry.to.stageId === move.stageId &&
    (move.fromStageId === null || entry.from === null || entry.from.stageId === move.fromStageId)
  );
}

/**
 * Decides a move that the log does not show (the token may not read the log, or it lags by more than half a minute). The
 * move is stored with the time of its report, unless the stage was entered within the last hour: a campaign sent twice is
 * worse than one that the reconciler finds later.
 */
async function reportWithoutLog(db: Db, connection: Connection, move: UntimedMove): Promise<MoveReport[]> {
  const at = Math.floor(move.row.received_at / 1000);
  const moves = await movesOf(db, connection.name, [move.dealId]);
  const isKnown = moves.some(
    (known) =>
      known.pipeline_id === move.pipelineId &&
      known.stage_id === move.stageId &&
      at - (known.arrived_at ?? known.hook_at ?? known.kommo_event_at ?? 0) <= LOOK_BACK_S,
  );
  return isKnown ? [] : [reportOf({ ...move, isCreation: false, at, hookAt: null, arrivedAt: at })];
}

function reportOf(move: Omit<UnclearMove, 'kind'> | Omit<UnclearMove & UntimedMove, 'kind'>): MoveReport {
  const { dealId, fromPipelineId, fromStageId, pipelineId, stageId, isCreation, at, hookAt, arrivedAt, row } =
    move;
  const from = fromStageId === null ? null : { pipelineId: fromPipelineId, stageId: fromStageId };
  const stages = { dealId, from, fromStageId, pipelineId, stageId };
  return { ...stages, isCreation, at, hookAt, arrivedAt, kommoEventId: null, inboxIds: [row.inbox_id] };
}

async function resolveLeads(
  connection: Connection,
  { incoming }: ParsedMoves,
  now: UnixSeconds,
  resolution: Resolution,
): Promise<void> {
  if (incoming.length === 0) return;
  const { pipelines } = connection.catalog;
  const deals = await dealsOfLeads(connection, incoming);
  for (const lead of incoming) {
    const report = deals && reportOfLead(lead, deals.get(lead.dealId), pipelines, now);
    if (report) resolution.reports.push(report);
    if (!deals) resolution.unanswered.push(lead.row);
    else if (report || isLastAttempt(lead.row)) resolution.resolved.push(lead.row);
    else resolution.postponed.push(lead.row);
  }
}

/** @returns how many reports Kommo was asked about */
async function save(
  trx: LeasedTransaction,
  connection: string,
  { reports, unclear, resolved, postponed, unanswered }: Resolution,
  isLogReadable: boolean,
  now: Millis,
): Promise<number> {
  await registerMoves(trx, connection, reports, now);
  const decide: Doubt = (report, match) => {
    if (match.isUnclaimed) return 'join';
    if (!isLastAttempt(unclear.get(report as MoveReport)!)) return 'hold';
    return !isLogReadable && areFarApart(report, match.move) ? 'add' : 'join';
  };
  const held = new Set(await registerMoves(trx, connection, [...unclear.keys()], now, decide));
  const later = [...postponed];
  const finished = [...resolved];
  for (const [report, row] of unclear) (held.has(report) ? later : finished).push(row);
  await deleteIncompleteMoves(
    trx,
    finished.map(({ id }) => id),
  );
  for (const { id, attempts } of later) {
    await postponeIncompleteMove(trx, id, attempts + 1, now + FIRST_RETRY_MS * 2 ** attempts);
  }
  for (const { id, attempts } of unanswered)
    await postponeIncompleteMove(trx, id, attempts, now + NO_ANSWER_MS);
  return finished.length + later.length;
}

function isLastAttempt({ attempts }: StoredIncompleteMove): boolean {
  return attempts + 1 >= MAX_ATTEMPTS;
}
