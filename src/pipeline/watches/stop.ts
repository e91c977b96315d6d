import type { LeasedTransaction } from '../../store/connections/leased-transaction.ts';
import type { Millis } from '../../store/database/schema.ts';
import { markWatchesOfDealStopped, markWatchesStopped } from '../../store/watches.ts';

/*
 * Stopping a watch only changes its row. Its job stays in the queue, finds the watch stopped when the time comes, and
 * does nothing.
 */

/** Stops the watches that still run. `stoppedBy` is the id of the report that showed activity. */
export async function stopWatches(
  trx: LeasedTransaction,
  stops: { watchId: number; stoppedBy: number }[],
  now: Millis,
): Promise<void> {
  const rows = stops.map(({ watchId, stoppedBy }) => ({ id: watchId, stopped_by: stoppedBy }));
  await markWatchesStopped(trx, rows, now);
}

/** Stops the running watches of a deleted deal. @param stoppedBy the id of the deletion's event. */
export async function stopWatchesOfDeal(
  trx: LeasedTransaction,
  deal: { connection: string; dealId: number },
  stoppedBy: number,
  now: Millis,
): Promise<void> {
  await markWatchesOfDealStopped(trx, deal.connection, deal.dealId, stoppedBy, now);
}
