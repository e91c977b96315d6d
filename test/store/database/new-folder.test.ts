import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openDatabase } from '../../../src/store/database/database.ts';
import { initialiseFolder } from '../../../src/store/database/embedded/create-folder.ts';

let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'stagepost-new-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

/**
 * Of pg-boss, a partition for each day from the one on which its schema was made: a snapshot has those of the day of its
 * build. It writes into them only with `persistQueueStats`, and makes today's before.
 */
const DAILY_PARTITION = /queue_stats_\d{8}/;

/** Every column, constraint, index and function that the database has of its own. */
async function shapeOf(folder: string): Promise<string[]> {
  const database = await openDatabase({
    dataDir: folder,
    onError: (error) => {
      throw error;
    },
  });
  try {
    await database.start();
    const { rows } = await sql<{ item: string }>`
      with own as (select oid, nspname from pg_namespace where nspname in ('public', 'pgboss'))
      select format('%s.%s.%s %s %s', nspname, relname, attname, atttypid::regtype, attnotnull) as item
        from pg_attribute join pg_class on pg_class.oid = attrelid join own on own.oid = relnamespace where attnum > 0
      union all select pg_get_indexdef(indexrelid)
        from pg_index join pg_class on pg_class.oid = indrelid join own on own.oid = relnamespace
      union all select format('%s %s', conrelid::regclass, pg_get_constraintdef(pg_constraint.oid))
        from pg_constraint join own on own.oid = connamespace where contype <> 'n'
      union all select format('function %s', pg_proc.oid::regprocedure)
        from pg_proc join own on own.oid = pronamespace
      union all select 'migration ' || name from kysely_migration
      order by 1
    `.execute(database.db);
    return rows.map(({ item }) => item).filter((item) => !DAILY_PARTITION.test(item));
  } finally {
    await database.close();
  }
}

it('a new folder has the same tables from the snapshot as from initdb and all migrations', async () => {
  const fromSnapshot = await shapeOf(join(dataDir, 'a'));
  const withoutSnapshot = join(dataDir, 'b');
  mkdirSync(withoutSnapshot);
  await initialiseFolder(join(withoutSnapshot, 'db'));
  expect(fromSnapshot.length).toBeGreaterThan(200);
  expect(await shapeOf(withoutSnapshot)).toEqual(fromSnapshot);
});
