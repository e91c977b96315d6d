import { memory as measure } from '../memory.ts';
import type { Benchmark } from '../support/benchmark.ts';

export const memory: Benchmark = {
  name: 'memory',
  description:
    'How much memory does serve hold, and how long does a start take? (2,000 stage changes and 5,000 reports)',
  databases: ['embedded', 'postgres'],
  async run(database) {
    const { firstStart, secondStart, underLoadMb } = await measure(database);
    const goal = database === 'embedded' ? '<= 450' : '<= 250';
    const figure = (name: string, unit: string, ours: number, of?: string) => ({
      name,
      unit,
      ours,
      reference: null,
      ...(of ? { goal: of } : {}),
    });
    return [
      figure('memory after the first start', 'MB', firstStart.rssMb, goal),
      figure('memory on existing data', 'MB', secondStart.rssMb, goal),
      figure('most memory under load', 'MB', underLoadMb, goal),
      figure('first start', 'ms', firstStart.startMs),
      figure(
        'start on existing data',
        'ms',
        secondStart.startMs,
        database === 'embedded' ? '<= 3,000' : undefined,
      ),
    ];
  },
};
