import type { Kind } from '../../test/support/databases.ts';
import type { Serving } from '../support/child.ts';
import { type Lent, makePast, type Past } from '../support/past.ts';
import type { Figure, Question } from '../support/question.ts';
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
async function measure(database: Kind, { store, remove }: Lent): Promise<Pace> {
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

let past: Past | null = null;

export const growth: Question = {
  name: 'growth',
  asks: `Is it as fast with ${EVENTS.toLocaleString('en-US')} past events in the database? (reference: the same with an empty one)`,
  databases: ['embedded', 'postgres'],
  async run(database: Kind, tell): Promise<Figure[]> {
    past ??= await makePast(database, EVENTS, tell);
    tell('empty');
    const empty = await measure(database, await past.empty());
    tell('full');
    const full = await measure(database, await past.copy());
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
    await past?.remove();
    past = null;
  },
};
