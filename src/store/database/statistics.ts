import { gatherStatistics, outgrownTables } from './statistics-queries.ts';
import type { Db } from './types.ts';

/**
 * The time between two checks whether a table has outgrown its statistics, in ms. Analyzing one takes up to 60 ms, in
 * which webhooks wait: at this pace 99 of 100 do not notice.
 */
const CHECK_EVERY_MS = 30_000;

/**
 * Does for the embedded database what autovacuum does on a server: a table that has grown by half is analyzed, from its
 * first thousand rows on. That is some twenty times until it has millions, mostly in its first hour.
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
    // One at a time, since every other query waits.
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
