import { sql } from 'kysely';
import type { Db } from './types.ts';

/** The tables that grow with the work. Those that are partitioned by time are read by their indexes only. */
const TABLES = [
  'inbox',
  'events',
  'event_reports',
  'first_reports',
  'actions',
  'persons',
  'person_names',
  'person_deals',
  'moves',
  'watches',
  'deals',
  'deal_terms',
] as const;

type Table = (typeof TABLES)[number];

/** How many pages of 8 KB a table may gain before it counts as grown: about 1,500 events, read in a millisecond. */
const SMALL_PAGES = 50;

/** The tables that have grown by half since their statistics were gathered, the one with the most growth first. */
export async function outgrownTables(db: Db): Promise<Table[]> {
  const { rows } = await sql<{ name: Table }>`
    select t.name from unnest(${[...TABLES]}::text[]) as t(name) join pg_class c on c.oid = t.name::regclass
    where pg_relation_size(c.oid) / 8192 > c.relpages * 1.5 + ${SMALL_PAGES}
    order by pg_relation_size(c.oid) / greatest(c.relpages, 1) desc
  `.execute(db);
  return rows.map(({ name }) => name);
}

/**
 * Updates the planner's statistics. A server does this automatically; the embedded database has no autovacuum, and without
 * statistics a query can read a whole table for each row. A tenth of the usual sample (3,000 rows) is enough to find rare
 * values, and short, since every other query waits for it.
 */
export async function gatherStatistics(db: Db, tables: readonly Table[] = TABLES): Promise<void> {
  for (const table of tables) {
    await db.transaction().execute(async (trx) => {
      await sql`set local default_statistics_target = 10`.execute(trx);
      await sql`analyze ${sql.table(table)}`.execute(trx);
    });
  }
}
