#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module, { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** The runtime comes with the package; `npx` finds it by itself, a direct call may meet an older one. */
const NEEDS = 24;

if (Number(process.versions.node.split('.')[0]) >= NEEDS) {
  // The published package carries compiled JavaScript, since Node strips no types under
  // node_modules; a checkout runs its TypeScript as it is.
  // Halves what a start spends on loading code, and so the time in which nobody takes a webhook.
  module.enableCompileCache();
  const compiled = new URL('../dist/src/cli.js', import.meta.url);
  await import(existsSync(compiled) ? compiled.href : '../src/cli.ts');
} else {
  const runtime = createRequire(import.meta.url).resolve('node/bin/node');
  // A socket that systemd handed to this process (see inherited-socket.ts) goes on to the runtime.
  const hasSocket = process.env.LISTEN_PID === String(process.pid) && Number(process.env.LISTEN_FDS) >= 1;
  const child = spawn(runtime, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', ...(hasSocket ? [3] : [])],
    env: hasSocket ? { ...process.env, STAGEPOST_LISTEN_FD: '3' } : process.env,
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code) => process.exit(code ?? 1));
}
