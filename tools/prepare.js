/**
 * npm runs this after `npm ci` in a checkout, and `npm run prepare` runs it alone. It builds the console, and creates the
 * snapshot from which new embedded databases start. It is plain JavaScript, because the Node that runs it is the machine's
 * own and may be too old for TypeScript.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { installedRuntime } from '../bin/runtime.js';

const ROOT = join(import.meta.dirname, '..');
const STEPS = [['console/build.ts', '--if-possible'], ['src/store/database/embedded/write-snapshot.ts']];
const NEEDS = 24;

// `npm pack` and `npm publish` run `prepack` first, which has built everything for the compiled code.
const isPacking = ['pack', 'publish'].includes(process.env.npm_command ?? '');
if (!isPacking) prepare();

function prepare() {
  const installed = installedRuntime();
  if (installed !== null) linkRuntime(installed);
  const isRecent = Number(process.versions.node.split('.')[0]) >= NEEDS;
  const runtime = installed ?? (isRecent ? process.execPath : null);
  if (runtime === null) {
    console.log(
      `Neither the console nor the snapshot of an empty database was created: that needs Node ${NEEDS}, and this is Node ` +
        `${process.versions.node}. Install Node ${NEEDS}, then run: npm run prepare`,
    );
    return;
  }
  for (const step of STEPS) {
    const { status } = spawnSync(runtime, step, { cwd: ROOT, stdio: 'inherit' });
    if (status !== 0) process.exit(status ?? 1);
  }
}

/**
 * Creates `node_modules/.bin/node`, with which every script of package.json runs. npm up to version 10 removes it with
 * the packages of other platforms, whose command has the same name (npm/cli issue 4362).
 */
function linkRuntime(runtime) {
  const link = join(ROOT, 'node_modules/.bin/node');
  if (process.platform === 'win32' || existsSync(link)) return;
  symlinkSync(relative(dirname(link), runtime), link);
}
