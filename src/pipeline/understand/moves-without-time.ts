import { z } from 'zod';
import { DeliveryError } from '../../domain/errors.ts';
import type { DealMove } from '../../kommo/index.ts';
import { inLeasedTransaction, type LeasedTransaction } from '../../store/connections/leased-transaction.ts';
import type { Db } from '../../store/database/database.ts';
import type { Millis } from '../../store/database/schema.ts';
import {
  deleteMovesWithoutTime,
  dueMovesWithoutTime,
  movesOf,
  postponeMoveWithoutTime,
  type StoredMoveWithoutTime,
} from '../../store/events/moves.ts';
import type { Connection } from '../connection.ts';
import { type MoveReport, registerMoves, reportOfLog } from './register-moves.ts';

/** How many moves are looked up together: Kommo's events API takes ten deals a call. */
const BATCH = 10;
/** Kommo repeats a Digital Pipeline webhook for up to an hour, so its move is at most this old. */
const LOOK_BACK_S = 3_700;
/** The events log may lag, so it is read again after 0.5, 1, 2, ... s, for half a minute in all. */
const MAX_ATTEMPTS = 6;
const FIRST_RETRY_MS = 500;
/** The wait after the log could not be read, ms. */
const NO_ANSWER_MS = 10_000;

/** The stored report of a move, as `KommoReport` has it. */
const storedReport = z.object({
  dealId: z.number(),
  fromPipelineId: z.number().nullable(),
  fromStageId: z.number().nullable(),
  pipelineId: z.number(),
  stageId: z.number(),
});

/** A stage change that was reported without a time. */
interface Pending extends z.output<typeof storedReport> {
  row: StoredMoveWithoutTime;
}

/** The decisions of one reading of the events log. */
interface Resolution {
  reports: MoveReport[];
  resolved: StoredMoveWithoutTime[];
  postponed: StoredMoveWithoutTime[];
}

/**
 * Looks up stage changes that were reported without a time. The Digital Pipeline's short webhooks have none, so a repeated
 * webhook cannot be distinguished from a second move between the same stages. Kommo's events log has the times.
 * @returns how many were resolved.
 * @throws DeliveryError where Kommo's rate is exhausted.
 * @throws LeaseLost
 */
export async function resolveMovesWithoutTime(db: Db, connection: Connection, now: Millis): Promise<number> {
  const rows = await dueMovesWithoutTime(db, connection.name, now, BATCH);
  if (rows.length === 0) return 0;
  const { pending, unreadable } = parse(rows);
  const since = Math.floor(Math.min(...rows.map((row) => row.received_at)) / 1000) - LOOK_BACK_S;
  const log = await readMoves(connection, [...new Set(pending.map(({ dealId }) => dealId))], since);
  if (log === null) {
    await inLeasedTransaction(db, connection, 'shared', (trx) => postponeAll(trx, rows, now));
    return 0;
  }
  const { reports, resolved, postponed } = await resolve(db, connection, pending, log);
  const finished = [...resolved, ...unreadable];
  await inLeasedTransaction(db, connection, 'exclusive', async (trx) => {
    await registerMoves(trx, connection.name, reports, now);
    await deleteMovesWithoutTime(
      trx,
      finished.map(({ id }) => id),
    );
    for (const { id, attempts } of postponed) {
      await postponeMoveWithoutTime(trx, id, attempts + 1, now + FIRST_RETRY_MS * 2 ** attempts);
    }
  });
  return finished.length;
}

/** A report in a shape that this version does not know is given up: the reconciler finds the move in the events log. */
function parse(rows: StoredMoveWithoutTime[]): { pending: Pending[]; unreadable: StoredMoveWithoutTime[] } {
  const pending: Pending[] = [];
  const unreadable: StoredMoveWithoutTime[] = [];
  for (const row of rows) {
    const { success, data } = storedReport.safeParse(row.report);
    if (success) pending.push({ ...data, row });
    else unreadable.push(row);
  }
  return { pending, unreadable };
}

/**
 * The deals' moves from the events log. Empty where the token may not read the log or Kommo refuses the query: after a few
 * attempts the moves are then decided without the log. Null where there was no answer.
 */
async function readMoves(
  connection: Connection,
  dealIds: number[],
  from: number,
): Promise<DealMove[] | null> {
  try {
    return await connection.kommo.dealMoves({ dealIds, from });
  } catch (error) {
    if (!(error instanceof DeliveryError) || error.failure === 'throttled') throw error;
    return error.failure === 'retryable' ? null : [];
  }
}

/** Postpones all moves after a read without an answer. That counts as no attempt for any of them. */
async function postponeAll(
  trx: LeasedTransaction,
  rows: StoredMoveWithoutTime[],
  now: Millis,
): Promise<void> {
  for (const { id, attempts } of rows) await postponeMoveWithoutTime(trx, id, attempts, now + NO_ANSWER_MS);
}

async function resolve(
  db: Db,
  connection: Connection,
  pending: Pending[],
  log: DealMove[],
): Promise<Resolution> {
  const resolution: Resolution = { reports: [], resolved: [], postponed: [] };
  for (const move of pending) {
    const { row } = move;
    const entries = log.filter((entry) => isReportedBy(entry, move));
    const isLastAttempt = row.attempts + 1 >= MAX_ATTEMPTS;
    resolution.reports.push(...entries.map((entry) => reportOfLog(entry, [row.inbox_id])));
    if (entries.length > 0) resolution.resolved.push(row);
    else if (isLastAttempt) {
      resolution.reports.push(...(await reportWithoutLog(db, connection, move)));
      resolution.resolved.push(row);
    } else resolution.postponed.push(row);
  }
  return resolution;
}

function isReportedBy(entry: DealMove, move: Pending): boolean {
  const age = move.row.received_at / 1000 - entry.at;
  return (
    entry.dealId === move.dealId &&
    entry.to.pipelineId === move.pipelineId &&
    entry.to.stageId === move.stageId &&
    (move.fromStageId === null || entry.from === null || entry.from.stageId === move.fromStageId) &&
    age <= LOOK_BACK_S
  );
}

/**
 * Decides a move that the log does not show (the token may not read the log, or it lags by more than half a minute). The
 * move is stored with the time of its report, unless the stage was entered within the last hour: a campaign sent twice is
 * worse than one that the reconciler finds later.
 */
async function reportWithoutLog(db: Db, connection: Connection, move: Pending): Promise<MoveReport[]> {
  const { row, ...report } = move;
  const at = Math.floor(row.received_at / 1000);
  const moves = await movesOf(db, connection.name, [move.dealId]);
  const isKnown = moves.some(
    (known) =>
      known.pipeline_id === move.pipelineId &&
      known.stage_id === move.stageId &&
      at - (known.hook_at ?? known.kommo_event_at ?? 0) <= LOOK_BACK_S,
  );
  return isKnown ? [] : [{ ...report, at, kommoEventId: null, inboxIds: [row.inbox_id] }];
}
