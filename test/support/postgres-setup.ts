import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startPostgresServer } from './postgres-server.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A real PostgreSQL for the whole run; each test file makes its own database in it. */
    postgresUrl: string;
  }
}

const WRITE_SNAPSHOT = join(import.meta.dirname, '../../src/store/database/embedded/write-snapshot.ts');
/** Where Linux keeps files in memory. */
const MEMORY = '/dev/shm';
/** What a whole run may take, in bytes; containers often have 64 MB there. */
const ROOM = 3 * 1024 ** 3;

/** Starts one PostgreSQL for all tests: nothing else need be installed. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = makeTemporaryFolder();
  // Once, before the workers ask for it.
  execFileSync(process.execPath, [WRITE_SNAPSHOT]);
  const postgres = await startPostgresServer(['-c', 'max_connections=200', '-c', 'fsync=off']);
  project.provide('postgresUrl', postgres.url);
  return async () => {
    await postgres.remove();
    rmSync(folder, { recursive: true, force: true });
  };
}

const PREFIX = 'stagepost-test-';

/** All temporary files of the run go into one folder, in memory where there is room: databases are mostly written. */
function makeTemporaryFolder(): string {
  removeAbandoned(MEMORY);
  const folder = mkdtempSync(join(hasRoom(MEMORY) ? MEMORY : tmpdir(), `${PREFIX}${process.pid}-`));
  // As root PostgreSQL runs as another user, who must be able to reach its own folder in it.
  chmodSync(folder, 0o755);
  process.env.TMPDIR = folder;
  return folder;
}

/** The folders of runs that were killed: gigabytes of memory each. */
function removeAbandoned(parent: string): void {
  if (!existsSync(parent)) return;
  for (const name of readdirSync(parent)) {
    const pid = name.startsWith(PREFIX) ? Number.parseInt(name.slice(PREFIX.length), 10) : Number.NaN;
    if (pid > 0 && !isRunning(pid)) rmSync(join(parent, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function hasRoom(folder: string): boolean {
  if (!existsSync(folder)) return false;
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize >= ROOM;
}
