import { remoteData } from '../../src/commands/data/remote.ts';
import { lockHolder } from '../../src/store/database/embedded/data-lock.ts';
import type { Benchmark, Figure } from '../support/benchmark.ts';
import { CallCounts, kindOfKommoCall } from '../support/call-kinds.ts';
import { type MoveStages, stagesOfMove } from '../support/move-stages.ts';
import { type BenchWorld, startBenchWorld, until } from '../support/world.ts';

/**
 * Deals and contacts that are in the account already come to Customer.io. Both sides answer after 120 ms, and the simulator keeps
 * Kommo's 7 requests a second. Every few seconds a deal of another client moves.
 */
const LATENCY_MS = 120;
const SIZE = {
  deals: Number(process.env.STAGEPOST_BENCH_DEALS ?? 100_000),
  contacts: Number(process.env.STAGEPOST_BENCH_CONTACTS ?? 80_000),
  companies: Number(process.env.STAGEPOST_BENCH_COMPANIES ?? 25_000),
};
const MOVE_EVERY_MS = 3_000;
const MOVERS = 400;
const LONGEST_MS = 3_600_000;

interface Move {
  dealId: number;
  /** Unix ms. */
  at: number;
  /** Until Customer.io had its event. */
  ms: number;
}

interface Measured {
  planCalls: number;
  planSeconds: number;
  calls: CallCounts;
  customerioCalls: number;
  seconds: number;
  slowestMove: Move;
  stages: MoveStages;
  cpuSeconds: number;
  /** Memory before the run, and the most during it, in MB. */
  memory: [before: number, most: number];
  people: number;
}

async function measure(onStep: (step: string) => void): Promise<Measured> {
  let ageMs = (SIZE.deals + 1_000) * 60_000;
  const kommo = { now: () => Date.now() - ageMs };
  const world = await startBenchWorld({ database: 'embedded', kommo, appKey: true });
  onStep('the account fills');
  fill(world, () => {
    ageMs -= 60_000;
  });
  const movers = Array.from({ length: MOVERS }, () => world.client().dealId);
  ageMs = 0;
  const server = await world.serve();
  const disconnect = world.connect(server);
  world.pace({ latencyMs: LATENCY_MS });
  const { backfills } = remoteData(lockHolder(world.store.dataDir!)!, undefined);
  const calls = new CallCounts();
  let kommoCalls = 0;
  world.kommo.on((event) => {
    if (event.kind !== 'call') return;
    kommoCalls += 1;
    calls.add(kindOfKommoCall(event.call));
  });
  let customerioCalls = 0;
  world.customerio.on(({ type }) => {
    if (type === 'request') customerioCalls += 1;
  });

  onStep('the plan');
  const plannedFrom = performance.now();
  const id = await backfills.create('acme', { field: { name: 'Segment', value: 'Backfill' } });
  while ((await backfills.find(id)).state === 'planning') await pause(250);
  const planCalls = kommoCalls;
  const planSeconds = (performance.now() - plannedFrom) / 1000;

  onStep('the run');
  const before = { kommo: new CallCounts(), customerio: customerioCalls, cpu: server.cpuSeconds() };
  for (const [kind, count] of calls.entries()) for (let n = 0; n < count; n++) before.kommo.add(kind);
  const from = performance.now();
  const rss = server.rssMb();
  let most = rss;
  let isDone = false;
  let slowestMove: Move = { dealId: 0, at: 0, ms: 0 };
  let moves = 0;
  await backfills.start(id, []);
  const watching = (async () => {
    while ((await backfills.find(id)).state === 'running') {
      most = Math.max(most, server.rssMb());
      await pause(1_000);
    }
    isDone = true;
  })();
  while (!isDone) {
    const dealId = movers[moves];
    if (dealId === undefined) break;
    moves += 1;
    const moved = await moveOf(world, dealId);
    if (moved.ms > slowestMove.ms) slowestMove = moved;
    const next = performance.now() + MOVE_EVERY_MS;
    while (!isDone && performance.now() < next) await pause(20);
  }
  await watching;
  const { newPeople } = (await backfills.find(id)).counts;
  await until(() => world.tally.identified >= newPeople, 'everybody is in Customer.io', LONGEST_MS);
  const ofRun = new CallCounts();
  const earlier = new Map(before.kommo.entries());
  for (const [kind, count] of calls.entries())
    for (let n = earlier.get(kind) ?? 0; n < count; n++) ofRun.add(kind);
  const measured: Omit<Measured, 'stages'> = {
    ...{ planCalls, planSeconds, calls: ofRun, slowestMove, people: newPeople },
    // Each move takes one identify and one event of its own.
    customerioCalls: customerioCalls - before.customerio - 2 * moves,
    seconds: (performance.now() - from) / 1000,
    cpuSeconds: server.cpuSeconds() - before.cpu,
    memory: [rss, most],
  };
  disconnect();
  await server.stop();
  const stages = await stagesOfMove(world.store, slowestMove.dealId, slowestMove.at);
  await world.close();
  return { ...measured, stages };
}

function fill({ kommo }: BenchWorld, minute: () => void): void {
  const companies = Array.from(
    { length: SIZE.companies },
    (_, n) => kommo.createCompany({ name: `Company ${n}` }).id,
  );
  const contacts = Array.from(
    { length: SIZE.contacts },
    (_, n) =>
      kommo.createContact({
        name: `Client ${n}`,
        firstName: 'Client',
        email: `client${n}@example.com`,
        phone: '+34600000000',
      }).id,
  );
  for (let n = 0; n < SIZE.deals; n++) {
    minute();
    // Further deals are of earlier clients, in an order that says nothing about their ages.
    const client = n < SIZE.contacts ? n : (n * 7_919) % SIZE.contacts;
    kommo.createDeal({
      name: `Deal ${n}`,
      price: 100 + n,
      contactIds: [contacts[client]!],
      companyId: companies[(client * 31) % SIZE.companies]!,
      fields: { Plan: n % 2 ? 'Pro' : 'Enterprise', Segment: 'Backfill' },
    });
  }
}

async function moveOf(world: BenchWorld, dealId: number): Promise<Move> {
  const { events } = world.tally;
  const at = Date.now();
  const started = performance.now();
  world.win(dealId);
  await until(() => world.tally.events > events, 'the event of a stage change');
  return { dealId, at, ms: performance.now() - started };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export const backfill: Benchmark = {
  name: 'backfill',
  description: 'What do 100,000 deals with 80,000 contacts cost that are in Kommo already?',
  databases: ['embedded'],
  onlyByName: true,
  async run(_database, onStep): Promise<Figure[]> {
    const { calls, stages, ...measured } = await measure(onStep);
    const figure = (name: string, unit: string, ours: number, goal?: string): Figure => ({
      ...{ name, unit, ours, reference: null },
      ...(goal === undefined ? {} : { goal }),
    });
    return [
      figure('calls to Kommo of the plan', 'requests', measured.planCalls),
      figure('the plan', 'seconds', measured.planSeconds),
      figure('calls to Kommo', 'requests', calls.totalWithout(...OF_MOVES), '<= 1000'),
      ...calls.entries().map(([kind, count]) => figure(`- ${kind}`, 'requests', count)),
      figure('calls to Customer.io', 'requests', measured.customerioCalls, '<= 250'),
      figure('people', 'people', measured.people),
      figure('the run', 'seconds', measured.seconds),
      figure('slowest stage change', 'seconds', measured.slowestMove.ms / 1000, '<= 2'),
      figure('- until its webhook was taken up', 'seconds', stages.untilTakenUp / 1000),
      figure('- until its batch began', 'seconds', stages.untilBatch / 1000),
      figure('- until its identify was sent', 'seconds', stages.untilIdentify / 1000),
      figure('- until its event was sent', 'seconds', stages.untilEvent / 1000),
      figure('processor of Stagepost', 'seconds', measured.cpuSeconds),
      figure('memory before the run', 'MB', measured.memory[0]),
      figure('most memory', 'MB', measured.memory[1]),
    ];
  },
};

/** The stage changes' own readings and notes are not part of what the backfill costs. */
const OF_MOVES = ['single deals and contacts', 'notes written'];
