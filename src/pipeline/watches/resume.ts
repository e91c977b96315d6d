import { endResumption } from '../../store/connections/stored-connections.ts';
import type { Database } from '../../store/database/database.ts';
import { inTransaction } from '../../store/database/queue.ts';
import type { Millis } from '../../store/database/schema.ts';
import { overdueWatches } from '../../store/watches.ts';
import { WATCH_QUEUE, type WatchJob } from './queue.ts';

/** After a pause, reports that were stored meanwhile are understood first: they may show that the client has reacted. */
const DELAY_MS = 60_000;
const CHUNK = 1_000;

/**
 * Makes the watches that ran out while their connection was paused due again: their jobs have found it paused, and are gone.
 * Does nothing where another process has done it.
 */
export async function resumeWatches(
  { db, boss }: Pick<Database, 'db' | 'boss'>,
  connection: string,
  now: Millis,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    if (!(await endResumption(trx, connection))) return;
    const ids = await overdueWatches(trx, connection, now);
    const startAfter = new Date(now + DELAY_MS);
    for (let from = 0; from < ids.length; from += CHUNK) {
      const jobs = ids.slice(from, from + CHUNK).map((watchId) => ({
        data: { watchId } satisfies WatchJob,
        startAfter,
      }));
      await boss.insert(WATCH_QUEUE, jobs, inTransaction(trx));
    }
  });
}
