import { gatherStatistics, outgrownTables } from './statistics-queries.ts';
import type { Db } from './types.ts';

/**
 * The time between two checks for outgrown statistics, in ms. Analyzing a table takes up to 60 ms, during which webhooks
 * wait: at this pace 99 of 100 webhooks are not affected.
 */
const CHECK_EVERY_MS = 30_000;

/**
 * Does the work of a server's autovacuum for the embedded database: analyzes a table that has grown by half, from its
 * first thousand rows on. That happens some twenty times until the table has millions of rows.
 * @returns a function that stops it.
 */
export function keepStatistics(
  db: Db,
  onError: (error: unknown) => void,
  checkEveryMs = CHECK_EVERY_MS,
): () => Promise<void> {
  let stopped = false;
  let timer: NodeJS.Timeout;
  let checking = Promise.resolve();

  function schedule(): void {
    if (stopped) return;
    timer = setTimeout(() => {
      checking = check().catch(onError).finally(schedule);
    }, checkEveryMs).unref();
  }

  async function check(): Promise<void> {
    // One table at a time, since every other query waits.
    const [table] = await outgrownTables(db);
    if (table) await gatherStatistics(db, [table]);
  }

  schedule();
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await checking;
  };
}
