/**
 * What a backup costs a running server: the time until a webhook is answered, before and during a backup, with 50 webhooks a
 * second; the time and size of the backup, and the time of a restore. The database has the given number of past events, each
 * with its request, and 200,000 people.
 *
 * Run: npm run bench:backup [-- --events 100000]
 */
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Agent, request } from 'undici';
import { startKommoSimulator } from '../simulators/kommo/index.ts';
import { exampleEnv, WEBHOOK_SECRET } from '../test/support/example-env.ts';
import { freePort } from '../test/support/free-port.ts';
import { writeLoadConfig } from '../test/support/load-config.ts';
import { finish, spawnStagepost, whenListening } from '../test/support/stagepost-process.ts';
import { createFilledStore } from './support/filled-store.ts';

const EVERY_MS = 20;
const BEFORE_MS = 20_000;

const { values } = parseArgs({ options: { events: { type: 'string', default: '100000' } } });
const events = Number(values.events);
const folder = mkdtempSync(join(tmpdir(), 'stagepost-backup-'));
const file = join(folder, 'all.backup');

console.log(`filling a database with ${events} past events`);
const filled = await createFilledStore('embedded', events, () => {});
const { store } = await filled.copy();
const kommo = await startKommoSimulator();
const port = await freePort();
const env = { ...exampleEnv(kommo, null), STAGEPOST_LOG: 'error' };
const data = ['--data', store.dataDir!];
const args = ['serve', '--port', String(port), ...data, '--config', writeLoadConfig(folder)];
const server = spawnStagepost(args, { env, stderr: 'inherit' });
await whenListening(server);

const before = await measured(() => new Promise((resolve) => setTimeout(resolve, BEFORE_MS)));
const during = await measured(() => run('backup', file, ...data));
show('without a backup', before);
show('during the backup', during);
console.log(
  `backup: ${seconds(during.ms)}, ${megabytes(statSync(file).size)} of ${megabytes(sizeOf(store.dataDir!))}`,
);
server.kill('SIGTERM');
await once(server, 'exit');
const started = performance.now();
await run('restore', file, '--yes', '--data', join(folder, 'restored'));
console.log(`restore: ${seconds(performance.now() - started)}`);
await Promise.all([kommo.close(), filled.remove()]);
rmSync(folder, { recursive: true, force: true });

interface Measured {
  /** Until `work` had ended. */
  ms: number;
  /** Until each webhook was answered, ms, ascending. */
  answers: number[];
  failed: number;
}

/** Sends webhooks at a steady pace while `work` goes on. */
async function measured(work: () => Promise<unknown>): Promise<Measured> {
  const agent = new Agent({ connections: 50 });
  const result: Measured = { ms: 0, answers: [], failed: 0 };
  const open = new Set<Promise<void>>();
  const timer = setInterval(() => {
    const sent = send(agent, result).finally(() => open.delete(sent));
    open.add(sent);
  }, EVERY_MS);
  const started = performance.now();
  await work();
  result.ms = performance.now() - started;
  clearInterval(timer);
  await Promise.all(open);
  await agent.close();
  result.answers.sort((a, b) => a - b);
  return result;
}

async function send(dispatcher: Agent, result: Measured): Promise<void> {
  const started = performance.now();
  const id = 70_000_000 + Math.floor(Math.random() * 1e6);
  const fields = {
    id,
    pipeline_id: 1,
    status_id: 142,
    old_status_id: 2,
    last_modified: Math.floor(Date.now() / 1000),
  };
  const body = Object.entries(fields).map(([name, value]) => `leads[update][0][${name}]=${value}`);
  try {
    const answer = await request(`http://127.0.0.1:${port}/webhooks/kommo/acme/${WEBHOOK_SECRET}`, {
      ...{ dispatcher, method: 'POST', body: encodeURI(body.join('&')) },
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    await answer.body.dump();
    if (answer.statusCode !== 200) result.failed += 1;
    result.answers.push(performance.now() - started);
  } catch {
    result.failed += 1;
  }
}

async function run(...command: string[]): Promise<void> {
  const { code, out, err } = await finish(spawnStagepost(command, { env }));
  if (code !== 0) throw new Error(`stagepost ${command[0]} ended with ${code}. ${out} ${err}`);
}

function show(when: string, { answers, failed }: Measured): void {
  const at = (part: number) =>
    `${(answers[Math.min(answers.length - 1, Math.floor(answers.length * part))] ?? 0).toFixed(1)} ms`;
  console.log(
    `webhooks ${when}: ${answers.length}, median ${at(0.5)}, 99 of 100 within ${at(0.99)}, longest ${at(1)}, ${failed} failed`,
  );
}

function sizeOf(path: string): number {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce(
      (sum, entry) =>
        sum + (statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0),
      0,
    );
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
