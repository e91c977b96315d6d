import type { Transaction } from 'kysely';
import type { PgBoss } from 'pg-boss';
import type { Database, inTransaction } from '../../store/database/database.ts';
import type { Millis, Schema } from '../../store/database/schema.ts';
import { addWatchEvent } from '../../store/events/events.ts';
import { fireWatch } from '../../store/watches.ts';

const QUEUE = 'watch';

/** A watch job only says that the time has come; whether the watch still runs stands in its row. */
interface WatchJob {
  watchId: number;
}

/** Lets the queue call back when watches run out: the jobs commit with the watches. */
export async function scheduleWatches(
  boss: PgBoss,
  options: ReturnType<typeof inTransaction>,
  watches: { id: number; fires_at: Millis }[],
): Promise<void> {
  if (watches.length === 0) return;
  const jobs = watches.map(({ id, fires_at }) => ({
    data: { watchId: id } satisfies WatchJob,
    startAfter: new Date(fires_at),
  }));
  await boss.insert(QUEUE, jobs, options);
}

/** Prepares the queue; before anything can start a watch. */
export async function createWatchQueue(boss: PgBoss): Promise<void> {
  // A watch may wait for months; a job whose handler failed is tried until the database is back.
  await boss.createQueue(QUEUE, {
    retentionSeconds: 3 * 365 * 86_400,
    retryLimit: 1_000_000,
    retryDelay: 5,
    retryBackoff: true,
    retryDelayMax: 300,
    // The handler takes milliseconds: one that was killed in the middle is noticed soon.
    expireInSeconds: 15,
    deleteAfterSeconds: 86_400,
  });
}

/** Turns watches that ran out into events. */
export async function runWatches(database: Database, now: () => Millis): Promise<void> {
  await database.boss.work<WatchJob>(QUEUE, { batchSize: 50, pollingIntervalSeconds: 2 }, async (jobs) => {
    for (const job of jobs) {
      const connection = await database.db.transaction().execute((trx) => fire(trx, job.data.watchId, now()));
      if (connection) database.notify({ type: 'work_stored', connection });
    }
  });
}

/** @returns the connection that now has an event to plan, or null where the watch had stopped. */
async function fire(trx: Transaction<Schema>, watchId: number, now: Millis): Promise<string | null> {
  const watch = await fireWatch(trx, watchId, now);
  if (!watch) return null;
  const { connection, start, person, deal_id: dealId } = watch;
  const occurredAt = Math.floor(watch.fires_at / 1000);
  const event = { kind: 'inactivity' as const, watchId: watch.id, start, person, dealId, occurredAt };
  await addWatchEvent(
    trx,
    { connection, key: `watch:${watch.id}`, event, name: 'inactivity', person, inboxIds: [] },
    now,
  );
  return connection;
}
