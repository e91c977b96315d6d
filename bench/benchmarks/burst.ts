import type { Kind } from '../../test/support/databases.ts';
import type { Benchmark, Figure } from '../support/benchmark.ts';
import { type BenchWorld, startBenchWorld, until } from '../support/world.ts';

/** What the work of one kind took. */
interface Burst {
  /** From the first change or open until the last note stands at its deal, in seconds. */
  seconds: number;
  /** Requests that Kommo got meanwhile. */
  calls: number;
}

/** Both sides answer after this time, in ms, and the simulator keeps Kommo's 7 requests a second. */
const PACE = { latencyMs: 120 };
const MOVES = 1_000;
const CLIENTS = 15_000;
const OPENS = 20_000;
/** The direct handler gets so many; what it takes for all is that, scaled. Whole, it would take hours. */
const SAMPLE = 40;
/** Reports on their way at once: Customer.io's real queue is sequential, which is not what is measured here. */
const REPORTS_AT_ONCE = 16;

interface Bursts {
  moves: { ours: Burst; direct: Burst };
  opens: { ours: Burst; direct: Burst };
  /** A stage change in the middle of the opens: ms until Customer.io has accepted its event. */
  moveAmongOpens: number;
}

/** 1,000 stage changes at once, and 20,000 opens of a newsletter over 15,000 deals. */
async function bursts(database: Kind, onStep: (step: string) => void): Promise<Bursts> {
  const world = await startBenchWorld({ database, customerio: { reportParallel: REPORTS_AT_ONCE } });
  const clients = Array.from({ length: CLIENTS }, () => world.client());
  const server = await world.serve();
  const disconnect = world.connect(server);

  onStep('1,000 stage changes');
  world.pace(PACE);
  const moves = await winAll(world, clients.slice(0, MOVES));
  onStep('the other clients become known');
  world.pace('off');
  await winAll(world, clients.slice(MOVES));
  onStep('20,000 opens');
  world.pace(PACE);
  const extra = world.client();
  const opening = openAll(world, clients, OPENS);
  await until(() => world.tally.notes >= CLIENTS + OPENS / 4, 'a quarter of the notes');
  const moveAmongOpens = await oneMove(world, extra.dealId);
  const opens = await opening;
  disconnect();
  await server.stop();

  onStep('the direct handler');
  const direct = await world.direct(7);
  world.connect(direct);
  const fresh = Array.from({ length: SAMPLE }, () => world.client());
  const directMoves = await winAll(world, fresh);
  const directOpens = await openAll(world, fresh, SAMPLE);
  await direct.stop();
  await world.close();
  return {
    moves: { ours: moves, direct: scaled(directMoves, MOVES / SAMPLE) },
    opens: { ours: opens, direct: scaled(directOpens, OPENS / SAMPLE) },
    moveAmongOpens,
  };
}

async function winAll(world: BenchWorld, clients: { dealId: number }[]): Promise<Burst> {
  return burst(world, clients.length, () => {
    for (const { dealId } of clients) world.win(dealId);
  });
}

/** Each open is of a message of its own: `repeat: first` would leave out the second open of one. */
async function openAll(world: BenchWorld, clients: { email: string }[], count: number): Promise<Burst> {
  return burst(world, count, () => {
    for (let n = 0; n < count; n++) {
      const { email } = clients[n % clients.length]!;
      world.customerio.report({
        objectType: 'email',
        metric: 'opened',
        person: email,
        parent: 'newsletter',
        data: { delivery_id: `newsletter-${email}-${n}`, subject: 'News in November' },
      });
    }
  });
}

/** Kommo's rolling second is empty before. */
async function burst(world: BenchWorld, notes: number, act: () => void): Promise<Burst> {
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  const before = { notes: world.tally.notes, calls: world.kommo.requests.total };
  const started = performance.now();
  act();
  await until(() => world.tally.notes >= before.notes + notes, `${notes} notes`);
  return {
    seconds: (performance.now() - started) / 1000,
    calls: world.kommo.requests.total - before.calls,
  };
}

async function oneMove(world: BenchWorld, dealId: number): Promise<number> {
  const { events } = world.tally;
  const started = performance.now();
  world.win(dealId);
  await until(() => world.tally.events > events, 'the event of a stage change');
  return performance.now() - started;
}

function scaled({ seconds, calls }: Burst, factor: number): Burst {
  return { seconds: seconds * factor, calls: calls * factor };
}

/** One run answers both benchmarks; asked for one after the other, they share it. */
const runs = new Map<string, Promise<Bursts>>();
const asked = { calls: 0, drain: 0 };

function sharedRun(benchmark: 'calls' | 'drain', database: Kind, onStep: (step: string) => void) {
  const key = `${database} ${asked[benchmark]++}`;
  const run = runs.get(key) ?? bursts(database, onStep);
  runs.set(key, run);
  return run;
}

export const calls: Benchmark = {
  name: 'calls',
  description:
    'How many requests does Kommo get for a burst of work? (direct: one deal, one contact, one note each)',
  databases: ['embedded', 'postgres'],
  async run(database, onStep): Promise<Figure[]> {
    const { moves, opens } = await sharedRun('calls', database, onStep);
    return [
      {
        name: 'requests per 250 stage changes',
        unit: 'requests',
        ours: (moves.ours.calls / MOVES) * 250,
        reference: (moves.direct.calls / MOVES) * 250,
        goal: '<= 15',
      },
      {
        name: 'requests per 5,000 notes of opens',
        unit: 'requests',
        ours: (opens.ours.calls / OPENS) * 5_000,
        reference: (opens.direct.calls / OPENS) * 5_000,
        goal: '<= 100',
      },
    ];
  },
};

export const drain: Benchmark = {
  name: 'drain',
  description: 'How long does a burst take, at 7 requests a second and answers after 120 ms?',
  databases: ['embedded', 'postgres'],
  async run(database, onStep): Promise<Figure[]> {
    const { moves, opens, moveAmongOpens } = await sharedRun('drain', database, onStep);
    const seconds = 'seconds';
    return [
      {
        name: '1,000 stage changes',
        unit: seconds,
        ours: moves.ours.seconds,
        reference: moves.direct.seconds,
        goal: '<= 15',
      },
      {
        name: '20,000 opens',
        unit: seconds,
        ours: opens.ours.seconds,
        reference: opens.direct.seconds,
        goal: '<= 90',
      },
      {
        name: 'a stage change among the opens',
        unit: seconds,
        ours: moveAmongOpens / 1000,
        reference: null,
        goal: '<= 2',
      },
    ];
  },
};
