import { randomBytes } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
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
  copyDatabase(await preparedFolder(), join(copy, 'db'));
  return copy;
}

let prepared: Promise<string> | undefined;

/** The snapshot, unpacked once by each process that needs it. */
function preparedFolder(): Promise<string> {
  prepared ??= (async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stagepost-prepared-'));
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    await restoreSnapshot(await writeSnapshotIfMissing(), join(folder, 'db'));
    return join(folder, 'db');
  })();
  return prepared;
}

/** Only the database `postgres` of a folder is opened. These two stay as they are, so copies share their files: two thirds of all. */
const TEMPLATES = ['base/1/', 'base/4/'];

function copyDatabase(from: string, to: string): void {
  mkdirSync(to, { mode: 0o700 });
  for (const entry of readdirSync(from, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name).slice(from.length + 1);
    if (entry.isDirectory()) mkdirSync(join(to, path), { recursive: true, mode: 0o700 });
    else if (TEMPLATES.some((folder) => path.startsWith(folder))) linkSync(join(from, path), join(to, path));
    else copyFileSync(join(from, path), join(to, path));
  }
}

/** A data folder in which there is no table yet: a copy of the first one of the run, since initdb takes seconds. */
export async function createDataFolderWithoutTables(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  copyDatabase(await initialisedFolder(), join(folder, 'db'));
}

async function initialisedFolder(): Promise<string> {
  const shared = join(tmpdir(), 'stagepost-initialised');
  if (existsSync(shared)) return shared;
  const own = mkdtempSync(join(tmpdir(), 'stagepost-initialising-'));
  await initialiseFolder(join(own, 'db'));
  try {
    renameSync(join(own, 'db'), shared);
  } catch (error) {
    // Another process was faster.
    if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error;
  }
  return shared;
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
