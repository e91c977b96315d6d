import { type FleetWorld, type Instance, startFleetWorld, until } from './world.ts';

const CONNECTIONS = 300;
/** The first reading of every events log is over by then. */
const SETTLE_SECONDS = 20;

/** What an instance and its database do in a part of the measured time. */
export interface WindowFigures {
  seconds: number;
  statementsPerSecond: number;
  transactionsPerSecond: number;
  callsToKommoPerSecond: number;
  /** The most calls to all Kommo accounts together that arrived in one second. */
  mostCallsToKommoInASecond: number;
  /** Percent of one processor. */
  processorPercent: number;
  postgresProcessorPercent: number;
  /** At the end. */
  rssMb: number;
  openFiles: number;
  /** The statements that are run most. */
  statements: { perSecond: number; statement: string }[];
  /** The calls that are made most. */
  calls: { perSecond: number; path: string }[];
}

export interface IdleFigures extends WindowFigures {
  connections: number;
  /** From the start of the process until it listens. */
  startSeconds: number;
  /** From the start of the process until it runs all connections. */
  allRunSeconds: number;
  /** From there until the first probes and readings are over. */
  start: WindowFigures;
}

export interface MeasureOptions {
  /** How long the settled instance is watched. */
  seconds: number;
  /** The wait before that, from the moment at which all connections run. */
  settleSeconds?: number;
  /** Where the connections are; default: in the file. */
  kept?: 'file' | 'database';
  /** The limit of open files of the instance (`ulimit -n`); default: that of this process. */
  openFiles?: number | undefined;
}

/** What 300 connections cost where nothing happens; `rssOfOneMb`: the memory of an instance with one connection. */
export async function idle(seconds: number): Promise<IdleFigures & { rssOfOneMb: number }> {
  const one = await measure(1, { seconds: 5 });
  const all = await measure(CONNECTIONS, { seconds });
  return { ...all, rssOfOneMb: one.rssMb };
}

/** Measures a start window and a settled window. */
export async function measure(connections: number, options: MeasureOptions): Promise<IdleFigures> {
  const { seconds, settleSeconds = SETTLE_SECONDS, kept = 'file', openFiles } = options;
  const world = await startFleetWorld(connections, 0, kept);
  const instance = await world.serve(openFiles);
  const started = performance.now();
  await until(async () => (await world.counts())[0] === connections, 'all connections are run', 600_000);
  const untilAllRun = instance.startSeconds + (performance.now() - started) / 1000;
  const start = await measureWindow(world, instance, settleSeconds);
  const settled = await measureWindow(world, instance, seconds);
  await instance.stop();
  await world.close();
  return {
    connections,
    startSeconds: rounded(instance.startSeconds),
    allRunSeconds: rounded(untilAllRun),
    ...settled,
    start,
  };
}

async function measureWindow(world: FleetWorld, instance: Instance, seconds: number): Promise<WindowFigures> {
  const before = await readCounters(world, instance);
  await world.query('select pg_stat_statements_reset()');
  const perSecondOfKommo = await countEachSecond(() => callsTo(world), seconds);
  const after = await readCounters(world, instance);
  const statements = await world.query<{ calls: string; query: string }>(
    `select calls, query from pg_stat_statements where query not like '%pg_stat_%' order by calls desc`,
  );
  const elapsed = (after.at - before.at) / 1000;
  const perSecond = (count: number) => rounded(count / elapsed);
  return {
    seconds: Math.round(elapsed),
    statementsPerSecond: perSecond(statements.reduce((sum, { calls }) => sum + Number(calls), 0)),
    transactionsPerSecond: perSecond(after.transactions - before.transactions),
    callsToKommoPerSecond: perSecond(after.calls - before.calls),
    mostCallsToKommoInASecond: Math.max(...perSecondOfKommo),
    processorPercent: perSecond((after.cpu - before.cpu) * 100),
    postgresProcessorPercent: perSecond((after.postgresCpu - before.postgresCpu) * 100),
    rssMb: Math.round(instance.rssMb()),
    openFiles: instance.openFiles(),
    statements: statements.slice(0, 12).map(({ calls, query }) => ({
      perSecond: perSecond(Number(calls)),
      statement: query.replace(/\s+/g, ' ').slice(0, 90),
    })),
    calls: callsByPath(world, before.at).map(({ count, path }) => ({ perSecond: perSecond(count), path })),
  };
}

async function readCounters(world: FleetWorld, instance: Instance) {
  const [transactions] = await world.query<{ count: string }>(
    `select xact_commit + xact_rollback as count from pg_stat_database where datname = current_database()`,
  );
  return {
    at: performance.now(),
    transactions: Number(transactions!.count),
    calls: callsTo(world),
    cpu: instance.cpuSeconds(),
    postgresCpu: world.postgresCpuSeconds(),
  };
}

function callsTo({ kommos }: FleetWorld): number {
  return kommos.reduce((sum, { requests }) => sum + requests.total, 0);
}

/** How much a counter has grown in each of so many seconds. */
async function countEachSecond(counter: () => number, seconds: number): Promise<number[]> {
  const growth: number[] = [];
  for (const end = performance.now() + seconds * 1000; performance.now() < end; ) {
    const before = counter();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    growth.push(counter() - before);
  }
  return growth;
}

/** The calls to Kommo since a time (`performance.now()`), as far as the simulators remember them. */
function callsByPath({ kommos }: FleetWorld, since: number): { count: number; path: string }[] {
  const counts = new Map<string, number>();
  for (const { requests } of kommos)
    for (const { at, path, query } of requests.all()) {
      const type = /filter\[type\][^=]*=([a-z_]+)/.exec(query)?.[1];
      const shown = type === undefined ? path : `${path} ${type}`;
      if (at >= since) counts.set(shown, (counts.get(shown) ?? 0) + 1);
    }
  const sorted = [...counts].sort(([, one], [, other]) => other - one);
  return sorted.slice(0, 12).map(([path, count]) => ({ count, path }));
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
