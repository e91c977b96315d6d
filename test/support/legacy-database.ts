import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Kysely, PGliteDialect, PostgresDialect } from 'kysely';
import { Migrator } from 'kysely/migration';
import pg from 'pg';
import { fromPglite, PgBoss } from 'pg-boss';
import { createWatchQueue } from '../../src/pipeline/watches/queue.ts';
import { openEmbedded } from '../../src/store/database/embedded/embedded.ts';
import * as first from '../../src/store/database/migrations/001-first.ts';
import * as second from '../../src/store/database/migrations/002-reconciler.ts';
import type { Schema } from '../../src/store/database/schema.ts';

/** Where a Stagepost keeps its data. */
export interface Store {
  dataDir: string | null;
  databaseUrl: string | undefined;
}

/**
 * A database as Stagepost's migrations 001 and 002 left it, with its queue. `fill` writes what was under way; then it
 * is closed.
 */
export async function createLegacyDatabase(
  store: Store,
  fill: (db: Kysely<Schema>, boss: PgBoss) => Promise<void>,
): Promise<void> {
  const { db, boss } = store.databaseUrl ? onServer(store.databaseUrl) : await inFolder(store.dataDir!);
  const migrations = { '001-first': first, '002-reconciler': second };
  const { error } = await new Migrator({
    db,
    provider: { getMigrations: async () => migrations },
  }).migrateToLatest();
  if (error) throw error;
  await boss.start();
  await createWatchQueue(boss);
  await fill(db, boss);
  await boss.stop({ graceful: true, timeout: 2_000 });
  await db.destroy();
}

function onServer(connectionString: string) {
  const types = {
    getTypeParser: (oid: number, format?: 'text' | 'binary') =>
      oid === 20 ? Number : pg.types.getTypeParser(oid, format as 'text'),
  } as pg.CustomTypesConfig;
  const db = new Kysely<Schema>({
    dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString, types }) }),
  });
  return { db, boss: new PgBoss({ connectionString }) };
}

async function inFolder(dataDir: string) {
  mkdirSync(dataDir, { recursive: true });
  const pglite = await openEmbedded(join(dataDir, 'db'));
  const db = new Kysely<Schema>({ dialect: new PGliteDialect({ pglite }) });
  return { db, boss: new PgBoss({ db: fromPglite(pglite), backend: 'pglite' }) };
}

/** Writes into it that a later program has migrated it, as that one would. */
export async function recordUnknownMigration(db: Kysely<Schema>, name: string): Promise<void> {
  const timestamp = new Date().toISOString();
  await (db as unknown as Kysely<{ kysely_migration: { name: string; timestamp: string } }>)
    .insertInto('kysely_migration')
    .values({ name, timestamp })
    .execute();
}
