import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import pc from 'picocolors';
import { builtConsole } from '../../http/console-files.ts';

const BUILD = join(import.meta.dirname, '../../../console/build.ts');

/**
 * In a checkout whose console is not built (`npm ci` does it, unless its scripts were switched off): builds it.
 * Without it everything but the pages works, so a failure is only said.
 */
export async function buildConsoleIfMissing(): Promise<void> {
  if (existsSync(join(builtConsole(), 'index.html')) || !existsSync(BUILD)) return;
  console.error(pc.dim('Building the console, once; it takes some seconds …'));
  // Another process: webhooks are answered meanwhile, and what the build needs is not kept in memory here.
  const child = spawn(process.execPath, [BUILD, '--if-possible'], { stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = await once(child, 'exit');
  if (code !== 0)
    console.error(pc.yellow('The console could not be built; all else works. Try: npm run console:build'));
}
