import type { LeasedTransaction } from '../../store/connections/leased-transaction.ts';
import { type Database, inTransaction } from '../../store/database/database.ts';
import type { Millis } from '../../store/database/schema.ts';
import { insertWatches, type NewWatch } from '../../store/watches.ts';
import { WATCH_QUEUE, type WatchJob } from './queue.ts';

/**
 * Starts watches and, in the same transaction, adds the jobs that fire them. A running watch of the same person, deal and
 * start event is restarted.
 */
export async function startWatches(
  trx: LeasedTransaction,
  { boss }: Pick<Database, 'boss'>,
  watches: NewWatch[],
  now: Millis,
): Promise<void> {
  const started = await insertWatches(trx, watches, now);
  if (started.length === 0) return;
  const jobs = started.map(({ id, fires_at }) => ({
    data: { watchId: id } satisfies WatchJob,
    startAfter: new Date(fires_at),
  }));
  await boss.insert(WATCH_QUEUE, jobs, inTransaction(trx));
}
