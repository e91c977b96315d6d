import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { openDatabase } from '../../src/store/database/database.ts';
import { initialiseFolder } from '../../src/store/database/embedded/create-folder.ts';
import { restoreSnapshot } from '../../src/store/database/embedded/snapshot.ts';
import { writeSnapshotIfMissing } from '../../src/store/database/embedded/write-snapshot.ts';

/**
 * New databases with all tables in them, for tests that are about what happens in the tables: migrating a new one takes
 * seconds, a copy takes a tenth of one.
 */

/** A data folder for the embedded database, in `folder` or in a new temporary one. @returns its path. */
export async function createDataFolder(folder?: string): Promise<string> {
  const copy = folder ?? mkdtempSync(join(tmpdir(), 'stagepost-data-'));
  mkdirSync(copy, { recursive: true });
  await restoreSnapshot(await writeSnapshotIfMissing(), join(copy, 'db'));
  return copy;
}

/** A data folder in which there is no table yet. */
export async function createDataFolderWithoutTables(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await initialiseFolder(join(folder, 'db'));
}

/** A database on a server, by its URL without a name. @returns its URL. */
export async function createDatabaseWithTables(serverUrl: string): Promise<string> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  const client = new pg.Client({ connectionString: `${serverUrl}/postgres` });
  await client.connect();
  try {
    await prepareDatabase(client, serverUrl);
    await client.query(`create database ${name} template prepared`);
  } finally {
    await client.end();
  }
  return `${serverUrl}/${name}`;
}

/** Once for each server; the lock lets one process make it while the others wait. */
async function prepareDatabase(client: pg.Client, serverUrl: string): Promise<void> {
  await client.query('select pg_advisory_lock(1)');
  const { rowCount } = await client.query(`select 1 from pg_database where datname = 'prepared'`);
  if (rowCount === 0) {
    await client.query('create database preparing');
    await createTables(`${serverUrl}/preparing`);
    await client.query('alter database preparing rename to prepared');
  }
  await client.query('select pg_advisory_unlock(1)');
}

async function createTables(databaseUrl: string): Promise<void> {
  const database = await openDatabase({
    dataDir: null,
    databaseUrl,
    onError: (error) => {
      throw error;
    },
  });
  await database.start();
  await database.close();
}
