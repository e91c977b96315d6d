import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Kind } from '../../test/support/databases.ts';
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

async function abused(world: BenchWorld, server: Serving): Promise<Measured & { answered: string }> {
  const secrets = await tokens(world, server);
  const { dealId } = world.client();
  const deal = { kind: 'deal', dealId, pipelineId: world.kommo.pipelineId('Sales'), stageId: 142 };
  const main = join(import.meta.dirname, '../support/attackers.ts');
  const child = spawn(process.execPath, [main, JSON.stringify({ url: server.url, secrets, deal })], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const answered = text(child.stdout);
  const measured = await underTraffic(server);
  child.kill('SIGTERM');
  return { ...measured, answered: (await answered).trim() };
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
    const under = await abused(world, server);
    onStep(`answered to the attackers: ${under.answered} (0: no answer)`);
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
