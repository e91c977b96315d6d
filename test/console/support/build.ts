import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const CONSOLE = join(import.meta.dirname, '../../../console');

/** Builds the console where it is missing or older than its sources, so that no test passes on an old one. */
export function buildIfOld(): void {
  const built = join(CONSOLE, 'dist/index.html');
  if (existsSync(built) && statSync(built).mtimeMs >= newest()) return;
  const { status, stderr } = spawnSync(process.execPath, [join(CONSOLE, 'build.ts')], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`The console could not be built:\n${stderr}`);
}

function newest(): number {
  const files = ['index.html', 'vite.config.ts', ...under('src'), ...under('public')];
  return Math.max(...files.map((file) => statSync(join(CONSOLE, file)).mtimeMs));
}

function under(folder: string): string[] {
  return readdirSync(join(CONSOLE, folder), { recursive: true, encoding: 'utf8' }).map((file) =>
    join(folder, file),
  );
}
