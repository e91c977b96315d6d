import { fleet as measure } from '../fleet.ts';
import type { Figure, Question } from '../support/question.ts';
import { median } from '../support/statistics.ts';

/** Its parts repeat what must be repeated by themselves: `--runs 1` is what it takes. */
export const fleet: Question = {
  name: 'fleet',
  asks: 'What do 300 idle connections cost, how fast does another instance take over, what do two instances carry?',
  databases: ['postgres'],
  async run(): Promise<Figure[]> {
    const { idle, takeover, live, burst } = await measure();
    const figure = (name: string, unit: string, ours: number, goal?: string): Figure => ({
      name,
      unit,
      ours,
      reference: null,
      ...(goal ? { goal } : {}),
    });
    return [
      figure('300 idle connections: statements', 'per second', idle.statementsPerSecond),
      figure('300 idle connections: of one processor', 'percent', idle.processorPercent),
      figure('300 idle connections: memory', 'MB', idle.rssMb),
      figure(
        'kill -9 until the last connection delivers again, worst',
        'seconds',
        Math.max(...takeover.killed.map(({ lastSeconds }) => lastSeconds)),
        '<= 15',
      ),
      figure(
        'SIGTERM until the last connection delivers again, median',
        'seconds',
        median(takeover.stopped.map(({ lastSeconds }) => lastSeconds)),
      ),
      figure('processor time of one of 10 stage changes a second', 'ms', live.instanceMsPerMove),
      ...burst.map(({ part, one, two }) => ({
        name: `stage changes, two instances beside one, ${part * 100}% of a processor each`,
        unit: 'per second',
        ours: median(two.map(({ movesPerSecond }) => movesPerSecond)),
        reference: median(one.map(({ movesPerSecond }) => movesPerSecond)),
        goal: 'ratio >= 1.6',
      })),
    ];
  },
};
