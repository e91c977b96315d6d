import type { Kind } from '../../test/support/databases.ts';
import type { Benchmark, Figure } from '../support/benchmark.ts';
import type { Serving } from '../support/child.ts';
import { createFilledStore, type FilledStore, type StoreCopy } from '../support/filled-store.ts';
import { median } from '../support/statistics.ts';
import { startBenchWorld } from '../support/world.ts';
import { flowOf } from './flow.ts';
import { alone } from './latency.ts';

const EVENTS = Number(process.env.STAGEPOST_BENCH_EVENTS ?? 2_000_000);
const MOVES = 4_000;

interface Pace {
  perSecond: number;
  medianMs: number;
  startMs: number;
  rssMb: number;
}

/** A start on existing data is what is compared: the store is opened and closed once before. */
async function measure(database: Kind, { store, remove }: StoreCopy): Promise<Pace> {
  const world = await startBenchWorld({ database, kommo: { rateLimit: false }, store });
  await (await world.serve()).stop();
  const started = performance.now();
  const server: Serving = await world.serve('unlimited');
  const startMs = performance.now() - started;
  await flowOf(world, server, 300);
  const perSecond = await flowOf(world, server, MOVES);
  const times = await alone(world, server, 100);
  const rssMb = server.rssMb();
  await server.stop();
  await world.close();
  await remove();
  return { perSecond, medianMs: median(times), startMs, rssMb };
}

let filled: FilledStore | null = null;

export const growth: Benchmark = {
  name: 'growth',
  description: `Is it as fast with ${EVENTS.toLocaleString('en-US')} past events in the database? (reference: the same with an empty one)`,
  databases: ['embedded', 'postgres'],
  async run(database: Kind, onStep): Promise<Figure[]> {
    filled ??= await createFilledStore(database, EVENTS, onStep);
    onStep('empty');
    const empty = await measure(database, await filled.empty());
    onStep('full');
    const full = await measure(database, await filled.copy());
    return [
      {
        name: 'stage changes a second',
        unit: 'per second',
        ours: full.perSecond,
        reference: empty.perSecond,
        goal: 'ratio >= 0.9',
      },
      {
        name: 'latency of one stage change, median',
        unit: 'ms',
        ours: full.medianMs,
        reference: empty.medianMs,
        goal: 'ratio <= 1.1',
      },
      {
        name: 'start on existing data',
        unit: 'ms',
        ours: full.startMs,
        reference: empty.startMs,
        goal: '<= 3,000',
      },
      { name: 'memory after that', unit: 'MB', ours: full.rssMb, reference: empty.rssMb },
    ];
  },
  async end() {
    await filled?.remove();
    filled = null;
  },
};
