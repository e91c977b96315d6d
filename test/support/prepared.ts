import { createHash, randomBytes } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { openDatabase } from '../../src/store/database/database.ts';
import { openEmbedded } from '../../src/store/database/embedded/embedded.ts';

/**
 * Databases with Stagepost's tables and the queue's, for tests that are about what happens in them: making one anew
 * takes seconds, a copy takes a tenth of one. The first test that asks makes the original.
 */

const ROOT = join(import.meta.dirname, '../..');
const packageOf = (name: string) => join(ROOT, 'node_modules', name, 'package.json');
const PGLITE = packageOf('@electric-sql/pglite');

/** A data folder for the embedded database, in `folder` or in a new temporary one. @returns its path. */
export async function copyPreparedFolder(folder?: string): Promise<string> {
  const copy = folder ?? mkdtempSync(join(tmpdir(), 'stagepost-data-'));
  cpSync(await preparedFolder(), copy, { recursive: true });
  return copy;
}

/** A data folder in which there is no table yet. */
export async function copyEmptyFolder(folder: string): Promise<void> {
  cpSync(await emptyFolder(), folder, { recursive: true });
}

/** A database on a server, by its URL without a name. @returns its URL. */
export async function copyPreparedDatabase(serverUrl: string): Promise<string> {
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

function preparedFolder(): Promise<string> {
  const store = join(ROOT, 'src/store/database');
  const sources = readdirSync(store, { recursive: true, encoding: 'utf8' }).map((name) => join(store, name));
  return kept('data', [PGLITE, packageOf('pg-boss'), ...sources], async (folder) => {
    await copyEmptyFolder(folder);
    await make({ dataDir: folder });
  });
}

function emptyFolder(): Promise<string> {
  return kept('empty', [PGLITE, join(ROOT, 'src/store/database/embedded/embedded.ts')], async (folder) => {
    await (await openEmbedded(join(folder, 'db'))).close();
  });
}

/** A folder that is kept from run to run, as long as the files that shape it are the same. */
async function kept(
  name: string,
  shapedBy: string[],
  fill: (folder: string) => Promise<void>,
): Promise<string> {
  const cache = join(ROOT, 'node_modules/.cache/stagepost');
  const folder = join(cache, `${name}-${hashOf(shapedBy)}`);
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  removeOld(cache);
  const making = mkdtempSync(join(cache, 'making-'));
  await fill(making);
  try {
    renameSync(making, folder);
  } catch {
    // Another process was first.
    rmSync(making, { recursive: true });
  }
  return folder;
}

/** Those of an earlier shape. Nobody copies one any more when it is a day old. */
function removeOld(cache: string): void {
  for (const name of readdirSync(cache)) {
    const path = join(cache, name);
    // Another process may have renamed or removed it.
    const made = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (made < Date.now() - 86_400_000) rmSync(path, { recursive: true, force: true });
  }
}

/** Once for each server; the lock lets one process make it while the others wait. */
async function prepareDatabase(client: pg.Client, serverUrl: string): Promise<void> {
  await client.query('select pg_advisory_lock(1)');
  const { rowCount } = await client.query(`select 1 from pg_database where datname = 'prepared'`);
  if (rowCount === 0) {
    await client.query('create database preparing');
    await make({ dataDir: null, databaseUrl: `${serverUrl}/preparing` });
    await client.query('alter database preparing rename to prepared');
  }
  await client.query('select pg_advisory_unlock(1)');
}

async function make(where: { dataDir: string | null; databaseUrl?: string }): Promise<void> {
  const database = await openDatabase({
    ...where,
    onError: (error) => {
      throw error;
    },
  });
  await database.start();
  await database.close();
}

function hashOf(files: string[]): string {
  const hash = createHash('sha256');
  for (const file of files.sort()) if (/\.(ts|json)$/.test(file)) hash.update(readFileSync(file));
  return hash.digest('hex').slice(0, 16);
}
