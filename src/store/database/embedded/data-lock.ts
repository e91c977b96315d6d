import { linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataUnusable, prepareDataFolder } from './data-folder.ts';
import { isAlive, ownIdentity, type ProcessIdentity } from './process-identity.ts';

/**
 * Two processes must never open one embedded database. The process that has it open writes a lock file into the data
 * folder, with the address of its server and the token with which the commands call it. The lock names a process by its id
 * and start time: proper-lockfile relies on a heartbeat, which a paused process loses although it still has the database.
 */
export interface DataLock {
  /** Writes the address of the server, for the commands. */
  publish(url: string): void;
  release(): void;
}

export interface LockContent extends ProcessIdentity {
  /** Null until the server listens. */
  url: string | null;
  token: string;
}

/** The folder is in use by the process `holder`. */
export class DataInUse extends Error {
  readonly holder: LockContent;
  constructor(dataDir: string, holder: LockContent) {
    const where = holder.url ? `, at ${holder.url}` : '';
    super(
      `The data folder ${dataDir} is in use by another Stagepost (process ${holder.pid}${where}). ` +
        'Stop that one, or start this one with another --data folder or with DATABASE_URL.',
    );
    this.name = 'DataInUse';
    this.holder = holder;
  }
}

const FILE = 'stagepost.lock';

/** Locks the folder for this process. @throws DataInUse, DataUnusable */
export function lockData(dataDir: string, token: string): DataLock {
  prepareDataFolder(dataDir);
  const file = join(dataDir, FILE);
  const content: LockContent = { ...ownIdentity(), url: null, token };
  takeFile(dataDir, file, content);
  return {
    publish: (url) => replace(file, { ...content, url }),
    release: () => {
      if (readLock(file)?.token === token) rmSync(file, { force: true });
    },
  };
}

/** The living process that holds the lock; null where there is none. */
export function lockHolder(dataDir: string): LockContent | null {
  const content = readLock(join(dataDir, FILE));
  return content && isAlive(content) ? content : null;
}

/** When the holder of the lock began to listen, ms; null where there is no lock. */
export function lockedSince(dataDir: string): number | null {
  return statSync(join(dataDir, FILE), { throwIfNoEntry: false })?.mtimeMs ?? null;
}

function takeFile(dataDir: string, file: string, content: LockContent): void {
  // Linked into place with its content, since other processes treat an empty lock as left behind by a power cut.
  const own = `${file}.${process.pid}.own`;
  writeFileSync(own, JSON.stringify(content), { mode: 0o600 });
  try {
    for (let attempt = 0; ; attempt++) {
      if (createLock(file, own)) return;
      const holder = readLock(file);
      if (holder && (attempt > 3 || isAlive(holder))) throw new DataInUse(dataDir, holder);
      if (attempt > 3)
        throw new DataUnusable(`The lock ${file} cannot be replaced. Remove it if no Stagepost runs.`);
      removeStale(file);
    }
  } finally {
    rmSync(own, { force: true });
  }
}

/** @returns false where the lock exists already. */
function createLock(file: string, own: string): boolean {
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error;
  }
  // A file system without links (FAT, some network shares).
  try {
    writeFileSync(file, readFileSync(own), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Removes the lock of a dead process, or a lock that names no process (a power cut can leave an empty file). The file is
 * renamed first, so that of two processes that find it only one removes it, and restored if it turns out to be a new lock.
 */
function removeStale(file: string): void {
  const renamed = `${file}.${process.pid}.stale`;
  try {
    renameSync(file, renamed);
  } catch {
    return;
  }
  const moved = readLock(renamed);
  if (moved && isAlive(moved)) createLock(file, renamed);
  rmSync(renamed, { force: true });
}

function replace(file: string, content: LockContent): void {
  const next = `${file}.${process.pid}.next`;
  writeFileSync(next, JSON.stringify(content), { mode: 0o600 });
  renameSync(next, file);
}

/** Null where there is no lock, or it names no process. */
function readLock(file: string): LockContent | null {
  try {
    const content = JSON.parse(readFileSync(file, 'utf8')) as LockContent | null;
    return content && Number.isSafeInteger(content.pid) && content.pid > 0 ? content : null;
  } catch {
    return null;
  }
}
