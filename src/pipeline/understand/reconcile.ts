import type { CallOptions } from '../../kommo/index.ts';
import { inLeasedTransaction } from '../../store/connections/leased-transaction.ts';
import { reconcilerCursor, saveReconcilerCursor } from '../../store/connections/reconciler-cursor.ts';
import type { Db } from '../../store/database/database.ts';
import type { Millis } from '../../store/database/schema.ts';
import { addEvents } from '../../store/events/events.ts';
import type { Connection } from '../connection.ts';
import { creationEvents, stagesAtCreation } from './deal-creations.ts';
import { registerMoves, reportOfLog } from './register-moves.ts';

/** Entries can appear late in the log, so each reading begins this long before the end of the last one, s. */
const OVERLAP_S = 600;
/** After a long downtime the log is read in steps of this length, s. Each step commits, so none is read twice. */
const WINDOW_S = 86_400;

export interface ReconcileStep {
  /** How many moves and creations no webhook had reported. */
  missed: number;
  /** Whether the log was read to its end. */
  upToDate: boolean;
}

/**
 * Reads the next step of Kommo's events log and adds the moves and creations that no webhook has reported: Kommo repeats
 * a webhook for about an hour and then drops it, and a disabled webhook reports nothing. A move that was reported is
 * recognised as the same event. The first reading of a connection only stores the current time as its beginning: moves
 * from before Stagepost was set up start no campaign.
 * @throws DeliveryError where the log cannot be read, and LeaseLost; the next reading then begins at the same place.
 */
export async function reconcile(
  db: Db,
  connection: Connection,
  now: Millis,
  signal?: AbortSignal,
): Promise<ReconcileStep> {
  const { name, kommo } = connection;
  const nowSeconds = Math.floor(now / 1000);
  const cursor = await reconcilerCursor(db, name);
  if (cursor === null) {
    const beginning = { from: nowSeconds, to: nowSeconds };
    await inLeasedTransaction(db, connection, 'shared', (trx) => saveReconcilerCursor(trx, name, beginning));
    return { missed: 0, upToDate: true };
  }
  const from = Math.max(cursor.from, cursor.to - OVERLAP_S);
  const isLast = cursor.to + WINDOW_S >= nowSeconds;
  // The last step has no end: Kommo's clock may be ahead of ours.
  const range = isLast ? { from } : { from, to: cursor.to + WINDOW_S };
  const options: CallOptions = { priority: 'bulk', ...(signal && { signal }) };
  const moves = await kommo.dealMoves(range, options);
  const creations = await kommo.dealCreations(range, options);
  const read = { creations, moves };
  const { stages, undecided } = await stagesAtCreation(db, connection, read, nowSeconds, options);
  // The next reading must include the undecided creations.
  const to = Math.min(range.to ?? nowSeconds, ...undecided.map(({ at }) => at + OVERLAP_S));

  const missed = await inLeasedTransaction(db, connection, 'exclusive', async (trx) => {
    const lastBefore = await lastEventId(trx);
    await addEvents(trx, creationEvents(name, creations, stages), now);
    const reports = moves.map((move) => reportOfLog(move, []));
    await registerMoves(trx, name, reports, now);
    await saveReconcilerCursor(trx, name, { from: cursor.from, to });
    return countMovesAfter(trx, name, lastBefore);
  });
  return { missed, upToDate: isLast };
}

async function lastEventId(db: Db): Promise<number> {
  const row = await db.selectFrom('events').select('id').orderBy('id', 'desc').limit(1).executeTakeFirst();
  return row?.id ?? 0;
}

async function countMovesAfter(db: Db, connection: string, id: number): Promise<number> {
  const rows = await db
    .selectFrom('events')
    .select('id')
    .where('connection', '=', connection)
    .where('kind', '=', 'deal_moved')
    .where('id', '>', id)
    .execute();
  return rows.length;
}
