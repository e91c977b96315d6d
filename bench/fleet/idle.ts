import { startFleetWorld } from './world.ts';

const CONNECTIONS = 300;
/** The first reading of every events log is over by then. */
const SETTLE_MS = 20_000;

export interface IdleFigures {
  connections: number;
  measuredSeconds: number;
  startSeconds: number;
  statementsPerSecond: number;
  transactionsPerSecond: number;
  callsToKommoPerSecond: number;
  /** Percent of one processor. */
  processorPercent: number;
  postgresProcessorPercent: number;
  rssMb: number;
  /** Of an instance with one connection, to tell what 299 more cost. */
  rssOfOneMb: number;
  /** The statements that are run most. */
  most: { perSecond: number; statement: string }[];
}

/** What 300 connections cost where nothing happens. */
export async function idle(seconds: number): Promise<IdleFigures> {
  const one = await measure(1, 5);
  const all = await measure(CONNECTIONS, seconds);
  return { ...all, rssOfOneMb: one.rssMb };
}

async function measure(connections: number, seconds: number): Promise<Omit<IdleFigures, 'rssOfOneMb'>> {
  const world = await startFleetWorld(connections);
  const instance = await world.serve();
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const look = async () => {
    const [transactions] = await world.query<{ count: string }>(
      `select xact_commit + xact_rollback as count from pg_stat_database where datname = current_database()`,
    );
    return {
      at: performance.now(),
      transactions: Number(transactions!.count),
      calls: world.kommo.requests.total,
      cpu: instance.cpuSeconds(),
      postgresCpu: world.postgresCpuSeconds(),
    };
  };
  await world.query('select pg_stat_statements_reset()');
  const before = await look();
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const after = await look();
  const statements = await world.query<{ calls: string; query: string }>(
    `select calls, query from pg_stat_statements where query not like '%pg_stat_%' order by calls desc`,
  );
  const elapsed = (after.at - before.at) / 1000;
  const perSecond = (count: number) => Math.round((count / elapsed) * 100) / 100;
  const figures = {
    connections,
    measuredSeconds: Math.round(elapsed),
    startSeconds: Math.round(instance.startSeconds * 10) / 10,
    statementsPerSecond: perSecond(statements.reduce((sum, { calls }) => sum + Number(calls), 0)),
    transactionsPerSecond: perSecond(after.transactions - before.transactions),
    callsToKommoPerSecond: perSecond(after.calls - before.calls),
    processorPercent: perSecond((after.cpu - before.cpu) * 100),
    postgresProcessorPercent: perSecond((after.postgresCpu - before.postgresCpu) * 100),
    rssMb: Math.round(instance.rssMb()),
    most: statements.slice(0, 12).map(({ calls, query }) => ({
      perSecond: perSecond(Number(calls)),
      statement: query.replace(/\s+/g, ' ').slice(0, 90),
    })),
  };
  await instance.stop();
  await world.close();
  return figures;
}
