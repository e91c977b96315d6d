import { setImmediate } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Db } from '../database.ts';

const TABLES = ['inbox', 'events', 'actions', 'attempts', 'persons', 'moves'] as const;

/**
 * Lets the planner know how the tables have grown. A server does this by itself; the embedded database has no
 * autovacuum, and without statistics a query can read a whole table for each row. PostgreSQL looks at a sample
 * of 30,000 rows, so that this takes well under a second for a table of any size.
 */
export async function gatherStatistics(db: Db): Promise<void> {
  for (const table of TABLES) {
    await sql`analyze ${sql.table(table)}`.execute(db);
    await setImmediate();
  }
}
