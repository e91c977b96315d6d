import type { Case } from '../fleet/flow.ts';
import { fleet as measure } from '../fleet.ts';
import type { Figure, Question } from '../support/question.ts';
import { median } from '../support/statistics.ts';

/** Its parts repeat what must be repeated by themselves: `--runs 1` is what it takes. */
export const fleet: Question = {
  name: 'fleet',
  asks: 'What do 300 idle connections cost, how fast does another instance take over, what do two instances carry?',
  databases: ['postgres'],
  async run(): Promise<Figure[]> {
    const { idle, takeover, flow } = await measure();
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
      ...flow.map((one) => figure(`stage changes, ${wordsOf(one)}`, 'per second', one.movesPerSecond)),
    ];
  },
};

function wordsOf({ instances, part, webhooksPerSecond }: Case): string {
  const who = `${instances} instance${instances > 1 ? 's' : ''} with ${part * 100}% of a processor each`;
  return webhooksPerSecond === null ? who : `${who}, ${webhooksPerSecond} come a second`;
}
