#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { enableCompileCache } from './compile-cache.js';
import { installedRuntime } from './runtime.js';

/** The runtime comes with the package; `npx` finds it by itself, a direct call may meet an older one. */
const NEEDS = 24;

if (Number(process.versions.node.split('.')[0]) >= NEEDS) {
  enableCompileCache();
  // The published package carries compiled JavaScript, since Node strips no types under
  // node_modules; a checkout runs its TypeScript as it is.
  const compiled = new URL('../dist/src/cli.js', import.meta.url);
  await import(existsSync(compiled) ? compiled.href : '../src/cli.ts');
} else {
  runWith(installedRuntime());
}

/** Runs this program again with another Node, and ends as that process ends. */
function runWith(runtime) {
  if (runtime === null) {
    console.error(
      `Stagepost needs Node ${NEEDS}, and this is Node ${process.versions.node}. None was installed with it for ` +
        `${process.platform}-${process.arch}. Install Node ${NEEDS}, or run npm ci again if optional dependencies were left out.`,
    );
    process.exit(1);
  }
  // A socket that systemd handed to this process (see inherited-socket.ts) goes on to the runtime.
  const hasSocket = process.env.LISTEN_PID === String(process.pid) && Number(process.env.LISTEN_FDS) >= 1;
  const child = spawn(runtime, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', ...(hasSocket ? [3] : [])],
    env: hasSocket ? { ...process.env, STAGEPOST_LISTEN_FD: '3' } : process.env,
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code) => process.exit(code ?? 1));
}
