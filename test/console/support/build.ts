import { execFile } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const CONSOLE = join(import.meta.dirname, '../../../console');
/** Builds the console where it is missing or older than its sources, so that no test passes on an old one. */
export async function buildIfOld(): Promise<void> {
  if (isOld()) await promisify(execFile)(process.execPath, [join(CONSOLE, 'build.ts')]);
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
