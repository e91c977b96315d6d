import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import pc from 'picocolors';
import { builtConsole } from '../http/files.ts';

const BUILD = join(import.meta.dirname, '../../console/build.ts');

/**
 * In a checkout whose console is not built (npm ci does it, unless its scripts were switched off): builds it.
 * Without it everything but the pages works, so a failure is only said.
 */
export function buildConsoleIfMissing(): void {
  if (existsSync(join(builtConsole(), 'index.html')) || !existsSync(BUILD)) return;
  console.error(pc.dim('Building the console, once; it takes some seconds …'));
  // Another process: what it needs for that is not kept in memory here.
  const { status } = spawnSync(process.execPath, [BUILD, '--if-possible'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0)
    console.error(pc.yellow('The console could not be built; all else works. Try: npm run console:build'));
}
