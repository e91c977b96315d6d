import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { builtConsole } from '../../http/console-files.ts';
import { colors } from '../terminal/colors.ts';
import { printError } from '../terminal/output.ts';

const BUILD = join(import.meta.dirname, '../../../console/build.ts');

/**
 * Builds the console in a checkout where `npm ci` has not, because its scripts were switched off. A failure is only
 * printed: everything but the console's pages works without it.
 */
export async function buildConsoleIfMissing(): Promise<void> {
  if (isConsoleBuilt() || !existsSync(BUILD)) return;
  printError(colors.dim('Building the console. This takes a few seconds, once …'));
  const child = spawnReadable([BUILD, '--if-possible']);
  await once(child, 'exit');
  // Without its tools the build ends with 0 and has built nothing.
  if (!isConsoleBuilt()) printError(colors.yellow(NOT_BUILT));
}

const NOT_BUILT =
  'The console could not be built, so nobody can sign in with a browser. Everything else works. Its tools are development ' +
  'packages: install them with npm ci (without --omit=dev), then run: npm run console:build';

function isConsoleBuilt(): boolean {
  return existsSync(join(builtConsole(), 'index.html'));
}

/**
 * Runs the build in a process of its own: webhooks are answered meanwhile, and its memory is freed afterwards. The console's
 * files are not secret, and another user who runs Stagepost from this checkout must be able to read them.
 */
function spawnReadable(args: string[]): ChildProcess {
  const own = process.umask(0o022);
  try {
    return spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  } finally {
    process.umask(own);
  }
}
