import { makeCheckpoint } from './embedded/checkpoints.ts';
import { gatherStatistics, outgrownTables } from './statistics-queries.ts';
import type { Db } from './types.ts';
import { Vacuum } from './vacuum.ts';

/** How long to wait between two checks, in ms. */
export interface UpkeepIntervals {
  tables: number;
  log: number;
}

/**
 * Analyzing or vacuuming a table takes up to 60 ms, during which webhooks wait: at this pace 99 of 100 webhooks are not
 * affected. The check of the log takes less than a millisecond, and the log can grow by 20 MB a second.
 */
const INTERVALS: UpkeepIntervals = { tables: 30_000, log: 3_000 };

/**
 * Does the work of a server's autovacuum and checkpointer for the embedded database: analyzes a table that has grown by half,
 * from its first thousand rows on (some twenty times until the table has millions of rows), lets the space of rows that were
 * changed or deleted be used again, and keeps the write-ahead log short.
 * @returns a function that stops it.
 */
export function startUpkeep(
  db: Db,
  dataDir: string,
  onError: (error: unknown) => void,
  intervals = INTERVALS,
): () => Promise<void> {
  const vacuum = new Vacuum(db, () => Date.now());
  const stops = [
    repeat(() => keepTables(db, vacuum), intervals.tables, onError),
    repeat(() => makeCheckpoint(db, dataDir), intervals.log, onError),
  ];
  return async () => {
    await Promise.all(stops.map((stop) => stop()));
  };
}

/** One table at a time, since every other query waits. */
async function keepTables(db: Db, vacuum: Vacuum): Promise<void> {
  const [table] = await outgrownTables(db);
  if (table) await gatherStatistics(db, [table]);
  else await vacuum.run();
}

/** Runs the work again and again, with a pause of `ms` in between. @returns a function that stops it */
function repeat(
  work: () => Promise<unknown>,
  ms: number,
  onError: (error: unknown) => void,
): () => Promise<void> {
  let isStopped = false;
  let timer: NodeJS.Timeout;
  let running: Promise<unknown> = Promise.resolve();

  function schedule(): void {
    if (isStopped) return;
    timer = setTimeout(() => {
      running = work().catch(onError).finally(schedule);
    }, ms).unref();
  }

  schedule();
  return async () => {
    isStopped = true;
    clearTimeout(timer);
    await running;
  };
}
