import { setTimeout as sleep } from 'node:timers/promises';
import type { Kind } from '../../test/support/databases.ts';
import type { Benchmark, Figure } from '../support/benchmark.ts';
import type { Serving } from '../support/child.ts';
import { median, percentile } from '../support/statistics.ts';
import { type BenchWorld, startBenchWorld, until } from '../support/world.ts';

const MOVES = 100;
const WARM_UP = 20;
/** Deal, contact, identify, event: each must be answered before the next one can be asked. */
const ANSWERS = 4;
const LATENCY_MS = 30;
/** After the note its outcome is still being stored: the system is idle then. */
const IDLE_MS = 100;
/** A start reads the account and Kommo's log: these calls are no stage change's. */
const SETTLE_MS = 5_000;
const STREAM = { moves: 300, perSecond: 10, latencyMs: 120 };

/** One move after the other on an idle system. @returns ms from the move to its event's acceptance, each. */
export async function alone(world: BenchWorld, server: Serving, moves = MOVES): Promise<number[]> {
  const disconnect = world.connect(server);
  const times: number[] = [];
  for (let n = 0; n < WARM_UP + moves; n++) {
    const { dealId } = world.client();
    const before = { ...world.tally };
    const started = performance.now();
    const accepted = whenAccepted(world);
    world.win(dealId);
    const at = await accepted;
    if (n >= WARM_UP) times.push(at - started);
    await until(() => world.tally.notes > before.notes, 'the note');
    await sleep(IDLE_MS);
  }
  disconnect();
  return times;
}

/** Answers after so long, in ms, and no limit at Kommo. */
function pace({ kommo, customerio }: BenchWorld, latencyMs: number): void {
  kommo.setRateLimit(false);
  kommo.setLatency(latencyMs);
  customerio.setLatency(latencyMs);
}

/** Heard, not looked for: a look every 2 ms would be in the figure. */
function whenAccepted({ customerio }: BenchWorld): Promise<number> {
  return new Promise((resolve) => {
    const stop = customerio.on(({ type }) => {
      if (type !== 'event') return;
      stop();
      resolve(performance.now());
    });
  });
}

/** Moves at a steady pace, with Kommo's limit. @returns ms from each move to its event's acceptance. */
async function stream(world: BenchWorld, server: Serving): Promise<number[]> {
  const disconnect = world.connect(server);
  const started = new Map<number, number>();
  const times: number[] = [];
  const stop = world.customerio.on((happening) => {
    if (happening.type !== 'event') return;
    const dealId = Number(happening.event.data.deal_id);
    times.push(performance.now() - started.get(dealId)!);
  });
  const begin = performance.now();
  for (let n = 0; n < STREAM.moves; n++) {
    const wait = begin + (n / STREAM.perSecond) * 1000 - performance.now();
    if (wait > 0) await sleep(wait);
    const { dealId } = world.client();
    started.set(dealId, performance.now());
    world.win(dealId);
  }
  await until(() => times.length >= STREAM.moves, 'all events');
  stop();
  disconnect();
  return times;
}

export const latency: Benchmark = {
  name: 'latency',
  description:
    'How long from a stage change to its event at Customer.io? (direct: the same calls, one after the other)',
  databases: ['embedded', 'postgres'],
  async run(database: Kind, onStep): Promise<Figure[]> {
    const world = await startBenchWorld({ database, kommo: { rateLimit: false } });
    onStep('one by one');
    pace(world, LATENCY_MS);
    const unlimited = await world.serve('unlimited');
    const ours = await alone(world, unlimited);
    await unlimited.stop();
    onStep('10 a second, answers after 120 ms, 7 requests a second');
    const server = await world.serve();
    await sleep(SETTLE_MS);
    world.pace({ latencyMs: STREAM.latencyMs });
    const streamed = await stream(world, server);
    await server.stop();
    onStep('the direct handler, one by one');
    pace(world, LATENCY_MS);
    const direct = await world.direct(0);
    const reference = await alone(world, direct);
    await direct.stop();
    await world.close();
    const added = (times: number[], percent: number) => percentile(times, percent) - ANSWERS * LATENCY_MS;
    return [
      {
        name: 'added to the four answers, median',
        unit: 'ms',
        ours: median(ours) - ANSWERS * LATENCY_MS,
        reference: median(reference) - ANSWERS * LATENCY_MS,
        goal: '<= 30',
      },
      {
        name: 'added to the four answers, p99',
        unit: 'ms',
        ours: added(ours, 99),
        reference: added(reference, 99),
        goal: '<= 100',
      },
      {
        name: '300 moves at 10 a second, p99',
        unit: 'ms',
        ours: percentile(streamed, 99),
        reference: null,
        goal: '< 1,500',
      },
    ];
  },
};
