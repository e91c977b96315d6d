/**
 * The gap of a restart: SIGTERM, and a new process at once, while somebody asks every 20 ms. Once with a port of its
 * own, where connections are refused in between, and once with a listening socket that is held by somebody else
 * (systemd, here this script), where they wait. On PostgreSQL also with a second process on that socket, which goes
 * on answering. Medians of 5 restarts each, all in one run.
 *
 * Run: npm run bench:restart [-- --database postgres]
 */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Agent, request } from 'undici';
import { startKommoSimulator } from '../simulators/kommo/index.ts';
import { bindSocket } from '../test/support/bound-socket.ts';
import { exampleEnv } from '../test/support/example-env.ts';
import { freePort } from '../test/support/free-port.ts';
import { writeLoadConfig } from '../test/support/load-config.ts';
import { startPostgresServer } from '../test/support/postgres-server.ts';
import { spawnStagepost, whenListening } from '../test/support/stagepost-process.ts';

const RESTARTS = 5;

const { values } = parseArgs({ options: { database: { type: 'string', default: 'embedded' } } });
const folder = mkdtempSync(join(tmpdir(), 'stagepost-restart-'));
const postgres = values.database === 'postgres' ? await startPostgresServer() : null;
const kommo = await startKommoSimulator();

const children = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

async function serve(port: number, fd: number | null): Promise<ChildProcess> {
  const config = writeLoadConfig(folder);
  const args = ['serve', '--port', String(port), '--data', join(folder, 'data'), '--config', config];
  const database: Record<string, string> = postgres ? { DATABASE_URL: postgres.url } : {};
  const env = { ...exampleEnv(kommo, null), STAGEPOST_LOG: 'error', ...database };
  const child = spawnStagepost(args, { env, fd, stderr: 'inherit' });
  children.add(child);
  await whenListening(child);
  return child;
}

/** Asks every 20 ms, each on a connection of its own as a sender's first one is. */
function watch(port: number) {
  const agent = new Agent({ connections: 200, pipelining: 0 });
  const seen = { refused: 0, longest: 0, refusedMs: 0 };
  let firstRefused: number | null = null;
  const ask = async () => {
    const started = performance.now();
    try {
      const answer = await request(`http://127.0.0.1:${port}/health/live`, {
        dispatcher: agent,
        reset: true,
      });
      await answer.body.dump();
      seen.longest = Math.max(seen.longest, performance.now() - started);
      if (firstRefused !== null) seen.refusedMs = Math.max(seen.refusedMs, performance.now() - firstRefused);
      firstRefused = null;
    } catch {
      seen.refused += 1;
      firstRefused ??= started;
    }
  };
  const timer = setInterval(() => void ask(), 20);
  return {
    async stop() {
      clearInterval(timer);
      await agent.close();
      return seen;
    },
  };
}

async function measure(name: string, port: number, fd: number | null, others = 0): Promise<void> {
  const beside = await Promise.all(Array.from({ length: others }, () => serve(port, fd)));
  let child = await serve(port, fd);
  const gaps: Awaited<ReturnType<ReturnType<typeof watch>['stop']>>[] = [];
  for (let i = 0; i < RESTARTS; i++) {
    const watching = watch(port);
    child.kill('SIGTERM');
    await once(child, 'exit');
    child = await serve(port, fd);
    gaps.push(await watching.stop());
  }
  for (const last of [child, ...beside]) {
    last.kill('SIGTERM');
    await once(last, 'exit');
  }
  const median = (pick: (gap: (typeof gaps)[number]) => number) =>
    Math.round(gaps.map(pick).toSorted((a, b) => a - b)[Math.floor(RESTARTS / 2)]!);
  console.log(
    `  ${name}: refused ${median((gap) => gap.refused)} connections in ${median((gap) => gap.refusedMs)} ms; ` +
      `the longest answer took ${median((gap) => gap.longest)} ms`,
  );
}

console.log(`restart: ${values.database}`);
await measure('a port of its own  ', await freePort(), null);
const socket = bindSocket();
await measure('a socket handed over', socket.port, socket.fd);
if (postgres) await measure('the same, beside a second process', socket.port, socket.fd, 1);
await postgres?.remove();
rmSync(folder, { recursive: true, force: true });
process.exit(0);
