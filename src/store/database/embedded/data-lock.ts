import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataUnusable, prepareDataFolder } from './data-folder.ts';

/**
 * Two processes must never open one embedded database. The process that has it open says so in a
 * file beside it, with where its server listens and the token that the commands need to ask it.
 */
export interface DataLock {
  /** Writes where the server listens, for the commands. */
  publish(url: string): void;
  release(): void;
}

export interface LockContent {
  pid: number;
  /** When the process started, as the system counts it; a reused pid has another. Null where it cannot be known. */
  startedAt: string | null;
  /** Null until the server listens. */
  url: string | null;
  token: string;
}

/** The folder is in use; `holder` says by whom. */
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

/** Takes the folder for this process. @throws DataInUse, DataUnusable */
export function lockData(dataDir: string, token: string): DataLock {
  prepareDataFolder(dataDir);
  const file = join(dataDir, FILE);
  const content: LockContent = {
    pid: process.pid,
    startedAt: startOf(statOf(process.pid)),
    url: null,
    token,
  };
  takeFile(dataDir, file, content);
  return {
    publish: (url) => replace(file, { ...content, url }),
    release: () => {
      if (readLock(file)?.token === token) rmSync(file, { force: true });
    },
  };
}

/** Who has the folder, or null where nobody alive does. */
export function lockHolder(dataDir: string): LockContent | null {
  const content = readLock(join(dataDir, FILE));
  return content && isAlive(content) ? content : null;
}

function takeFile(dataDir: string, file: string, content: LockContent): void {
  // Linked into place with its content: an empty lock would look to others like one that a power cut left behind.
  const own = `${file}.${process.pid}.own`;
  writeFileSync(own, JSON.stringify(content), { mode: 0o600 });
  try {
    for (let attempt = 0; ; attempt++) {
      if (created(file, own)) return;
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

/** Whether the lock is ours now; false where there is one already. */
function created(file: string, own: string): boolean {
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
 * Removes a lock of a process that died, or one without sense (a power cut can leave an empty file). It is moved aside
 * first, so that of two processes that find it only one removes it, and put back if it is another one by now.
 */
function removeStale(file: string): void {
  const aside = `${file}.${process.pid}.stale`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  const moved = readLock(aside);
  if (moved && isAlive(moved)) created(file, aside);
  rmSync(aside, { force: true });
}

function replace(file: string, content: LockContent): void {
  const next = `${file}.${process.pid}.next`;
  writeFileSync(next, JSON.stringify(content), { mode: 0o600 });
  renameSync(next, file);
}

/** Null where there is no lock, or nothing that makes sense in it. */
function readLock(file: string): LockContent | null {
  try {
    const content = JSON.parse(readFileSync(file, 'utf8')) as LockContent | null;
    return content && Number.isSafeInteger(content.pid) && content.pid > 0 ? content : null;
  } catch {
    return null;
  }
}

function isAlive({ pid, startedAt }: LockContent): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const stat = statOf(pid);
  // A killed process that its parent has not yet collected is a zombie: dead, though its number lives.
  if (stat?.[0] === 'Z') return false;
  const now = startOf(stat);
  if (startedAt === null || now === null) return true;
  // Stagepost 0.1 wrote the time alone.
  return startedAt === (startedAt.includes(':') ? now : now.slice(now.indexOf(':') + 1));
}

/** Field 22 of /proc/PID/stat, counted from the state (field 3). */
const START_TIME = 19;

/** When a process started: in which run of the machine, and how long after its boot. Null where it cannot be known. */
function startOf(stat: string[] | null): string | null {
  const time = stat?.[START_TIME];
  return time === undefined ? null : `${bootId()}:${time}`;
}

/** In a container Stagepost is always process 1, and always starts soon after the boot. */
function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}

/** What Linux's /proc says of a process, from the state on; null on other systems. */
function statOf(pid: number): string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}
