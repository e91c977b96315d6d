import type { Selectable } from 'kysely';
import { DeliveryError } from '../../domain/errors.ts';
import type { DealMove } from '../../kommo/index.ts';
import { inLeasedTransaction } from '../../store/connections/leased-transaction.ts';
import type { Db } from '../../store/database/database.ts';
import type { Millis, MoveWithoutTimeRow } from '../../store/database/schema.ts';
import {
  deleteMovesWithoutTime,
  dueMovesWithoutTime,
  movesOf,
  postponeMoveWithoutTime,
} from '../../store/events/moves.ts';
import type { Connection } from '../connection.ts';
import { type MoveReport, registerMoves, reportOfLog } from './register-moves.ts';

/** Kommo's events API takes ten deals a call. */
const BATCH = 10;
/** Kommo repeats a Digital Pipeline hook for up to an hour, so its move is at most that old. */
const LOOK_BACK_S = 3_700;
/** The events log may lag: asked again after 0.5, 1, 2, ... s, half a minute in all. */
const MAX_ATTEMPTS = 6;
/** How long a hint waits where the log could not be asked. */
const NO_ANSWER_MS = 10_000;

interface Untimed {
  dealId: number;
  fromPipelineId: number | null;
  fromStageId: number | null;
  pipelineId: number;
  stageId: number;
}

type Row = Selectable<MoveWithoutTimeRow> & { received_at: Millis };

/**
 * The Digital Pipeline's short hooks name no time, so nothing tells a repeated one from a second
 * move of the same way. Kommo's events log knows: each hook is a hint to read the deal's moves there.
 * @returns how many hints were settled.
 */
export async function resolveMovesWithoutTime(db: Db, connection: Connection, now: Millis): Promise<number> {
  const rows = await dueMovesWithoutTime(db, connection.name, now, BATCH);
  if (rows.length === 0) return 0;
  const hints = rows.map((row) => ({ row, hint: row.report as unknown as Untimed }));
  const from = Math.floor(Math.min(...rows.map((row) => row.received_at)) / 1000) - LOOK_BACK_S;
  const moves = await readMoves(connection, [...new Set(hints.map(({ hint }) => hint.dealId))], from);
  if (moves === null) {
    // No answer of the log: what it does not deny must not be guessed, and nothing else waits for it.
    await inLeasedTransaction(db, connection, 'shared', async (trx) => {
      for (const { id, attempts } of rows)
        await postponeMoveWithoutTime(trx, id, attempts, now + NO_ANSWER_MS);
    });
    return 0;
  }
  const reports: MoveReport[] = [];
  const settled: Row[] = [];
  for (const { row, hint } of hints) {
    const found = moves.filter((move) => isOf(move, hint, row.received_at));
    const late = found.length === 0 && row.attempts + 1 >= MAX_ATTEMPTS;
    reports.push(...found.map((move) => reportOfLog(move, [row.inbox_id])));
    if (late) reports.push(...(await withoutLog(db, connection, row, hint)));
    if (found.length > 0 || late) settled.push(row);
  }
  await inLeasedTransaction(db, connection, 'exclusive', async (trx) => {
    await registerMoves(trx, connection.name, reports, now);
    await deleteMovesWithoutTime(
      trx,
      settled.map((row) => row.id),
    );
    for (const row of rows.filter((candidate) => !settled.includes(candidate))) {
      await postponeMoveWithoutTime(trx, row.id, row.attempts + 1, now + 500 * 2 ** row.attempts);
    }
  });
  return settled.length;
}

/**
 * The deals' moves from the events log; none where the token may not read the log, or Kommo refuses the
 * question: what can be known without it is decided after a few tries. Null where there was no answer.
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

function isOf(move: DealMove, hint: Untimed, receivedAt: Millis): boolean {
  const age = receivedAt / 1000 - move.at;
  return (
    move.dealId === hint.dealId &&
    move.to.pipelineId === hint.pipelineId &&
    move.to.stageId === hint.stageId &&
    (hint.fromStageId === null || move.from === null || move.from.stageId === hint.fromStageId) &&
    age <= LOOK_BACK_S
  );
}

/**
 * The log does not show the move (no right to read it, or it lags by more than half a minute). It is
 * taken for a move of the moment it was reported, unless one of the same way is known of the last
 * hour: a campaign sent twice is worse than one that the reconciler brings later.
 */
async function withoutLog(db: Db, connection: Connection, row: Row, hint: Untimed): Promise<MoveReport[]> {
  const at = Math.floor(row.received_at / 1000);
  const known = await movesOf(db, connection.name, [hint.dealId]);
  const isKnown = known.some(
    (move) =>
      move.pipeline_id === hint.pipelineId &&
      move.stage_id === hint.stageId &&
      at - (move.hook_at ?? move.kommo_event_at ?? 0) <= LOOK_BACK_S,
  );
  return isKnown ? [] : [{ ...hint, at, kommoEventId: null, inboxIds: [row.inbox_id] }];
}
