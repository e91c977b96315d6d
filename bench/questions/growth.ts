import type { Kind } from '../../test/support/databases.ts';
import type { Serving } from '../support/child.ts';
import { fillPast } from '../support/past.ts';
import type { Figure, Question } from '../support/question.ts';
import { median } from '../support/statistics.ts';
import { type BenchWorld, startBenchWorld } from '../support/world.ts';
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

async function measure(world: BenchWorld): Promise<Pace> {
  const started = performance.now();
  const server: Serving = await world.serve('unlimited');
  const startMs = performance.now() - started;
  await flowOf(world, server, 300);
  const perSecond = await flowOf(world, server, MOVES);
  const times = await alone(world, server, 100);
  const rssMb = server.rssMb();
  await server.stop();
  return { perSecond, medianMs: median(times), startMs, rssMb };
}

/** Made and closed once: a start on existing data is what is compared. */
async function openedOnce(database: Kind): Promise<BenchWorld> {
  const world = await startBenchWorld({ database, kommo: { rateLimit: false } });
  await (await world.serve()).stop();
  return world;
}

async function withPast(database: Kind, tell: (step: string) => void): Promise<BenchWorld> {
  const world = await openedOnce(database);
  await fillPast(world, EVENTS, tell);
  return world;
}

/** Filling takes minutes, and a few thousand stage changes more make no difference to it: all runs have the same. */
let old: BenchWorld | null = null;

export const growth: Question = {
  name: 'growth',
  asks: `Is it as fast with ${EVENTS.toLocaleString('en-US')} past events in the database? (reference: the same with an empty one)`,
  databases: ['embedded', 'postgres'],
  async run(database: Kind, tell): Promise<Figure[]> {
    tell('empty');
    const young = await openedOnce(database);
    const empty = await measure(young);
    await young.close();
    old ??= await withPast(database, tell);
    tell('full');
    const full = await measure(old);
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
    await old?.close();
    old = null;
  },
};
