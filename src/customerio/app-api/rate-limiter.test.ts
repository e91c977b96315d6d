import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Priority, RateLimiter } from './rate-limiter.ts';

/** A clock that moves only when somebody waits or when the test says so. */
function clock() {
  let time = 0;
  return {
    now: () => time,
    async wait(ms: number) {
      time += ms;
    },
    pass(ms: number) {
      time += ms;
    },
  };
}

const priority = fc.constantFrom<Priority>('live', 'bulk');

describe('the rate limiter of the App API', () => {
  it('never lets more start in any window, and keeps the order within a priority', async () => {
    const schedule = fc.record({
      calls: fc.integer({ min: 1, max: 10 }),
      gaps: fc.array(fc.tuple(fc.nat(600), priority), { maxLength: 60 }),
    });
    await fc.assert(
      fc.asyncProperty(schedule, async ({ calls, gaps }) => {
        const time = clock();
        const limiter = new RateLimiter({ calls, windowMs: 1000, ...time });
        const starts: { at: number; number: number; kind: Priority }[] = [];
        const running = gaps.map(async ([gap, kind], number) => {
          await limiter.take(kind);
          starts.push({ at: time.now(), number, kind });
          time.pass(gap);
        });
        await Promise.all(running);
        for (const kind of ['live', 'bulk'] as const) {
          const numbers = starts.filter((start) => start.kind === kind).map((start) => start.number);
          expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
        }
        expect(starts).toHaveLength(gaps.length);
        for (let n = calls; n < starts.length; n += 1) {
          expect(starts[n]!.at - starts[n - calls]!.at).toBeGreaterThanOrEqual(1000);
        }
      }),
    );
  });

  it('does not wait while there is room', async () => {
    const time = clock();
    const limiter = new RateLimiter({ calls: 10, windowMs: 1000, ...time });
    for (let n = 0; n < 10; n += 1) await limiter.take('live');
    expect(time.now()).toBe(0);
    await limiter.take('live');
    expect(time.now()).toBe(1000);
  });

  it('waits for the oldest start of the window, not for a whole new window', async () => {
    const time = clock();
    const limiter = new RateLimiter({ calls: 10, windowMs: 1000, ...time });
    for (let n = 0; n < 10; n += 1) {
      await limiter.take('live');
      time.pass(90);
    }
    await limiter.take('live');
    expect(time.now()).toBe(1000);
  });

  it('starts a live call before bulk calls that came earlier', async () => {
    const time = clock();
    const limiter = new RateLimiter({ calls: 1, windowMs: 1000, ...time });
    const order: string[] = [];
    const take = async (kind: Priority, name: string) => {
      await limiter.take(kind);
      order.push(name);
    };
    await Promise.all([take('bulk', 'first'), take('bulk', 'bulk'), take('live', 'live')]);
    expect(order).toEqual(['live', 'first', 'bulk']);
  });

  it('lets a bulk call start although live calls always wait', async () => {
    const time = clock();
    const limiter = new RateLimiter({ calls: 1, windowMs: 1000, ...time });
    const order: Priority[] = [];
    const take = async (kind: Priority) => {
      await limiter.take(kind);
      order.push(kind);
    };
    await Promise.all([...Array.from({ length: 30 }, () => take('live')), take('bulk')]);
    expect(order.indexOf('bulk')).toBe(9);
  });

  it('starts nothing while it is paused', async () => {
    const time = clock();
    const limiter = new RateLimiter({ calls: 10, windowMs: 1000, ...time });
    await limiter.take('live');
    limiter.pause(5000);
    await limiter.take('live');
    expect(time.now()).toBe(5000);
  });
});
