import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { Clock } from 'pg-boss';
import { type Database, openDatabase } from '../../src/store/database.ts';

export type Kind = 'embedded' | 'postgres';

/** Both databases: the same tests run against each. */
export const KINDS: Kind[] = ['embedded', 'postgres'];

/** A new, empty database on the test run's PostgreSQL. @returns its URL. */
export async function createPostgresDatabase(): Promise<string> {
  // Asked for only here, so that benchmarks can use the embedded database without vitest.
  const { inject } = await import('vitest');
  const name = `test_${randomBytes(6).toString('hex')}`;
  const client = new pg.Client({ connectionString: `${inject('postgresUrl')}/postgres` });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  return `${inject('postgresUrl')}/${name}`;
}

/** Where a Stagepost of this kind keeps its data, for `startApp` and `openDatabase`. */
export async function storeOf(kind: Kind): Promise<{ dataDir: null; databaseUrl: string | undefined }> {
  return { dataDir: null, databaseUrl: kind === 'postgres' ? await createPostgresDatabase() : undefined };
}

/** A new, empty database with the queue started. */
export async function openTestDatabase(kind: Kind, clock?: Clock): Promise<Database> {
  const database = await openDatabase({
    ...(await storeOf(kind)),
    ...(clock ? { clock } : {}),
    onError: (error) => {
      throw error;
    },
  });
  await database.start();
  return database;
}
