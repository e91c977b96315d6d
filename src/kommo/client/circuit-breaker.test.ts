import { Agent } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startKommo, type TestKommo } from '../../../test/support/kommo-server.ts';
import { DeliveryError } from '../../domain/errors.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { RateLimiter } from './rate-limiter.ts';
import { longLivedToken } from './token-source.ts';
import { createTransport, type Transport } from './transport.ts';

const BLOCK = { status: 403, html: '<html><title>403 Forbidden</title></html>' };
const GATEWAY = { status: 502, html: '<html><title>502 Bad Gateway</title></html>' };
const ACCOUNT = { json: { id: 1 } };
const MINUTE = 60_000;

/** A limiter's clock that a test moves; its timers ring when it does. */
function startClock() {
  let time = 0;
  const timers = new Set<{ at: number; run: () => void }>();
  return {
    now: () => time,
    setTimer(run: () => void, ms: number) {
      const timer = { at: time + ms, run };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    pass(ms: number) {
      time += ms;
      for (const timer of [...timers]) {
        if (timer.at > time) continue;
        timers.delete(timer);
        timer.run();
      }
    },
  };
}

let kommo: TestKommo;
let answer: typeof BLOCK | typeof ACCOUNT = ACCOUNT;
const agent = new Agent();
beforeAll(async () => {
  kommo = await startKommo(() => answer);
});
afterAll(async () => {
  await kommo[Symbol.asyncDispose]();
  await agent.close();
});

function start() {
  kommo.calls.length = 0;
  const clock = startClock();
  const breaker = new CircuitBreaker('closed', clock);
  const limiter = new RateLimiter({ requestsPerSecond: 7, breaker, clock });
  const { baseUrl } = kommo;
  const options = { baseUrl, tokens: longLivedToken(() => 'tok3n'), dispatcher: agent, timeoutMs: 5_000 };
  const transport = createTransport({ ...options, limiter, breaker, clock });
  return { clock, transport };
}

/** How many of five calls at once reach the server. */
async function knock(transport: Transport): Promise<number> {
  const before = kommo.calls.length;
  const call = { method: 'GET', path: '/account', effect: 'read', doing: 'reading the account' } as const;
  await Promise.allSettled(Array.from({ length: 5 }, () => transport.send(call)));
  return kommo.calls.length - before;
}

it('while Kommo blocks, one probe in 90 s is all that goes out', async () => {
  const { clock, transport } = start();
  answer = BLOCK;
  await knock(transport);
  const reached: number[] = [];
  for (let second = 10; second <= 360; second += 10) {
    clock.pass(10_000);
    reached.push(await knock(transport));
  }
  expect(reached.flatMap((count, index) => (count === 0 ? [] : [[10 * (index + 1), count]]))).toEqual([
    [90, 1],
    [180, 1],
    [270, 1],
    [360, 1],
  ]);
});

it('after the block everything goes out again', async () => {
  const { clock, transport } = start();
  answer = BLOCK;
  await knock(transport);
  answer = ACCOUNT;
  clock.pass(90_000);
  expect(await knock(transport)).toBe(5);
});

it('a gateway’s page is no sign that the block is over: calls still go one by one', async () => {
  const { clock, transport } = start();
  answer = BLOCK;
  await knock(transport);
  answer = GATEWAY;
  clock.pass(15 * MINUTE);
  await knock(transport);
  answer = BLOCK;
  clock.pass(2_000);
  expect(await knock(transport)).toBe(1);
});

describe('the circuit', () => {
  const error = (failure: DeliveryError['failure'], retryAfterMs: number | null = null) =>
    new DeliveryError(failure, 'said Kommo', { retryAfterMs });
  const open = (initial: 'closed' | 'half_open' = 'closed') => {
    const clock = startClock();
    return { clock, breaker: new CircuitBreaker(initial, clock) };
  };

  it('opens on a 429, for the time that Kommo names, and is then half-open', () => {
    const { clock, breaker } = open();
    expect(breaker.failed(error('throttled', 3_000), 0).retryAfterMs).toBe(3_000);
    clock.pass(1_000);
    expect(breaker.state).toBe('open');
    expect(breaker.refusal()).toMatchObject({ message: 'said Kommo', retryAfterMs: 2_000 });
    clock.pass(2_000);
    expect(breaker.state).toBe('half_open');
    expect(breaker.refusal()).toBeNull();
  });

  it('names the time that is left in whole ms, rounded up, since times are stored as integers', () => {
    const clock = startClock();
    const breaker = new CircuitBreaker('closed', clock);
    breaker.failed(error('throttled', 3_000), 0);
    clock.pass(1_000.4);
    expect(breaker.refusal()).toMatchObject({ retryAfterMs: 2_000 });
  });

  it('closes with an answer, also with a refusal of Kommo itself', () => {
    const one = open('half_open').breaker;
    one.succeeded();
    expect(one.state).toBe('closed');
    const other = open('half_open').breaker;
    other.failed(error('permanent'), 0);
    expect(other.state).toBe('closed');
  });

  it.each(['retryable', 'unknown', 'unauthorized'] as const)('stays as it is after %s', (failure) => {
    const { breaker } = open('half_open');
    const thrown = error(failure);
    expect(breaker.failed(thrown, 0)).toBe(thrown);
    expect(breaker.state).toBe('half_open');
  });

  it('stays open when the answer to an earlier call arrives, and when a shorter pause is asked for', () => {
    const { clock, breaker } = open();
    breaker.failed(error('throttled', 60_000), 0);
    breaker.succeeded();
    breaker.failed(error('throttled', 10), 0);
    clock.pass(59_999);
    expect(breaker.state).toBe('open');
  });

  it('pauses longer each time where Kommo names no time, and begins anew after an answer', () => {
    const { clock, breaker } = open();
    const pause = () => {
      clock.pass(1);
      const { retryAfterMs } = breaker.failed(error('throttled'), clock.now());
      clock.pass(retryAfterMs!);
      return retryAfterMs;
    };
    expect([1, 2, 3, 4, 5, 6, 7, 8].map(pause)).toEqual([
      5_000, 10_000, 20_000, 40_000, 80_000, 90_000, 90_000, 90_000,
    ]);
    breaker.succeeded();
    expect(pause()).toBe(5_000);
  });

  it('counts calls that were in the air together as one pause', () => {
    const { clock, breaker } = open();
    clock.pass(100);
    const waits = [0, 50, 99].map((startedAt) => breaker.failed(error('throttled'), startedAt).retryAfterMs);
    expect(waits).toEqual([5_000, 5_000, 5_000]);
  });
});
