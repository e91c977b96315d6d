import type { PgBoss } from 'pg-boss';

/** The queue with one delayed job for each watch, due when the watch runs out. */
export const WATCH_QUEUE = 'watch';

/** The job carries only the id. Whether the watch still runs is in its row. */
export interface WatchJob {
  watchId: number;
}

/** Creates the queue. Must be called before a watch can start. */
export async function createWatchQueue(boss: PgBoss): Promise<void> {
  await boss.createQueue(WATCH_QUEUE, {
    // A watch may run for months.
    retentionSeconds: 3 * 365 * 86_400,
    // A failed job is retried until the database is back.
    retryLimit: 1_000_000,
    retryDelay: 5,
    retryBackoff: true,
    retryDelayMax: 300,
    // Firing takes milliseconds, so a process that was killed in the middle is noticed soon.
    expireInSeconds: 15,
    deleteAfterSeconds: 86_400,
  });
}
