import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
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

/** All temporary files of the run go into one folder, in memory where there is room: databases are mostly written. */
function makeTemporaryFolder(): string {
  const folder = mkdtempSync(join(hasRoom(MEMORY) ? MEMORY : tmpdir(), 'stagepost-test-'));
  // As root PostgreSQL runs as another user, who must be able to reach its own folder in it.
  chmodSync(folder, 0o755);
  process.env.TMPDIR = folder;
  return folder;
}

function hasRoom(folder: string): boolean {
  if (!existsSync(folder)) return false;
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize >= ROOM;
}
