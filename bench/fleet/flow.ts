import { throttle } from './throttle.ts';
import { type FleetWorld, type Instance, startFleetWorld, until } from './world.ts';

const CONNECTIONS = 20;
/** Until the program is compiled, for as many instances as there are. */
const WARM_UP = 3_000;

export interface Case {
  instances: number;
  /** The part of a processor that each instance may use; 1: as much as there is. */
  part: number;
  moves: number;
  /** How many webhooks a second come, each with a move; null: all moves lie in the store at once. */
  webhooksPerSecond: number | null;
}

export interface FlowFigures extends Case {
  movesPerSecond: number;
  /** Of the instances, for a move; with what they ask when nothing happens. */
  statementsPerMove: number;
  /** Processor time of a move, in ms. */
  instanceMsPerMove: number;
  postgresMsPerMove: number;
  /** Both simulators. */
  simulatorsMsPerMove: number;
  /** What a move adds to the database with all its indexes. */
  databaseKbPerMove: number;
  /** How much of a processor each took while it ran, in percent. */
  instancesPercent: number[];
  postgresPercent: number;
  simulatorsPercent: number;
}

/** Moves a second over 20 connections, both sides answering at once and without a limit, by so many instances. */
export async function flow(cases: Case[]): Promise<FlowFigures[]> {
  const world = await startFleetWorld(CONNECTIONS);
  const stock = world.deals(
    'flow',
    cases.reduce((sum, { moves }) => sum + moves + WARM_UP, 0),
  );
  const figures: FlowFigures[] = [];
  for (const one of cases) figures.push(await measure(world, one, stock.splice(0, one.moves + WARM_UP)));
  await world.close();
  return figures;
}

async function measure(world: FleetWorld, one: Case, deals: { dealId: number }[]): Promise<FlowFigures> {
  const { part, moves, webhooksPerSecond } = one;
  const instances: Instance[] = [];
  while (instances.length < one.instances) instances.push(await world.serve());
  const isShared = async () => {
    const counts = await world.counts();
    return counts.length === one.instances && counts.every((runs) => runs === CONNECTIONS / one.instances);
  };
  await until(isShared, 'equal shares');
  await storeAll(world, deals.slice(moves));
  const pids = instances.map(({ child }) => child.pid!);
  const throttled = part < 1 ? throttle(pids, part) : null;
  if (part < 1 && !throttled)
    console.error('No control group can be made here: the instances run unthrottled.');
  const before = await look(world, instances);
  const measured = deals.slice(0, moves);
  if (webhooksPerSecond === null) await storeAll(world, measured);
  else await deliverAll(world, instances, measured, webhooksPerSecond);
  const after = await look(world, instances);
  for (const instance of instances) await instance.kill();
  throttled?.end();
  return figuresOf({ ...one, part: throttled ? part : 1 }, before, after);
}

/** Processor time in seconds, statements, and the database's size. */
async function look(world: FleetWorld, instances: Instance[]) {
  const { user, system } = process.cpuUsage();
  const [statements] = await world.query<{ count: string }>(
    `select sum(calls) as count from pg_stat_statements where query not like '%pg_stat_%'`,
  );
  return {
    at: performance.now(),
    instances: instances.map((instance) => instance.cpuSeconds()),
    postgres: world.postgresCpuSeconds(),
    simulators: (user + system) / 1e6,
    statements: Number(statements!.count),
    bytes: await world.databaseBytes(),
  };
}

type Look = Awaited<ReturnType<typeof look>>;

function figuresOf(one: Case, before: Look, after: Look): FlowFigures {
  const seconds = (after.at - before.at) / 1000;
  const used = after.instances.map((value, index) => value - before.instances[index]!);
  const sum = used.reduce((all, value) => all + value, 0);
  const perMove = (cpuSeconds: number) => Math.round((cpuSeconds / one.moves) * 1e5) / 100;
  const percent = (cpuSeconds: number) => Math.round((cpuSeconds / seconds) * 100);
  return {
    ...one,
    movesPerSecond: Math.round((one.moves / seconds) * 10) / 10,
    statementsPerMove: Math.round(((after.statements - before.statements) / one.moves) * 10) / 10,
    instanceMsPerMove: perMove(sum),
    postgresMsPerMove: perMove(after.postgres - before.postgres),
    simulatorsMsPerMove: perMove(after.simulators - before.simulators),
    databaseKbPerMove: Math.round((after.bytes - before.bytes) / one.moves / 100) / 10,
    instancesPercent: used.map(percent),
    postgresPercent: percent(after.postgres - before.postgres),
    simulatorsPercent: percent(after.simulators - before.simulators),
  };
}

const connectionOf = (world: FleetWorld, n: number) => world.names[n % world.names.length]!;

/**
 * All moves of these deals at once, evenly to all connections, as if their webhooks had just been stored: so the
 * instances are the limit, and not who sends. Resolves when the last event was accepted.
 */
async function storeAll(world: FleetWorld, deals: { dealId: number }[]): Promise<void> {
  const target = world.accepted.size + deals.length;
  await world.store(deals.map(({ dealId }, n) => ({ connection: connectionOf(world, n), dealId })));
  await until(() => world.accepted.size >= target, 'every event', 600_000);
}

/** One webhook after the other, as on a usual day. Resolves when the last event was accepted. */
async function deliverAll(
  world: FleetWorld,
  instances: Instance[],
  deals: { dealId: number }[],
  perSecond: number,
): Promise<void> {
  const target = world.accepted.size + deals.length;
  const started = performance.now();
  for (const [n, { dealId }] of deals.entries()) {
    const wait = started + (n / perSecond) * 1000 - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    await world.deliverWebhook(instances[n % instances.length]!, connectionOf(world, n), dealId);
  }
  await until(() => world.accepted.size >= target, 'every event', 600_000);
}
