import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';

const CONSOLE = join(import.meta.dirname, '../../../console');
const LOCK = join(CONSOLE, '../node_modules/.cache/console-build.lock');

/** A build takes seconds, a minute on a busy machine; a lock that is older was left behind by a run that was killed. */
const LOCK_MS = 120_000;

/** Builds the console where it is missing or older than its sources, so that no test passes on an old one. */
export async function buildIfOld(): Promise<void> {
  while (isOld()) {
    if (!takeLock()) {
      await setTimeout(100);
      continue;
    }
    try {
      await promisify(execFile)(process.execPath, [join(CONSOLE, 'build.ts')]);
    } finally {
      rmSync(LOCK, { recursive: true, force: true });
    }
  }
}

/** Test files run side by side, and one of them is enough. */
function takeLock(): boolean {
  try {
    mkdirSync(dirname(LOCK), { recursive: true });
    mkdirSync(LOCK);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const made = statSync(LOCK, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - made > LOCK_MS) rmSync(LOCK, { recursive: true, force: true });
    return false;
  }
}

function isOld(): boolean {
  const built = join(CONSOLE, 'dist/index.html');
  return !existsSync(built) || statSync(built).mtimeMs < newest();
}

function newest(): number {
  const files = ['index.html', 'build.ts', 'vite.config.ts', ...under('src'), ...under('public')];
  return Math.max(...files.map((file) => statSync(join(CONSOLE, file)).mtimeMs));
}

function under(folder: string): string[] {
  return readdirSync(join(CONSOLE, folder), { recursive: true, encoding: 'utf8' }).map((file) =>
    join(folder, file),
  );
}
