import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Kind } from '../../test/support/databases.ts';
import { WEBHOOK_SECRET } from '../../test/support/example-env.ts';
import { whenListening } from '../../test/support/stagepost-process.ts';
import type { Benchmark, Figure } from '../support/benchmark.ts';
import { type Serving, serving } from '../support/child.ts';
import { closedLoop, openLoop } from '../support/load.ts';
import { percentile } from '../support/statistics.ts';
import { startBenchWorld } from '../support/world.ts';

const SENDERS = 64;
const CLOSED_SECONDS = 10;
/** A process that has just started compiles what it runs: its first second has answers of up to 125 ms. */
const WARM_UP_SECONDS = 5;
const OPEN = { perSecond: 500, seconds: 20 };
const STORM = { perSecond: 2_000, seconds: 60, referenceSeconds: 10 };

/** An edit of a deal, each of another one: what Kommo sends most. Stagepost understands and plans it meanwhile. */
export function editOf(n: number): string {
  return new URLSearchParams({
    'leads[update][0][id]': String(50_000_000 + n),
    'leads[update][0][name]': `Deal ${n}`,
    'leads[update][0][status_id]': '142',
    'leads[update][0][old_status_id]': '142',
    'leads[update][0][price]': '1200',
    'leads[update][0][responsible_user_id]': '7',
    'leads[update][0][last_modified]': String(Math.floor(Date.now() / 1000)),
    'leads[update][0][pipeline_id]': '1',
    'account[id]': '33333333',
    'account[subdomain]': 'acme',
  }).toString();
}

/** Where such edits go. */
export const editsTo = (server: Serving) => ({
  url: `${server.url}/webhooks/kommo/acme/${WEBHOOK_SECRET}`,
  contentType: 'application/x-www-form-urlencoded',
  body: editOf,
});

async function bareAppend(): Promise<Serving> {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../reference/append.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return serving(child, (await whenListening(child))!);
}

interface Intake {
  perSecond: number;
  p99: number;
  worst: number;
  failed: number;
}

async function measure(
  server: Serving,
  stormSeconds: number,
  onStep: (step: string) => void,
): Promise<Intake> {
  onStep('warming up');
  await openLoop(editsTo(server), OPEN.perSecond, WARM_UP_SECONDS);
  onStep('500 a second');
  const steady = await openLoop(editsTo(server), OPEN.perSecond, OPEN.seconds);
  onStep('64 connections');
  const closed = await closedLoop(editsTo(server), SENDERS, CLOSED_SECONDS);
  onStep(`2,000 a second for ${stormSeconds} s`);
  const storm = await openLoop(editsTo(server), STORM.perSecond, stormSeconds);
  return {
    perSecond: closed.count / closed.seconds,
    p99: percentile(steady.times, 99),
    worst: percentile(storm.times, 100),
    failed: steady.failed + closed.failed + storm.failed,
  };
}

export const intake: Benchmark = {
  name: 'intake',
  description:
    'How many webhooks a second are answered when they are on disk? (reference: a bare append with fdatasync)',
  databases: ['embedded', 'postgres'],
  async run(database: Kind, onStep): Promise<Figure[]> {
    const world = await startBenchWorld({ database, kommo: { rateLimit: false } });
    const server = await world.serve();
    const ours = await measure(server, STORM.seconds, onStep);
    await server.stop();
    await world.close();
    onStep('the bare append');
    const bare = await bareAppend();
    const reference = await measure(bare, STORM.referenceSeconds, onStep);
    await bare.stop();
    return [
      {
        name: 'answers a second, 64 connections',
        unit: 'per second',
        ours: ours.perSecond,
        reference: reference.perSecond,
        goal: 'ratio >= 0.5',
      },
      {
        name: 'p99 at 500 a second',
        unit: 'ms',
        ours: ours.p99,
        reference: reference.p99,
        goal: '< 50',
      },
      {
        name: 'longest answer, a minute at 2,000 a second',
        unit: 'ms',
        ours: ours.worst,
        reference: reference.worst,
      },
      {
        name: 'failed answers, all of the above',
        unit: 'answers',
        ours: ours.failed,
        reference: reference.failed,
        goal: '0',
      },
    ];
  },
};
