import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createFolder, initialiseFolder } from '../store/database/embedded/create-folder.ts';
import { DataUnusable, prepareDataFolder, requireFreeSpace } from '../store/database/embedded/data-folder.ts';
import { lockData } from '../store/database/embedded/data-lock.ts';
import type { DatabasePlace } from '../store/database/identity/decide.ts';
import { isEmpty, readFacts } from '../store/database/identity/facts.ts';
import { describePlace, embeddedPlace, serverPlace } from '../store/database/identity/place.ts';
import { isNewest } from '../store/database/migrate.ts';
import { createTablesInFolder, createTablesOnServer } from './create-tables.ts';
import type { DatabaseLocation } from './location.ts';
import { openFolderSession, openServerSession, type Session } from './session.ts';

/** A database that is to be filled, and that has nothing in it. Its tables are those of the data that comes. */
export interface Target {
  place: DatabasePlace;
  session(): Session;
  /** Brings the tables up to date, where the data was of an earlier version. */
  migrate(): Promise<void>;
  /** Makes an embedded database usable, under its name. One on a server is usable with the commit. */
  publish(): Promise<void>;
  /** To be called in any case. Without `publish`, nothing of an embedded database remains. */
  close(): Promise<void>;
}

/**
 * Creates the tables as they were after these migrations.
 * @throws DataUnusable where the target has data or is in use
 */
export async function openTarget(to: DatabaseLocation, migrations: string[]): Promise<Target> {
  return 'url' in to ? openServerTarget(to.url, migrations) : openFolderTarget(to.dataDir, migrations);
}

/** The name that the folder has until it is complete: a start does not take it for a database. */
const FILLING = 'db.filling';

async function openFolderTarget(dataDir: string, migrations: string[]): Promise<Target> {
  prepareDataFolder(dataDir);
  requireFreeSpace(dataDir);
  const folder = join(dataDir, 'db');
  const filling = join(dataDir, FILLING);
  const lock = lockData(dataDir, '');
  let session: Session | null = null;
  const closeSession = async () => {
    await session?.close();
    session = null;
  };
  const close = async () => {
    await closeSession();
    rmSync(filling, { recursive: true, force: true });
    lock.release();
  };
  try {
    if (existsSync(folder)) throw hasDatabase(dataDir, folder);
    // Of a run that was killed.
    rmSync(filling, { recursive: true, force: true });
    await (isNewest(migrations) ? createFolder(filling) : initialiseFolder(filling));
    session = await openFolderSession(filling);
    if (!(await hasTables(session))) {
      await closeSession();
      await createTablesInFolder(filling, migrations.at(-1));
      session = await openFolderSession(filling);
    }
  } catch (error) {
    await close();
    throw error;
  }
  return {
    place: embeddedPlace(dataDir),
    session: () => session!,
    migrate: async () => {
      await closeSession();
      await createTablesInFolder(filling);
      session = await openFolderSession(filling);
    },
    publish: async () => {
      await closeSession();
      renameSync(filling, folder);
    },
    close,
  };
}

/** The snapshot of a new database has Stagepost's tables and the queue's. */
async function hasTables(session: Session): Promise<boolean> {
  const [tables] = await session.rows<{ exist: boolean }>(
    `select to_regclass('kysely_migration') is not null and to_regclass('pgboss.job') is not null as exist`,
  );
  return tables!.exist;
}

function hasDatabase(dataDir: string, folder: string): DataUnusable {
  return new DataUnusable(
    `There is a database in ${dataDir} already, and nothing is overwritten. Name another folder with --data, or move the old one ` +
      `away first: mv ${folder} ${folder}.old`,
  );
}

async function openServerTarget(url: string, migrations: string[]): Promise<Target> {
  const session = await openServerSession(url);
  try {
    const place = await serverPlace(url, async (statement) => ({ rows: await session.rows(statement) }));
    await takeServer(session, describePlace(place));
    await requireEmpty(session, describePlace(place), migrations);
    await createTablesOnServer(url, migrations.at(-1));
    return {
      place,
      session: () => session,
      migrate: () => createTablesOnServer(url),
      publish: async () => {},
      close: () => session.close(),
    };
  } catch (error) {
    await session.close();
    throw error;
  }
}

/** Tables of a first start, or of a run that was killed, are no data. @throws DataUnusable */
async function requireEmpty(session: Session, place: string, migrations: string[]): Promise<void> {
  const facts = await readFacts(async (statement) => ({ rows: await session.rows(statement) }));
  if (!isEmpty(facts))
    throw new DataUnusable(
      `There is data in ${place} already, and nothing is overwritten. Create an empty database on the server and name that one.`,
    );
  const [tables] = await session.rows<{ exist: boolean }>(
    `select to_regclass('kysely_migration') is not null as exist`,
  );
  if (!tables!.exist) return;
  const applied = await session.rows<{ name: string }>('select name from kysely_migration order by name');
  const names = applied.map(({ name }) => name);
  if (names.some((name, index) => name !== migrations[index]))
    throw new DataUnusable(
      `There are tables of another version of Stagepost in ${place}. They are empty, but the data does not fit. Create an empty ` +
        'database on the server and name that one.',
    );
  await requireNobody(session, place);
}

/**
 * Keeps a second restore or move from using the database, until the session ends.
 * @throws DataUnusable where one does, also where the database is to be moved to itself
 */
export async function takeServer(session: Session, place: string): Promise<void> {
  const [lock] = await session.rows<{ taken: boolean }>(`select pg_try_advisory_lock(${LOCK}) as taken`);
  if (!lock!.taken)
    throw new DataUnusable(`Another restore or move uses ${place} now, or it is to be moved to itself.`);
}

/** Nobody else uses this number: it is the code of "stagepost". */
const LOCK = 7_375_616;

/** @throws DataUnusable where a Stagepost runs on the database */
export async function requireNobody(session: Session, place: string): Promise<void> {
  const [table] = await session.rows<{ exists: boolean }>(
    `select to_regclass('instances') is not null as exists`,
  );
  if (!table!.exists) return;
  const [alive] = await session.rows<{ count: number }>(
    `select count(*)::int as count from instances where alive_until > extract(epoch from clock_timestamp()) * 1000`,
  );
  if (alive!.count > 0)
    throw new DataUnusable(
      `A Stagepost is running on ${place}, or was until seconds ago. Stop it, wait for half a minute and try again.`,
    );
}
