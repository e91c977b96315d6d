import type { Kind } from '../../test/support/databases.ts';
import type { Benchmark, Figure } from '../support/benchmark.ts';
import type { Serving } from '../support/child.ts';
import { createFilledStore, type FilledStore } from '../support/filled-store.ts';
import { median } from '../support/statistics.ts';
import { type BenchWorld, startBenchWorld } from '../support/world.ts';
import { flowOf } from './flow.ts';
import { alone } from './latency.ts';

const EVENTS = Number(process.env.STAGEPOST_BENCH_EVENTS ?? 1_000_000);
const MOVES = 2_000;
const LONE_MOVES = 60;

interface Pace {
  perSecond: number;
  medianMs: number;
  longestMs: number;
}

async function paceOf(world: BenchWorld, server: Serving): Promise<Pace> {
  const perSecond = await flowOf(world, server, MOVES);
  const times = await alone(world, server, LONE_MOVES);
  return { perSecond, medianMs: median(times), longestMs: Math.max(...times) };
}

let filled: FilledStore | null = null;

export const retention: Benchmark = {
  name: 'retention',
  description: `Is it as fast while retention deletes what is over of ${EVENTS.toLocaleString('en-US')} past events? (reference: the same server before that)`,
  databases: ['embedded', 'postgres'],
  onlyByName: true,
  async run(database: Kind, onStep): Promise<Figure[]> {
    filled ??= await createFilledStore(database, EVENTS, onStep);
    const { store, remove } = await filled.copy();
    const world = await startBenchWorld({ database, kommo: { rateLimit: false }, store });
    const server = await world.serve('unlimited');
    onStep('before');
    await flowOf(world, server, 300);
    const before = await paceOf(world, server);
    onStep('meanwhile');
    let isOver = false;
    const job = server.runRetention().finally(() => {
      isOver = true;
    });
    const meanwhile = await paceOf(world, server);
    if (isOver) throw new Error('The job ended before the measurement did. Take more past events.');
    onStep('the end of the job');
    const seconds = (await job) / 1000;
    await server.stop();
    await world.close();
    await remove();
    const figure = (name: string, unit: string, of: keyof Pace, goal?: string): Figure => ({
      ...{ name, unit, ours: meanwhile[of], reference: before[of], goal },
    });
    return [
      figure('stage changes a second', 'per second', 'perSecond'),
      figure('one stage change through all steps, median', 'ms', 'medianMs'),
      figure('the slowest of these', 'ms', 'longestMs'),
      { name: 'the whole job', unit: 's', ours: seconds, reference: null },
    ];
  },
  async end() {
    await filled?.remove();
    filled = null;
  },
};
