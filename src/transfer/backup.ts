import { existsSync, rmSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { freeBytes, NEEDED_BYTES } from '../store/database/disk.ts';
import { backupCopyOf, removeAbandonedCopies } from '../store/database/embedded/backup-copies.ts';
import { DataUnusable } from '../store/database/embedded/data-folder.ts';
import { describePlace, embeddedPlace, serverPlace } from '../store/database/identity/place.ts';
import { VERSION } from '../version.ts';
import { type BackupHeader, linesOf, writeBackup } from './backup-file.ts';
import { copyRunningFolder } from './copy-folder.ts';
import { countRows, exportTables } from './export.ts';
import type { DatabaseLocation } from './location.ts';
import { readMigrations } from './migrations.ts';
import { readOpenWork } from './open-work.ts';
import type { OnProgress } from './progress.ts';
import { RowDigest, type TableDigest } from './rows.ts';
import { inSnapshot, openFolderSession, openServerSession, type Session } from './session.ts';
import { readSequences, readTables } from './tables.ts';

export interface BackupOptions {
  from: DatabaseLocation;
  /** The file to write. One of this name is replaced. */
  file: string;
  /** For the header, ms. */
  now(): number;
  onProgress: OnProgress;
}

/**
 * Writes all tables into one file, of one state, also while Stagepost runs and without asking it.
 *
 * - A PostgreSQL server shows one state for as long as a transaction lasts.
 * - The embedded database has one connection, and no other statement runs during a transaction of it: webhooks would wait
 *   for the whole backup. So its folder is copied (see copy-folder.ts), and the copy is read.
 *
 * @throws DataUnusable, DatabaseIsBusy, or the error of the server or disk
 */
export async function backUp(options: BackupOptions): Promise<BackupHeader> {
  const { from, now } = options;
  if ('dataDir' in from) return backUpFolder(from.dataDir, options);
  const session = await openServerSession(from.url);
  try {
    const place = await serverPlace(from.url, async (statement) => ({ rows: await session.rows(statement) }));
    return await backUpSession(session, describePlace(place), options, now());
  } finally {
    await session.close();
  }
}

async function backUpFolder(dataDir: string, options: BackupOptions): Promise<BackupHeader> {
  const folder = join(dataDir, 'db');
  if (!existsSync(folder)) throw new DataUnusable(`There is no database in ${dataDir}.`);
  removeAbandonedCopies(dataDir);
  await requireRoomForCopy(dataDir, folder);
  const copy = backupCopyOf(dataDir);
  try {
    await copyRunningFolder(folder, copy, (done, total) => options.onProgress({ step: 'copy', done, total }));
    const at = options.now();
    const session = await openFolderSession(copy);
    try {
      return await backUpSession(session, describePlace(embeddedPlace(dataDir)), options, at);
    } finally {
      await session.close();
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** The copy must not fill the disk that the running server writes to. */
async function requireRoomForCopy(dataDir: string, folder: string): Promise<void> {
  const sizes = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) =>
      stat(join(entry.parentPath, entry.name)).then(
        ({ size }) => size,
        () => 0,
      ),
    );
  const needed = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0) + 2 * NEEDED_BYTES;
  if (freeBytes(dataDir) >= needed) return;
  throw new DataUnusable(
    `The backup needs ${Math.ceil(needed / 1e6)} MB of free space in ${dataDir} for a while, as much as the database itself. ` +
      'Free some space and try again.',
  );
}

async function backUpSession(
  session: Session,
  place: string,
  { file, onProgress }: BackupOptions,
  at: number,
): Promise<BackupHeader> {
  return inSnapshot(session, async () => {
    const migrations = await readMigrations(session, place);
    const tables = await readTables(session);
    const total = await countRows(session, tables);
    return writeBackup(file, async (line) => {
      const digests = new Map<string, RowDigest>();
      let done = 0;
      let digest = new RowDigest();
      for await (const part of exportTables(session, tables)) {
        await line(linesOf(part));
        if ('table' in part) {
          digest = new RowDigest();
          digests.set(part.table.name, digest);
        } else {
          digest.add(part.rows);
          done += part.rows.length;
          onProgress({ step: 'write', done, total });
        }
      }
      return {
        ...{ stagepost: VERSION, at, place, kind: session.kind },
        migrations,
        installation: await readInstallation(session, tables),
        tables: digestsOf(digests),
        sequences: await readSequences(session, tables),
        open: await readOpenWork(session),
      };
    });
  });
}

function digestsOf(digests: Map<string, RowDigest>): Record<string, TableDigest> {
  return Object.fromEntries([...digests].map(([name, digest]) => [name, digest.value]));
}

/** Null in a database of before the identity, or that no server has used yet. */
async function readInstallation(session: Session, tables: { name: string }[]): Promise<string | null> {
  if (!tables.some(({ name }) => name === 'installation')) return null;
  const [row] = await session.rows<{ id: string }>('select id from installation');
  return row?.id ?? null;
}
