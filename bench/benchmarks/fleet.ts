import type { FlowFigures } from '../fleet/flow.ts';
import type { TakeoverFigures } from '../fleet/takeover.ts';
import { fleet as measure } from '../fleet.ts';
import type { Benchmark, Figure } from '../support/benchmark.ts';
import { median } from '../support/statistics.ts';

function figure(name: string, unit: string, ours: number, goal?: string): Figure {
  return { name, unit, ours, reference: null, ...(goal ? { goal } : {}) };
}

/** How long the connections of an instance that ended so stood still. */
function waits(how: string, runs: TakeoverFigures['killed'], goal?: string): Figure[] {
  const last = runs.map(({ lastSeconds }) => lastSeconds);
  return [
    figure(
      `${how} until a connection delivers again, best`,
      'seconds',
      Math.min(...runs.map((run) => run.firstSeconds)),
    ),
    figure(`${how} until the last connection delivers again, median`, 'seconds', median(last)),
    figure(`${how} until the last connection delivers again, worst`, 'seconds', Math.max(...last), goal),
  ];
}

const COSTS = [
  ['statements', 'each', 'statementsPerMove'],
  ['instances', 'ms', 'instanceMsPerMove'],
  ['PostgreSQL', 'ms', 'postgresMsPerMove'],
  ['simulators', 'ms', 'simulatorsMsPerMove'],
  ['database', 'KB', 'databaseKbPerMove'],
] as const;

/** What a stage change costs each part; medians. */
function costs(what: string, runs: FlowFigures[]): Figure[] {
  return COSTS.map(([part, unit, key]) =>
    figure(`${what}: ${part}`, unit, median(runs.map((run) => run[key]))),
  );
}

/** Its parts repeat what must be repeated by themselves: `--runs 1` is what it takes. */
export const fleet: Benchmark = {
  name: 'fleet',
  description:
    'What do 300 idle connections cost, how fast does another instance take over, what do two instances carry?',
  databases: ['postgres'],
  async run(): Promise<Figure[]> {
    const { idle, takeover, live, burst } = await measure();
    return [
      figure('300 idle connections: statements', 'per second', idle.statementsPerSecond),
      figure('300 idle connections: transactions', 'per second', idle.transactionsPerSecond),
      figure('300 idle connections: calls to Kommo', 'per second', idle.callsToKommoPerSecond),
      figure('300 idle connections: of one processor', 'percent', idle.processorPercent),
      figure('300 idle connections: of one processor, PostgreSQL', 'percent', idle.postgresProcessorPercent),
      figure('300 idle connections: memory', 'MB', idle.rssMb),
      figure('one idle connection: memory', 'MB', idle.rssOfOneMb),
      figure('300 connections: start until all run', 'seconds', idle.startSeconds),
      ...waits('kill -9', takeover.killed, '<= 15'),
      ...waits('SIGTERM', takeover.stopped),
      ...costs('one of 10 stage changes a second', [live]),
      ...burst.flatMap(({ part, one, two }) => [
        {
          name: `stage changes, two instances beside one, ${part * 100}% of a processor each`,
          unit: 'per second',
          ours: median(two.map(({ movesPerSecond }) => movesPerSecond)),
          reference: median(one.map(({ movesPerSecond }) => movesPerSecond)),
          goal: 'ratio >= 1.6',
        },
        figure(
          `the same at ${part * 100}%, least ratio of ${two.length} rounds`,
          'ratio',
          Math.min(...two.map((run, round) => run.movesPerSecond / one[round]!.movesPerSecond)),
        ),
        ...costs(`one of a burst, one instance at ${part * 100}%`, one),
        ...costs(`one of a burst, two instances at ${part * 100}%`, two),
      ]),
    ];
  },
};
