import { bulk as measure } from '../bulk.ts';
import type { Benchmark } from '../support/benchmark.ts';

export const bulk: Benchmark = {
  name: 'bulk',
  description:
    'How many calls do 10,000 identifies take that wait in the outbox? (reference: one PUT a person, 32 at once)',
  databases: ['embedded', 'postgres'],
  async run(database) {
    const { ours, reference } = await measure(database);
    return [
      {
        name: 'calls to Customer.io',
        unit: 'calls',
        ours: ours.calls,
        reference: reference.calls,
        goal: '<= 60',
      },
      { name: 'until all are known', unit: 'seconds', ours: ours.seconds, reference: reference.seconds },
    ];
  },
};
