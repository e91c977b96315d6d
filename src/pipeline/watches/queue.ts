import type { PgBoss } from 'pg-boss';

/** The queue that calls back when a watch runs out: one job for each watch. */
export const WATCH_QUEUE = 'watch';

/** Only says that the time has come. Whether the watch still runs is in its row. */
export interface WatchJob {
  watchId: number;
}

/** Creates the queue; call it before anything can start a watch. */
export async function createWatchQueue(boss: PgBoss): Promise<void> {
  await boss.createQueue(WATCH_QUEUE, {
    // A watch may run for months.
    retentionSeconds: 3 * 365 * 86_400,
    // A job that failed is tried until the database is back.
    retryLimit: 1_000_000,
    retryDelay: 5,
    retryBackoff: true,
    retryDelayMax: 300,
    // Firing takes milliseconds, so a process that was killed in the middle is noticed soon.
    expireInSeconds: 15,
    deleteAfterSeconds: 86_400,
  });
}
