import { WEBHOOK_SECRET } from '../../test/support/example-env.ts';
import type { Benchmark, Figure } from '../support/benchmark.ts';
import type { Serving } from '../support/child.ts';
import { sendAll } from '../support/load.ts';
import { type BenchWorld, startBenchWorld, until } from '../support/world.ts';

const MOVES = 4_000;
const WARM_UP = 500;
const SENDERS = 64;

/** @returns stage changes a second, from the first webhook until the last event and the last note. */
export async function flowOf(world: BenchWorld, server: Serving, count: number): Promise<number> {
  const deals = Array.from({ length: count }, () => world.client().dealId);
  const bodies = deals.map((dealId) => {
    world.win(dealId);
    return world.wonBody(dealId);
  });
  const before = { ...world.tally };
  const started = performance.now();
  const target = {
    url: `${server.url}/webhooks/kommo/acme/${WEBHOOK_SECRET}`,
    contentType: 'application/x-www-form-urlencoded',
    body: (n: number) => bodies[n]!,
  };
  const answers = await sendAll(target, SENDERS, count);
  if (answers.failed > 0) throw new Error(`${answers.failed} webhooks were refused.`);
  const isDone = () =>
    world.tally.events >= before.events + count && world.tally.notes >= before.notes + count;
  await until(isDone, 'all events and notes');
  return count / ((performance.now() - started) / 1000);
}

export const flow: Benchmark = {
  name: 'flow',
  description:
    'How many stage changes a second go the whole way, where both sides answer at once? (two cores, simulators too)',
  databases: ['embedded', 'postgres'],
  async run(database, onStep): Promise<Figure[]> {
    const world = await startBenchWorld({ database, kommo: { rateLimit: false } });
    onStep('Stagepost');
    const server = await world.serve('unlimited');
    await flowOf(world, server, WARM_UP);
    const cpu = server.cpuSeconds();
    const ours = await flowOf(world, server, MOVES);
    const cpuMs = ((server.cpuSeconds() - cpu) / MOVES) * 1000;
    await server.stop();
    onStep('the direct handler');
    const direct = await world.direct(0);
    await flowOf(world, direct, WARM_UP);
    const directCpu = direct.cpuSeconds();
    const reference = await flowOf(world, direct, MOVES);
    const directCpuMs = ((direct.cpuSeconds() - directCpu) / MOVES) * 1000;
    await direct.stop();
    await world.close();
    const goal = database === 'embedded' ? '>= 400' : '>= 800';
    return [
      { name: 'stage changes a second', unit: 'per second', ours, reference, goal },
      { name: 'processor time of a stage change', unit: 'ms', ours: cpuMs, reference: directCpuMs },
    ];
  },
};
