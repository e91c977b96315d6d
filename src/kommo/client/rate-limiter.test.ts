import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mostInWindow, virtualClock } from '../../../test/support/virtual-clock.ts';
import { DeliveryError } from '../../domain/errors.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import type { LimiterClock } from './clock.ts';
import { RateLimiter, type RateLimiterOptions } from './rate-limiter.ts';
import { QUIET_AFTER_START_MS } from './slots.ts';
import type { Priority } from './waiting-requests.ts';

/** A limiter whose circuit is closed, where the test does not open it. */
function limit(
  requestsPerSecond: number,
  clock: LimiterClock,
  options: Partial<RateLimiterOptions> = {},
): RateLimiter {
  const breaker = new CircuitBreaker('closed', clock);
  return new RateLimiter({ requestsPerSecond, breaker, clock, ...options });
}

function slowDown(retryAfterMs: number): DeliveryError {
  return new DeliveryError('throttled', 'Slow down.', { retryAfterMs });
}

test('the helper counts both ends of the window', () => {
  expect(mostInWindow([0, 500, 1000, 1001], 1000)).toBe(3);
});

describe('never more than N arrive in a rolling second', () => {
  const jitter = fc.record({
    connectMs: fc.nat({ max: 3000 }),
    transitMs: fc.nat({ max: 499 }),
    serverMs: fc.nat({ max: 5000 }),
    startMs: fc.nat({ max: 4000 }),
    sayWhenSent: fc.boolean(),
  });

  test('whatever the delays on the way', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 8 }),
        fc.array(jitter, { minLength: 20, maxLength: 40 }),
        async (n, calls) => {
          const { clock, at, runUntil } = virtualClock();
          const limiter = limit(n, clock);
          const arrivals: number[] = [];
          for (const call of calls) {
            at(call.startMs, async () => {
              const slot = await limiter.acquire('live');
              at(clock.now() + call.connectMs, () => {
                if (call.sayWhenSent) slot.sent();
                at(clock.now() + call.transitMs, () => {
                  arrivals.push(clock.now());
                  at(clock.now() + call.serverMs, () => slot.done(true));
                });
              });
            });
          }
          await runUntil(1_000_000);
          expect(arrivals).toHaveLength(calls.length);
          expect(mostInWindow(arrivals, 1000)).toBeLessThanOrEqual(n);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('and close to N do, when answers are quick', async () => {
    const { clock, at, runUntil } = virtualClock();
    const limiter = limit(7, clock);
    let done = 0;
    for (let i = 0; i < 200; i += 1) {
      void limiter.acquire('live').then((slot) => {
        slot.sent();
        at(clock.now() + 30, () => {
          slot.done(true);
          done += 1;
        });
      });
    }
    await runUntil(10_000);
    expect(done).toBe(70);
  });

  test('slow answers do not slow the rate below what the way can hide', async () => {
    const { clock, at, runUntil } = virtualClock();
    const limiter = limit(7, clock);
    let started = 0;
    for (let i = 0; i < 200; i += 1) {
      void limiter.acquire('live').then((slot) => {
        started += 1;
        slot.sent();
        at(clock.now() + 15_000, () => slot.done(true));
      });
    }
    await runUntil(15_000);
    expect(started).toBe(70);
  });
});

describe('an hour of mixed load in compressed time', () => {
  const HOUR = 3_600_000;
  /** Of a process that was killed: what it had sent may still arrive. */
  const TRANSIT = 499;

  /**
   * One process after the other, each killed without a word after a while, each starting with what it cannot
   * know: how much of Kommo's second the one before has used up.
   */
  async function hour(seed: number, startMs: (random: () => number) => number): Promise<number[]> {
    const { clock, at, runUntil, settle } = virtualClock();
    const random = randomOf(seed);
    const arrivals: number[] = [];
    const alive = { process: 0 };

    function work(limiter: RateLimiter, breaker: CircuitBreaker, self: number): void {
      if (alive.process !== self) return;
      const priority = (['live', 'retry', 'bulk'] as const)[Math.floor(random() * 3)]!;
      const again = () => work(limiter, breaker, self);
      limiter.acquire(priority).then(
        (slot) => {
          if (alive.process !== self) return;
          slot.sent();
          const startedAt = clock.now();
          at(clock.now() + random() * TRANSIT, () => {
            arrivals.push(clock.now());
            const isTooMany = random() < 0.02;
            at(clock.now() + random() ** 4 * 3_000, () => {
              if (isTooMany) breaker.failed(slowDown(2_000), startedAt);
              else breaker.succeeded();
              slot.done(true);
              again();
            });
          });
        },
        (error: DeliveryError) => at(clock.now() + error.retryAfterMs!, again),
      );
    }

    function start(): void {
      alive.process += 1;
      const self = alive.process;
      const quietUntilMs = clock.now() + QUIET_AFTER_START_MS;
      const breaker = new CircuitBreaker('half_open', clock);
      const limiter = limit(7, clock, { quietUntilMs, breaker });
      for (let i = 0; i < 12; i += 1) work(limiter, breaker, self);
      at(clock.now() + 2_000 + random() * 60_000, () => {
        alive.process += 1;
        at(clock.now() + startMs(random), start);
      });
    }

    start();
    await settle();
    await runUntil(HOUR);
    return arrivals;
  }

  test.each([
    ['a process that starts again at once', () => 0],
    ['a process that takes a moment to start', (random: () => number) => random() * 3_000],
    ['another process that takes over when the lease has ended', () => 12_000],
  ])('never more than 7 arrive in a rolling second: %s', async (_how, startMs) => {
    const arrivals = await hour(7, startMs);
    expect(mostInWindow(arrivals, 1000)).toBeLessThanOrEqual(7);
    // A limiter that lets nothing through would keep the rate, too.
    expect(arrivals.length).toBeGreaterThan(8_000);
  });

  test('is too much for a process that does not wait at its start: the test can fail', async () => {
    const { clock, at, runUntil } = virtualClock();
    const arrivals: number[] = [];
    for (const startAt of [0, 300]) {
      at(startAt, () => {
        const limiter = limit(7, clock);
        for (let i = 0; i < 7; i += 1) void limiter.acquire('live').then(() => arrivals.push(clock.now()));
      });
    }
    await runUntil(5_000);
    expect(mostInWindow(arrivals, 1000)).toBeGreaterThan(7);
  });
});

/** A small seeded generator: the same seed gives the same hour. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

describe('priorities', () => {
  async function order(n: number, wanted: Priority[]): Promise<Priority[]> {
    const { clock, runUntil } = virtualClock();
    const limiter = limit(n, clock, { quietUntilMs: 10 });
    const served: Priority[] = [];
    for (const priority of wanted) {
      void limiter.acquire(priority).then((slot) => {
        served.push(priority);
        slot.done(true);
      });
    }
    await runUntil(60_000);
    return served;
  }

  test('live before retry before bulk', async () => {
    expect(await order(1, ['bulk', 'retry', 'live', 'bulk', 'live'])).toEqual([
      'live',
      'live',
      'retry',
      'bulk',
      'bulk',
    ]);
  });

  test('bulk leaves a slot for live work', async () => {
    const { clock, settle } = virtualClock();
    const limiter = limit(7, clock);
    const served: Priority[] = [];
    for (let i = 0; i < 7; i += 1) void limiter.acquire('bulk').then(() => served.push('bulk'));
    await settle();
    void limiter.acquire('live').then(() => served.push('live'));
    await settle();
    expect(served).toEqual([...Array(6).fill('bulk'), 'live']);
  });

  test('a note lets readings pass, but not for longer than a second', async () => {
    const { clock, at, runUntil } = virtualClock();
    const limiter = limit(1, clock);
    const served: Priority[] = [];
    const ask = (priority: Priority) =>
      void limiter.acquire(priority).then((slot) => {
        served.push(priority);
        slot.done(true);
      });
    ask('live');
    at(100, () => ask('write'));
    for (const ms of [200, 300, 400, 500]) at(ms, () => ask('live'));
    await runUntil(60_000);
    expect(served).toEqual(['live', 'live', 'write', 'live', 'live', 'live']);
  });
});

describe('the circuit', () => {
  test('while open refuses what waits and what comes, with the time left', async () => {
    const { clock, runUntil } = virtualClock();
    const breaker = new CircuitBreaker('closed', clock);
    const limiter = limit(1, clock, { breaker });
    const slot = await limiter.acquire('live');
    const waiting = limiter.acquire('live');
    breaker.failed(slowDown(5_000), clock.now());
    slot.done(true);
    await expect(waiting).rejects.toMatchObject({ failure: 'throttled', retryAfterMs: 5_000 });
    await runUntil(2_000);
    await expect(limiter.acquire('live')).rejects.toMatchObject({ retryAfterMs: 3_000 });
  });

  test('that ends just while a request is being refused gives that request an error or a slot', async () => {
    for (let pauseMs = 1; pauseMs < 20; pauseMs += 1) {
      let time = 0;
      const clock: LimiterClock = { now: () => ++time, setTimer: () => () => {} };
      const breaker = new CircuitBreaker('closed', clock);
      breaker.failed(slowDown(pauseMs), 0);
      const outcome = await limit(1, clock, { breaker })
        .acquire('live')
        .then(
          () => 'slot',
          (error: unknown) => (error instanceof DeliveryError ? error.failure : error),
        );
      expect(['slot', 'throttled']).toContain(outcome);
    }
  });

  test('while half-open lets one request into the air at a time', async () => {
    const { clock, settle } = virtualClock();
    const limiter = limit(7, clock, { breaker: new CircuitBreaker('half_open', clock) });
    const first = await limiter.acquire('live');
    let second = false;
    void limiter.acquire('live').then(() => {
      second = true;
    });
    await settle();
    expect(second).toBe(false);
    first.done(true);
    await settle();
    expect(second).toBe(true);
  });

  test('once closed lets everything go that waited for the probe', async () => {
    const { clock, settle } = virtualClock();
    const breaker = new CircuitBreaker('half_open', clock);
    const limiter = limit(7, clock, { breaker });
    const probe = await limiter.acquire('live');
    let started = 0;
    for (let n = 0; n < 9; n += 1) void limiter.acquire('live').then(() => (started += 1));
    await settle();
    expect(started).toBe(0);
    breaker.succeeded();
    probe.done(true);
    await settle();
    expect(started).toBe(6);
  });
});

test('a request is refused where the caller may not send it any more', async () => {
  const { clock } = virtualClock();
  let error: Error | null = null;
  const limiter = limit(1, clock, { refuse: () => error });
  (await limiter.acquire('live')).done(false);
  error = new Error('the lease is lost');
  await expect(limiter.acquire('live')).rejects.toThrow('the lease is lost');
  error = null;
  await expect(limiter.acquire('live')).resolves.toBeDefined();
});

describe('abort', () => {
  test('a waiting request leaves the queue', async () => {
    const { clock, runUntil } = virtualClock();
    const limiter = limit(1, clock);
    const first = await limiter.acquire('live');
    const controller = new AbortController();
    const aborted = limiter.acquire('live', controller.signal);
    const third = limiter.acquire('live');
    controller.abort(new Error('enough'));
    await expect(aborted).rejects.toThrow('enough');
    first.done(true);
    await runUntil(1100);
    await expect(third).resolves.toBeDefined();
  });

  test('a request that was never sent gives its slot back at once', async () => {
    const { clock } = virtualClock();
    const limiter = limit(1, clock);
    const slot = await limiter.acquire('live');
    slot.done(false);
    await expect(limiter.acquire('live')).resolves.toBeDefined();
  });
});

describe('quiet', () => {
  const quiet = (limiter: RateLimiter) => limiter.isQuiet();

  test('while at most half of a second’s requests are taken', async () => {
    const { clock, runUntil } = virtualClock();
    const limiter = limit(7, clock);
    for (let n = 0; n < 3; n += 1) (await limiter.acquire('live')).done(true);
    expect(quiet(limiter)).toBe(true);
    (await limiter.acquire('live')).done(true);
    expect(quiet(limiter)).toBe(false);
    await runUntil(1_100);
    expect(quiet(limiter)).toBe(true);
  });

  test('whatever bulk work takes or waits for', async () => {
    const { clock, settle } = virtualClock();
    const limiter = limit(7, clock);
    for (let n = 0; n < 20; n += 1) void limiter.acquire('bulk').catch(() => {});
    await settle();
    expect(quiet(limiter)).toBe(true);
    for (let n = 0; n < 2; n += 1) void limiter.acquire('write');
    await settle();
    // The first has taken the slot that bulk work leaves, and the second waits.
    expect(quiet(limiter)).toBe(false);
  });

  test('not while a request waits, nor just after a start, nor while the circuit is open or half-open', async () => {
    const { clock, runUntil } = virtualClock();
    const breaker = new CircuitBreaker('closed', clock);
    const limiter = limit(7, clock, { quietUntilMs: 500, breaker });
    expect(quiet(limiter)).toBe(false);
    await runUntil(600);
    expect(quiet(limiter)).toBe(true);
    const slots = await Promise.all(Array.from({ length: 6 }, () => limiter.acquire('bulk')));
    const waiting = limiter.acquire('bulk');
    for (const slot of slots.slice(1)) slot.done(false);
    const last = await waiting;
    expect(quiet(limiter)).toBe(true);
    last.done(false);
    breaker.failed(slowDown(1_000), clock.now());
    expect(quiet(limiter)).toBe(false);
    await runUntil(1_800);
    expect(breaker.state).toBe('half_open');
    expect(quiet(limiter)).toBe(false);
    breaker.succeeded();
    expect(quiet(limiter)).toBe(true);
  });

  test('is waited for, and no longer than that', async () => {
    const { clock, at, runUntil } = virtualClock();
    const limiter = limit(2, clock);
    const seen: string[] = [];
    const wait = (ms: number) => void limiter.whenQuiet(ms).then(() => seen.push(`${ms} at ${clock.now()}`));
    for (const ms of [0, 300]) at(ms, () => void limiter.acquire('live').then((slot) => slot.done(true)));
    at(400, () => wait(5_000));
    at(400, () => wait(200));
    at(400, () => wait(0));
    await runUntil(60_000);
    // The first of two slots is free again at 1,020.
    expect(seen).toEqual(['0 at 400', '200 at 600', '5000 at 1020']);
  });

  test('takes no slot, and is not waited for while the circuit is open', async () => {
    const { clock, settle } = virtualClock();
    const breaker = new CircuitBreaker('closed', clock);
    const limiter = limit(1, clock, { breaker });
    await limiter.whenQuiet(1_000);
    (await limiter.acquire('live')).done(true);
    let isOver = false;
    breaker.failed(slowDown(60_000), clock.now());
    void limiter.whenQuiet(1_000).then(() => {
      isOver = true;
    });
    await settle();
    expect(isOver).toBe(true);
  });
});
