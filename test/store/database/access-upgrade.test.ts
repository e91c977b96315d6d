import { readdirSync } from 'node:fs';
import { Kysely, PostgresDialect } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import pg from 'pg';
import { expect, it } from 'vitest';
import type { Schema } from '../../../src/store/database/schema.ts';
import { listTokens } from '../../../src/store/users/tokens.ts';
import { createPostgresDatabase } from '../../support/databases.ts';

/** After every name of a migration. */
const LATEST = '9';
const FOLDER = new URL('../../../src/store/database/migrations/', import.meta.url);

async function migrationsUpTo(last: string): Promise<Record<string, Migration>> {
  const names = readdirSync(FOLDER).map((file) => file.replace('.ts', ''));
  const loaded = names
    .filter((name) => name <= last)
    .map(async (name) => [name, await import(new URL(`${name}.ts`, FOLDER).href)] as const);
  return Object.fromEntries(await Promise.all(loaded));
}

it('tokens from before get the user who made them, and links of users end', async () => {
  const pool = new pg.Pool({ connectionString: await createPostgresDatabase(), max: 1 });
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  const migrateTo = async (last: string) => {
    const migrations = await migrationsUpTo(last);
    const { error } = await new Migrator({
      db,
      provider: { getMigrations: async () => migrations },
    }).migrateToLatest();
    if (error) throw error;
  };
  await migrateTo('013-failure-codes');
  await pool.query(`
    insert into users (name, name_key, role, created_at) values ('Ann', 'ann', 'admin', 1), ('carol', 'carol', 'viewer', 9);
    insert into tokens (name, role, hash, begins, created_at, created_by) values
      ('of Ann', 'admin', 'a', 'sp_a', 5, 'Ann'),
      ('of another carol', 'admin', 'b', 'sp_b', 5, 'carol'),
      ('of a command', 'admin', 'c', 'sp_c', 5, 'the commands');
    insert into setup_links (hash, user_id, created_at) values ('old', 1, 5), ('first', null, 5);
  `);
  await migrateTo(LATEST);
  expect(
    (await listTokens(db)).map(({ name, maker_name, manages_people }) => [name, maker_name, manages_people]),
  ).toEqual([
    ['of Ann', 'Ann', false],
    ['of another carol', null, false],
    ['of a command', null, false],
  ]);
  const links = await db.selectFrom('setup_links').select('hash').execute();
  expect(links).toEqual([{ hash: 'first' }]);
  await db.destroy();
});
