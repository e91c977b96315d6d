import { setImmediate } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Db } from '../database.ts';

const TABLES = [
  'inbox',
  'events',
  'event_reports',
  'first_reports',
  'actions',
  'attempts',
  'persons',
  'person_deals',
  'moves',
  'watches',
] as const;

/**
 * Lets the planner know how the tables have grown. A server does this by itself; the embedded database has no
 * autovacuum, and without statistics a query can read a whole table for each row. A quarter of the usual sample (7,500
 * rows) tells well enough what is rare, and on the embedded database everything waits meanwhile: at 2 million rows it
 * takes 0.1 to 0.2 s a table.
 */
export async function gatherStatistics(
  db: Db,
  tables: readonly (typeof TABLES)[number][] = TABLES,
): Promise<void> {
  for (const table of tables) {
    await db.transaction().execute(async (trx) => {
      await sql`set local default_statistics_target = 25`.execute(trx);
      await sql`analyze ${sql.table(table)}`.execute(trx);
    });
    await setImmediate();
  }
}
