import { systemClock } from 'pg-boss';
import { limitHeap } from './embedded/heap-limits.ts';
import { openEmbeddedDatabase } from './embedded-database.ts';
import { openServerDatabase } from './server-database.ts';
import type { Database, DatabaseOptions } from './types.ts';

export { inTransaction } from './queue.ts';
export { anyOf, asStored, idsOf, json, jsonText } from './sql-values.ts';
export type { Database, DatabaseOptions, Db } from './types.ts';

/**
 * Opens the database and migrates it; `start` starts its queue.
 * @throws DataUnusable, or the server's error.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const clock = options.clock ?? systemClock;
  limitHeap();
  if (options.databaseUrl) return openServerDatabase(options.databaseUrl, clock, options);
  if (options.dataDir === null) throw new Error('A database needs a URL or a data folder.');
  return openEmbeddedDatabase(options.dataDir, clock, options);
}
