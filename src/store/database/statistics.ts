import { gatherStatistics, outgrownTables } from './statistics-queries.ts';
import type { Db } from './types.ts';

/**
 * How often it is looked whether a table has outgrown its statistics, in ms. Gathering those of one takes up to 60 ms,
 * and webhooks wait meanwhile: so seldom that 99 of 100 do not notice.
 */
const LOOK_MS = 30_000;

/**
 * What autovacuum does on a server, for the embedded database: a table that has grown by half is looked through, from
 * its first thousand rows on: some twenty times until it has millions, most of them in its first hour.
 * @returns how to stop it.
 */
export function keepStatistics(
  db: Db,
  onError: (error: unknown) => void,
  lookMs = LOOK_MS,
): () => Promise<void> {
  let stopped = false;
  let timer: NodeJS.Timeout;
  let looking = Promise.resolve();

  function later(): void {
    if (stopped) return;
    timer = setTimeout(() => {
      looking = look().catch(onError).finally(later);
    }, lookMs).unref();
  }

  async function look(): Promise<void> {
    // One at a time: everything else waits meanwhile.
    const [table] = await outgrownTables(db);
    if (table) await gatherStatistics(db, [table]);
  }

  later();
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await looking;
  };
}
