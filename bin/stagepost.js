#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { enableCompileCache } from './compile-cache.js';
import { installedRuntime } from './runtime.js';

/** In a checkout `npx` and `npm run` find the Node of the development packages by themselves; a direct call may meet an older one. */
const NEEDS = 24;

if (Number(process.versions.node.split('.')[0]) >= NEEDS) {
  enableCompileCache();
  // The published package has compiled JavaScript only, since Node strips no types under node_modules. A checkout runs its
  // TypeScript, also where `npm pack` has left compiled code of an earlier state.
  const source = new URL('../src/cli.ts', import.meta.url);
  await import(existsSync(source) ? source.href : '../dist/src/cli.js');
} else {
  runWith(installedRuntime());
}

/** Runs this program again with another Node, and ends as that process ends. */
function runWith(runtime) {
  if (runtime === null) {
    console.error(
      `Stagepost needs Node ${NEEDS} or newer, and this is Node ${process.versions.node}. Install it from nodejs.org or with your ` +
        `system's packages. In a checkout, npm ci brings it with the development packages, unless --omit=dev leaves them out.`,
    );
    // Wrong usage, like a wrong configuration: systemd does not try again.
    process.exit(2);
  }
  // A socket that systemd handed to this process (see inherited-socket.ts) goes on to the runtime.
  const hasSocket = process.env.LISTEN_PID === String(process.pid) && Number(process.env.LISTEN_FDS) >= 1;
  const child = spawn(runtime, ['--', fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', ...(hasSocket ? [3] : [])],
    env: hasSocket ? { ...process.env, STAGEPOST_LISTEN_FD: '3' } : process.env,
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code) => process.exit(code ?? 1));
}
