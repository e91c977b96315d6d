import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createWindowLimiter } from './window-limiter.ts';

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

describe('createWindowLimiter', () => {
  it('never lets more start in any window, and keeps the order', async () => {
    const schedule = fc.record({
      calls: fc.integer({ min: 1, max: 10 }),
      gaps: fc.array(fc.nat(600), { maxLength: 60 }),
    });
    await fc.assert(
      fc.asyncProperty(schedule, async ({ calls, gaps }) => {
        const time = clock();
        const turn = createWindowLimiter({ calls, windowMs: 1000, ...time });
        const starts: { at: number; number: number }[] = [];
        const running = gaps.map(async (gap, number) => {
          await turn();
          starts.push({ at: time.now(), number });
          time.pass(gap);
        });
        await Promise.all(running);
        expect(starts.map((start) => start.number)).toEqual(gaps.map((_, number) => number));
        for (let n = calls; n < starts.length; n += 1) {
          expect(starts[n]!.at - starts[n - calls]!.at).toBeGreaterThanOrEqual(1000);
        }
      }),
    );
  });

  it('does not wait while there is room', async () => {
    const time = clock();
    const turn = createWindowLimiter({ calls: 10, windowMs: 1000, ...time });
    for (let n = 0; n < 10; n += 1) await turn();
    expect(time.now()).toBe(0);
    await turn();
    expect(time.now()).toBe(1000);
  });

  it('waits for the oldest start of the window, not for a whole new window', async () => {
    const time = clock();
    const turn = createWindowLimiter({ calls: 10, windowMs: 1000, ...time });
    for (let n = 0; n < 10; n += 1) {
      await turn();
      time.pass(90);
    }
    await turn();
    expect(time.now()).toBe(1000);
  });
});
