import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Kind } from '../../test/support/databases.ts';
import { type Attack, attacks } from '../../test/support/hostile-drafts.ts';
import type { Benchmark, Figure } from '../support/benchmark.ts';
import type { Serving } from '../support/child.ts';
import { type Answers, openLoop } from '../support/load.ts';
import { percentile } from '../support/statistics.ts';
import { type BenchWorld, startBenchWorld } from '../support/world.ts';
import { editsTo } from './intake.ts';

/*
 * Ordinary webhooks and health probes, once alone and once while a viewer, an editor and a stranger give the API the worst
 * inputs that are known. Everybody asks again as soon as the last answer is there; what is answered is counted by status.
 */

const SECONDS = Number(process.env.STAGEPOST_BENCH_ABUSE_SECONDS ?? 60);
const WEBHOOKS_PER_SECOND = 20;
const PROBE_EVERY_MS = 50;
const SLOW_BODIES = 100;
const WRONG_SIGN_INS = 8;

interface Measured {
  webhooks: Answers;
  health: number[];
  rssMb: number;
}

/** @returns how long each answer of `/health/live` took, in ms; a failed one counts as 60 s */
async function probe({ url }: Serving, signal: AbortSignal): Promise<number[]> {
  const times: number[] = [];
  while (!signal.aborted) {
    const started = performance.now();
    const answer = await fetch(`${url}/health/live`).catch(() => null);
    await answer?.arrayBuffer();
    times.push(answer?.status === 200 ? performance.now() - started : 60_000);
    await sleep(PROBE_EVERY_MS);
  }
  return times;
}

async function underTraffic(server: Serving): Promise<Measured> {
  const end = new AbortController();
  const health = probe(server, end.signal);
  let rssMb = 0;
  const watching = setInterval(() => (rssMb = Math.max(rssMb, server.rssMb())), 200);
  const webhooks = await openLoop(editsTo(server), WEBHOOKS_PER_SECOND, SECONDS);
  end.abort();
  clearInterval(watching);
  return { webhooks, health: await health, rssMb };
}

/** Tokens of a viewer and of an editor. */
async function tokens({ store }: BenchWorld, { url }: Serving): Promise<Record<'viewer' | 'editor', string>> {
  const lock = readFileSync(join(store.dataDir!, 'stagepost.lock'), 'utf8');
  const { token } = JSON.parse(lock) as { token: string };
  const make = async (role: string) => {
    const answer = await fetch(`${url}/api/tokens`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ name: role, role }),
    });
    return ((await answer.json()) as { secret: string }).secret;
  };
  return { viewer: await make('viewer'), editor: await make('editor') };
}

/** Sends what `next` gives, one request after the other, until the signal. */
async function attack(
  { url }: Serving,
  next: () => Attack,
  headers: Record<string, string>,
  counts: Map<number, number>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const { method, path, body } = next();
    const answer = await fetch(url + path, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body }),
    }).catch(() => null);
    await answer?.arrayBuffer().catch(() => null);
    const status = answer?.status ?? 0;
    counts.set(status, (counts.get(status) ?? 0) + 1);
    // A refusal comes at once, and a loop without a pause would measure this process.
    if (status === 0 || status >= 400) await sleep(20);
  }
}

/** Connections that send almost a megabyte and then stop, until the signal. */
async function slowBodies({ url }: Serving, signal: AbortSignal): Promise<void> {
  const { hostname, port } = new URL(url);
  const open = () => {
    if (signal.aborted) return;
    const socket = connect(Number(port), hostname, () => {
      socket.write(
        'POST /webhooks/customerio/acme HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: 999999\r\n\r\n',
      );
      socket.write('x'.repeat(990_000));
    });
    socket.on('error', () => {});
    socket.on('close', () => setTimeout(open, 100));
    signal.addEventListener('abort', () => socket.destroy(), { once: true });
  };
  for (let n = 0; n < SLOW_BODIES; n++) open();
}

async function abused(world: BenchWorld, server: Serving, counts: Map<number, number>): Promise<Measured> {
  const secrets = await tokens(world, server);
  const end = new AbortController();
  const { dealId } = world.client();
  const stage = { pipelineId: world.kommo.pipelineId('Sales'), stageId: 142 };
  const all = attacks({ connection: 'acme', deal: { kind: 'deal', dealId, ...stage } });
  const inTurn = (list: Attack[]) => {
    let n = 0;
    return () => list[n++ % list.length]!;
  };
  const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });
  const signIn: Attack = {
    what: 'a wrong password',
    method: 'POST',
    path: '/api/session',
    body: JSON.stringify({ name: 'Ann', password: 'not this one' }),
  };
  const asBrowser = { 'x-stagepost': 'console', origin: server.url };
  const attackers = [
    attack(server, inTurn(all), bearer(secrets.viewer), counts, end.signal),
    attack(server, inTurn(all), bearer(secrets.viewer), counts, end.signal),
    attack(server, inTurn(all.toReversed()), bearer(secrets.editor), counts, end.signal),
    attack(server, inTurn(all.toReversed()), bearer(secrets.editor), counts, end.signal),
    ...Array.from({ length: WRONG_SIGN_INS }, () =>
      attack(server, () => signIn, asBrowser, counts, end.signal),
    ),
  ];
  await slowBodies(server, end.signal);
  const measured = await underTraffic(server);
  end.abort();
  await Promise.all(attackers);
  return measured;
}

export const abuse: Benchmark = {
  name: 'abuse',
  description:
    'Do webhooks and health probes wait while a viewer, an editor and a stranger send the worst inputs? (reference: the same traffic without them)',
  databases: ['embedded'],
  async run(database: Kind, onStep): Promise<Figure[]> {
    const world = await startBenchWorld({ database, kommo: { rateLimit: false } });
    const server = await world.serve();
    onStep('warming up');
    await openLoop(editsTo(server), WEBHOOKS_PER_SECOND, 5);
    onStep('without abuse');
    const alone = await underTraffic(server);
    onStep('with abuse');
    const counts = new Map<number, number>();
    const under = await abused(world, server, counts);
    const answered = [...counts].toSorted(([a], [b]) => a - b).map(([status, n]) => `${n} × ${status}`);
    onStep(`answered to the attackers: ${answered.join(', ')} (0: no answer)`);
    await server.stop();
    await world.close();
    const both = (name: string, of: (measured: Measured) => number, goal?: string): Figure => ({
      ...{ name, unit: 'ms', ours: of(under), reference: of(alone) },
      ...(goal ? { goal } : {}),
    });
    return [
      both('/health/live, longest', ({ health }) => Math.max(...health), '< 250'),
      both('/health/live, p99', ({ health }) => percentile(health, 99)),
      both('webhooks, longest', ({ webhooks }) => percentile(webhooks.times, 100), '< 2,000'),
      both('webhooks, p99', ({ webhooks }) => percentile(webhooks.times, 99)),
      {
        name: 'webhooks refused or failed',
        unit: 'answers',
        ours: under.webhooks.failed,
        reference: alone.webhooks.failed,
        goal: '0',
      },
      { name: 'memory of the server', unit: 'MB', ours: under.rssMb, reference: alone.rssMb },
    ];
  },
};
