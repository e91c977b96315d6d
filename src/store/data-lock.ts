import {
  accessSync,
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

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

/** The folder cannot be used by this process, in words for a person. */
export class DataUnusable extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DataUnusable';
  }
}

/** Takes the folder for this process. @throws DataInUse, DataUnusable */
export function lockData(dataDir: string, token: string): DataLock {
  prepareFolder(dataDir);
  const file = join(dataDir, FILE);
  const content: LockContent = {
    pid: process.pid,
    startedAt: statOf(process.pid)?.[START_TIME] ?? null,
    url: null,
    token,
  };
  takeFile(dataDir, file, content);
  return {
    publish: (url) => replace(file, { ...content, url }),
    release: () => {
      if (readLock(dataDir)?.token === token) rmSync(file, { force: true });
    },
  };
}

/** Who has the folder, or null where nobody alive does. */
export function lockHolder(dataDir: string): LockContent | null {
  const content = readLock(dataDir);
  return content && isAlive(content) ? content : null;
}

function prepareFolder(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    accessSync(dataDir, constants.W_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' || code === 'ENOTDIR')
      throw new DataUnusable(`${dataDir} is a file, not a folder. Name a folder with --data.`);
    throw new DataUnusable(
      `This user may not write to the data folder ${dataDir} (${code}). Check its owner and rights.`,
    );
  }
  const owner = statSync(dataDir).uid;
  // What root writes into somebody else's database, its owner cannot read any more.
  if (process.getuid?.() === 0 && owner !== 0) {
    throw new DataUnusable(
      `The data folder ${dataDir} belongs to the user with the number ${owner}. Run this as that user: sudo -u '#${owner}' …`,
    );
  }
}

function takeFile(dataDir: string, file: string, content: LockContent): void {
  for (let attempt = 0; ; attempt++) {
    try {
      const handle = openSync(file, 'wx', 0o600);
      writeSync(handle, JSON.stringify(content));
      closeSync(handle);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || attempt > 3) throw error;
    }
    const holder = readLock(dataDir);
    if (holder && isAlive(holder)) throw new DataInUse(dataDir, holder);
    // Left by a process that died. Moved aside first, so that of two that find it only one removes it.
    const aside = `${file}.${process.pid}.stale`;
    try {
      renameSync(file, aside);
    } catch {
      continue;
    }
    rmSync(aside, { force: true });
  }
}

function replace(file: string, content: LockContent): void {
  const next = `${file}.${process.pid}.next`;
  writeFileSync(next, JSON.stringify(content), { mode: 0o600 });
  renameSync(next, file);
}

function readLock(dataDir: string): LockContent | null {
  try {
    return JSON.parse(readFileSync(join(dataDir, FILE), 'utf8')) as LockContent;
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
  const now = stat?.[START_TIME] ?? null;
  return startedAt === null || now === null || startedAt === now;
}

/** Field 22 of /proc/PID/stat, counted from the state (field 3). */
const START_TIME = 19;

/** What Linux's /proc says of a process, from the state on; null on other systems. */
function statOf(pid: number): string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}
