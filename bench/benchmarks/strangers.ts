import type { Kind } from '../../test/support/databases.ts';
import type { Benchmark, Figure } from '../support/benchmark.ts';
import { CallCounts, kindOfKommoCall } from '../support/call-kinds.ts';
import type { Serving } from '../support/child.ts';
import { type MoveStages, stagesOfMove } from '../support/move-stages.ts';
import { type BenchWorld, startBenchWorld, until } from '../support/world.ts';

/**
 * A newsletter to people whom Stagepost has never sent: each open is of another person, and finds the deal through the contacts
 * of the account. Both sides answer after 120 ms, and the simulator keeps Kommo's 7 requests a second. Stagepost has just
 * started, so it has read no contact before the first open arrives.
 *
 * Among the opens are some of people whom no contact has, with an id at Customer.io: they get no note, and cost calls of the App
 * API. Every few seconds a deal moves, and its event must reach Customer.io all the same.
 *
 * The direct handler searches Kommo for each open. It gets a sample, and what it takes for all is that, scaled.
 */
const PACE = { latencyMs: 120 };
const REPORTS_AT_ONCE = 16;
const SAMPLE = 40;
const MOVE_EVERY_MS = 10_000;
/** Of so many opens one is of a person whom no contact has. */
const UNKNOWN_SHARE = 40;
const REPORTS_A_TURN = 50;
const LONGEST_MS = 1_800_000;

interface Size {
  contacts: number;
  opens: number;
  /**
   * `limited`: as described above, and compared with the direct handler. `unlimited`: both sides answer at once, and neither
   * Kommo nor Stagepost keeps a limit. The pages of a large account then take minutes, and memory is what is measured.
   */
  pace: 'limited' | 'unlimited';
}

interface Move {
  dealId: number;
  /** Unix ms. */
  at: number;
  /** Until Customer.io had its event. */
  ms: number;
}

interface Outcome {
  /** From the first open until the last note. */
  seconds: number;
  kommoCalls: CallCounts;
  appCalls: number;
  /** The slowest stage change meanwhile. */
  slowestMove: Move;
  /** Processor time of Stagepost, in seconds. */
  cpuSeconds: number;
  peakMb: number;
}

interface Measured {
  ours: Outcome;
  stages: MoveStages;
  /** Null where the direct handler did not come to an end. */
  direct: { seconds: number; kommoCalls: number } | null;
}

async function measure(
  database: Kind,
  { contacts, opens, pace }: Size,
  onStep: (step: string) => void,
): Promise<Measured> {
  const customerio = { reportParallel: REPORTS_AT_ONCE };
  // The contacts were made one a minute before the newsletter.
  let ageMs = (contacts + 1_000) * 60_000;
  const kommo = { now: () => Date.now() - ageMs };
  const world = await startBenchWorld({ database, kommo, customerio, appKey: true });
  onStep('the account fills');
  const strangers = Array.from({ length: opens }, () => {
    ageMs -= 60_000;
    return world.client();
  });
  for (let n = opens; n < contacts; n++) {
    ageMs -= 60_000;
    world.kommo.createContact({ name: 'Else', email: `else${n}@example.org` });
  }
  const movers = Array.from({ length: 200 }, () => world.client().dealId);
  ageMs = 0;
  const server = await world.serve(pace);
  const disconnect = world.connect(server);

  onStep(`${opens} opens`);
  world.pace(pace === 'limited' ? PACE : 'off');
  const ours = await opensOf(world, server, strangers, movers);
  disconnect();
  await server.stop();
  const stages = await stagesOfMove(world.store, ours.slowestMove.dealId, ours.slowestMove.at);

  if (pace === 'unlimited') {
    await world.close();
    return { ours, stages, direct: null };
  }
  onStep('the direct handler');
  const handler = await world.direct(7);
  world.connect(handler);
  const direct = await directOpens(world);
  await handler.stop();
  await world.close();
  const factor = opens / SAMPLE;
  return {
    ours,
    stages,
    direct: direct && { seconds: direct.seconds * factor, kommoCalls: direct.kommoCalls * factor },
  };
}

async function opensOf(
  world: BenchWorld,
  server: Serving,
  strangers: { email: string }[],
  movers: number[],
): Promise<Outcome> {
  await pause(1_500);
  const notes = strangers.length;
  let opened = 0;
  const kommoCalls = new CallCounts();
  const cpuBefore = server.cpuSeconds();
  const stop = world.kommo.on((event) => {
    if (event.kind === 'note_added' && event.note.text.startsWith('Client opened')) opened += 1;
    if (event.kind === 'call') kommoCalls.add(kindOfKommoCall(event.call));
  });
  const started = performance.now();
  for (const [n, { email }] of strangers.entries()) {
    // The simulators answer in this process: while it does not, requests pile up, and arrive faster than they were sent.
    if (n % REPORTS_A_TURN === 0) await pause(0);
    report(world, email, { id: null, email });
    if (n % UNKNOWN_SHARE === 0) {
      const unknown = `unknown${n}@example.net`;
      report(world, unknown, { id: `u${n}`, email: unknown });
    }
  }
  const isOver = () => opened >= notes;
  let slowestMove: Move = { dealId: 0, at: 0, ms: 0 };
  for (let move = 0; !isOver(); move++) {
    const dealId = movers[move];
    if (dealId === undefined) break;
    const moved = await moveOf(world, dealId);
    if (moved.ms > slowestMove.ms) slowestMove = moved;
    const until = performance.now() + MOVE_EVERY_MS;
    while (!isOver() && performance.now() < until) await pause(5);
  }
  await until(isOver, `${notes} notes`, LONGEST_MS);
  stop();
  return {
    seconds: (performance.now() - started) / 1000,
    kommoCalls,
    appCalls: await appCallsOf(world, server),
    slowestMove,
    cpuSeconds: server.cpuSeconds() - cpuBefore,
    peakMb: server.peakMb(),
  };
}

function report(world: BenchWorld, email: string, identifiers: { id: string | null; email: string }): void {
  const data = { recipient: email, subject: 'News in November', delivery_id: `news-${email}`, identifiers };
  world.customerio.report({ objectType: 'email', metric: 'opened', data });
}

async function moveOf(world: BenchWorld, dealId: number): Promise<Move> {
  const { events } = world.tally;
  const at = Date.now();
  const started = performance.now();
  world.win(dealId);
  await until(() => world.tally.events > events, 'the event of a stage change');
  return { dealId, at, ms: performance.now() - started };
}

/** Null where Kommo has blocked the direct handler: on a busy machine its calls arrive later, and too many in one second. */
async function directOpens(world: BenchWorld): Promise<Measured['direct']> {
  let isBlocked = false;
  const stop = world.kommo.on(({ kind }) => {
    isBlocked ||= kind === 'blocked';
  });
  const strangers = Array.from({ length: SAMPLE }, () => world.client());
  await pause(1_500);
  const before = { notes: world.tally.notes, calls: world.kommo.requests.total };
  const started = performance.now();
  for (const { email } of strangers) report(world, email, { id: null, email });
  await until(() => isBlocked || world.tally.notes >= before.notes + SAMPLE, `${SAMPLE} notes`);
  stop();
  if (isBlocked) return null;
  return {
    seconds: (performance.now() - started) / 1000,
    kommoCalls: world.kommo.requests.total - before.calls,
  };
}

/** Stagepost's own count of calls to Customer.io, without those of the Track API: one for each identify and each event. */
async function appCallsOf(world: BenchWorld, server: Serving): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const calls = text
    .split('\n')
    .filter((line) => /^stagepost_api_call_seconds_count\{.*destination="customerio"/.test(line))
    .map((line) => Number(line.slice(line.lastIndexOf(' '))))
    .reduce((sum, count) => sum + count, 0);
  return calls - world.tally.identified - world.tally.events;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function benchmarkOf(
  name: string,
  description: string,
  size: Size,
  goals: Record<string, string>,
): Benchmark {
  return {
    name,
    description,
    databases: ['embedded', 'postgres'],
    async run(database, onStep): Promise<Figure[]> {
      const measured = await measure(database, size, onStep);
      return figuresOf(measured, size, goals);
    },
  };
}

/** The stage changes' own readings are not part of what the opens cost. */
const OF_MOVES = 'single deals and contacts';

function figuresOf({ ours, stages, direct }: Measured, size: Size, goals: Record<string, string>): Figure[] {
  const figure = (name: string, unit: string, value: number, reference: number | null = null): Figure => ({
    ...{ name, unit, ours: value, reference },
    ...(goals[name] ? { goal: goals[name] } : {}),
  });
  const { kommoCalls } = ours;
  const ofMove = (name: string, ms: number) => figure(`- ${name}`, 'seconds', ms / 1000);
  return [
    figure(`${size.opens.toLocaleString('en')} opens`, 'seconds', ours.seconds, direct?.seconds),
    figure('calls to Kommo', 'requests', kommoCalls.totalWithout(OF_MOVES), direct?.kommoCalls),
    ...kommoCalls.entries().map(([kind, count]) => figure(`- ${kind}`, 'requests', count)),
    figure('calls to the App API', 'requests', ours.appCalls),
    figure('slowest stage change', 'seconds', ours.slowestMove.ms / 1000),
    ofMove('until its webhook was taken up', stages.untilTakenUp),
    ofMove('until its batch began', stages.untilBatch),
    ofMove('until its identify was sent', stages.untilIdentify),
    ofMove('until its event was sent', stages.untilEvent),
    figure('processor of Stagepost', 'seconds', ours.cpuSeconds),
    figure('most memory', 'MB', ours.peakMb),
  ];
}

export const strangers = benchmarkOf(
  'strangers',
  'How long do the opens of people take whom Stagepost has never sent? (an account of 30,000 contacts)',
  { contacts: 30_000, opens: 20_000, pace: 'limited' },
  {
    '20,000 opens': '<= 120',
    'calls to Kommo': '<= 300',
    'calls to the App API': '<= 300',
    'slowest stage change': '<= 2',
  },
);

/** Takes minutes and a gigabyte for the simulator, so it runs only where it is named. */
export const strangersLarge: Benchmark = {
  ...benchmarkOf(
    'strangers-large',
    'How much memory do 2,000 of them take in an account of 300,000 contacts, read without a limit?',
    { contacts: 300_000, opens: 2_000, pace: 'unlimited' },
    { 'most memory': '<= 600' },
  ),
  onlyByName: true,
};
