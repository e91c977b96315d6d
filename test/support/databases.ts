import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import pg from 'pg';
import type { Clock } from 'pg-boss';
import { type Database, openDatabase } from '../../src/store/database/database.ts';
import { createDatabaseWithTables, createDataFolder } from './database-templates.ts';

export type Kind = 'embedded' | 'postgres';

/** Both databases: the same tests run against each. */
export const KINDS: Kind[] = ['embedded', 'postgres'];

/**
 * A new database on the test run's PostgreSQL: a copy of the database `template` there, to which nothing is connected, or by
 * default one without any table. @returns its URL.
 */
export async function createPostgresDatabase(template = 'template1'): Promise<string> {
  const url = await serverUrl();
  const name = `test_${randomBytes(6).toString('hex')}`;
  const client = new pg.Client({ connectionString: `${url}/postgres` });
  await client.connect();
  await client.query(`create database ${name} template ${template}`);
  await client.end();
  return `${url}/${name}`;
}

/** Asked for only here, so that benchmarks can use the embedded database without vitest. */
async function serverUrl(): Promise<string> {
  const { inject } = await import('vitest');
  return inject('postgresUrl');
}

/**
 * Where a Stagepost keeps its data, for `startApp` and `openDatabase`. It has all tables already; `createPostgresDatabase`
 * and an empty folder are for tests of how these are made.
 */
export interface Store {
  dataDir: string | null;
  databaseUrl: string | undefined;
}

export async function storeOf(kind: Kind): Promise<Store> {
  if (kind === 'embedded') return { dataDir: await createDataFolder(), databaseUrl: undefined };
  return { dataDir: null, databaseUrl: await createDatabaseWithTables(await serverUrl()) };
}

/** Removes a folder that `storeOf` made; databases go with the test run's server. */
export function removeStore({ dataDir }: Store): void {
  if (dataDir !== null) rmSync(dataDir, { recursive: true, force: true });
}

/** An empty database with the queue started; `close` removes it. */
export async function openTestDatabase(kind: Kind, clock?: Clock): Promise<Database> {
  const store = await storeOf(kind);
  const database = await openDatabase({
    ...store,
    ...(clock ? { clock } : {}),
    onError: (error) => {
      throw error;
    },
  });
  await database.start();
  return {
    ...database,
    close: async () => {
      await database.close();
      removeStore(store);
    },
  };
}
