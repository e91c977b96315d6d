import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DataUnusable } from '../store/database/embedded/data-folder.ts';
import { lockData } from '../store/database/embedded/data-lock.ts';
import type { DatabasePlace } from '../store/database/identity/decide.ts';
import { describePlace, embeddedPlace, serverPlace } from '../store/database/identity/place.ts';
import { isNewest } from '../store/database/migrate.ts';
import { countRows, exportTables } from './export.ts';
import { fillTarget } from './fill.ts';
import type { DatabaseLocation } from './location.ts';
import { readMigrations } from './migrations.ts';
import type { OnProgress } from './progress.ts';
import { digestOfTable, type TableDigest } from './rows.ts';
import { inSnapshot, openFolderSession, openServerSession, type Session } from './session.ts';
import { readSequences, readTables } from './tables.ts';
import { openTarget, requireNobody, takeServer } from './target.ts';

export interface MoveOptions {
  from: DatabaseLocation;
  to: DatabaseLocation;
  now(): number;
  onProgress: OnProgress;
}

export interface Moved {
  from: DatabasePlace;
  to: DatabasePlace;
  /** Rows and their sum, by table: the same on both sides. */
  tables: Record<string, TableDigest>;
  /** Tables that are not Stagepost's, and were left out. */
  foreign: string[];
}

/**
 * Moves all data to a database that has nothing in it. Nobody may use either of them meanwhile. The source stays as it is
 * until everything was written and compared; then it is marked, so that no start uses it by mistake.
 *
 * A kill at any time leaves a source that can be used, and a target that is empty or complete. Where it is complete and the
 * source was not marked any more, the next run finds both to be equal and only marks the source.
 * @throws DataUnusable, TablesDiffer, or the error of a server or disk
 */
export async function move({ from, to, now, onProgress }: MoveOptions): Promise<Moved> {
  const source = await openDatabaseAlone(from);
  try {
    const { session, place } = source;
    const migrations = await requireCurrent(session, place);
    // The embedded database has its lock.
    if (session.kind === 'postgres') await requireNobody(session, describePlace(place));
    const moved = (await alreadyMoved(source, to)) ?? (await copyAll(source, to, migrations, onProgress));
    await markMoved(session, describePlace(moved.to), now());
    return moved;
  } finally {
    await source.close();
  }
}

/** A database that nobody else uses. */
interface OpenDatabase {
  place: DatabasePlace;
  session: Session;
  close(): Promise<void>;
}

async function openDatabaseAlone(location: DatabaseLocation): Promise<OpenDatabase> {
  return 'url' in location ? openServerAlone(location.url) : openFolderAlone(location.dataDir);
}

async function openServerAlone(url: string): Promise<OpenDatabase> {
  const session = await openServerSession(url);
  try {
    const place = await serverPlace(url, async (statement) => ({ rows: await session.rows(statement) }));
    await takeServer(session, describePlace(place));
    return { place, session, close: () => session.close() };
  } catch (error) {
    await session.close();
    throw error;
  }
}

async function openFolderAlone(dataDir: string): Promise<OpenDatabase> {
  const folder = join(dataDir, 'db');
  if (!existsSync(folder))
    throw new DataUnusable(
      `There is no database in ${dataDir}. If Stagepost uses another folder, name it with --data.`,
    );
  const lock = lockData(dataDir, '');
  try {
    const session = await openFolderSession(folder);
    const close = async () => {
      await session.close();
      lock.release();
    };
    return { place: embeddedPlace(dataDir), session, close };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** @returns the migrations. @throws DataUnusable where there is nothing to move, or not with this version */
async function requireCurrent(session: Session, place: DatabasePlace): Promise<string[]> {
  const migrations = await readMigrations(session, describePlace(place));
  if (!isNewest(migrations))
    throw new DataUnusable(
      `Another version of Stagepost has used ${describePlace(place)}. Start this version on it once, stop it, and move then.`,
    );
  const [mark] = await session.rows<{ moved_to: string | null }>('select moved_to from installation');
  if (mark?.moved_to != null)
    throw new DataUnusable(`The data of ${describePlace(place)} was moved to ${mark.moved_to} before.`);
  return migrations;
}

async function copyAll(
  { session, place }: OpenDatabase,
  to: DatabaseLocation,
  migrations: string[],
  onProgress: OnProgress,
): Promise<Moved> {
  const target = await openTarget(to, migrations);
  try {
    const imported = await inSnapshot(session, async () => {
      const tables = await readTables(session);
      const content = {
        migrations,
        parts: exportTables(session, tables),
        sequences: () => readSequences(session, tables),
        rows: await countRows(session, tables),
        // What was read is what is compared with what was written.
        check: () => {},
      };
      return fillTarget(target, content, async () => {}, onProgress);
    });
    return { from: place, to: target.place, tables: imported.digests, foreign: imported.foreign };
  } finally {
    await target.close();
  }
}

/** Where an earlier run was killed after everything was written: what it has written; else null. */
async function alreadyMoved({ session, place }: OpenDatabase, to: DatabaseLocation): Promise<Moved | null> {
  if ('dataDir' in to && !existsSync(join(to.dataDir, 'db'))) return null;
  const target = await openDatabaseAlone(to);
  try {
    const installation = await installationOf(session);
    if (installation === null || (await installationOf(target.session)) !== installation) return null;
    const digests: Record<string, TableDigest> = {};
    for (const table of await readTables(session)) {
      const [here, there] = [await digestOfTable(session, table), await digestOfTable(target.session, table)];
      if (here.rows !== there.rows || here.sum !== there.sum) return null;
      digests[table.name] = here;
    }
    return { from: place, to: target.place, tables: digests, foreign: [] };
  } finally {
    await target.close();
  }
}

/** Null without tables, and where no server has used the database. */
async function installationOf(session: Session): Promise<string | null> {
  const rows = await session.rows<{ id: string }>('select id from installation').catch(() => []);
  return rows[0]?.id ?? null;
}

/** From now on, a start with this database is refused. */
async function markMoved(session: Session, to: string, at: number): Promise<void> {
  await session.rows('update installation set moved_to = $1, moved_at = $2::bigint', [to, String(at)]);
}
