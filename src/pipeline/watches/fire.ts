import type { Transaction } from 'kysely';
import type { Job, JobResult } from 'pg-boss';
import type { Logger } from 'pino';
import type { Database } from '../../store/database/database.ts';
import type { Millis, Schema } from '../../store/database/schema.ts';
import { addWatchEvent } from '../../store/events/events.ts';
import { markWatchFired } from '../../store/watches.ts';
import { WATCH_QUEUE, type WatchJob } from './queue.ts';

export interface FireOptions {
  database: Database;
  /** Unix time, ms. */
  now(): Millis;
  log: Logger;
}

const OPTIONS = { batchSize: 50, pollingIntervalSeconds: 2, perJobResults: true } as const;

/** Starts working on the queue of watches that run out. */
export async function startFiring(options: FireOptions): Promise<void> {
  await options.database.boss.work<WatchJob, unknown, typeof OPTIONS>(WATCH_QUEUE, OPTIONS, (jobs) =>
    fireWatches(options, jobs),
  );
}

/**
 * Turns watches that ran out into events.
 * @returns the outcome of each job. A failed job is retried alone, and holds back no others.
 */
export async function fireWatches(
  { database, now, log }: FireOptions,
  jobs: Pick<Job<WatchJob>, 'id' | 'data' | 'signal'>[],
): Promise<JobResult[]> {
  const results: JobResult[] = [];
  for (const { id, data, signal } of jobs) {
    // The queue has given up on the batch: it fails the jobs without a result, and retries them.
    if (signal.aborted) break;
    try {
      await fire(database, data.watchId, now());
      results.push({ id, status: 'completed' });
    } catch (error) {
      log.error({ err: error, watch: data.watchId }, 'a watch could not be fired; it is retried');
      results.push({ id, status: 'failed', output: { message: String(error) } });
    }
  }
  return results;
}

async function fire(database: Database, watchId: number, now: Millis): Promise<void> {
  const connection = await database.db.transaction().execute((trx) => storeEvent(trx, watchId, now));
  if (connection !== null) database.notify({ type: 'work_stored', connection });
}

/** @returns the connection that now has an event to plan, or null where the watch was stopped. */
async function storeEvent(trx: Transaction<Schema>, watchId: number, now: Millis): Promise<string | null> {
  const watch = await markWatchFired(trx, watchId, now);
  if (!watch) return null;
  const { connection, start, person, shown, deal_id: dealId } = watch;
  const occurredAt = Math.floor(watch.fires_at / 1000);
  const event = { kind: 'inactivity' as const, watchId: watch.id, start, person, dealId, occurredAt };
  const key = `watch:${watch.id}`;
  await addWatchEvent(trx, { connection, key, event, name: 'inactivity', person: shown, inboxIds: [] }, now);
  return connection;
}
