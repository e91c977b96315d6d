import { describe, expect, it } from 'vitest';
import { Steps } from './steps.ts';

const MINUTE_MS = 60_000;

/** A clock that only pauses and steps move on. */
function simulatedClock() {
  const clock = { at: 0, paused: 0 };
  return {
    ...{ clock, now: () => clock.at },
    async pause(ms: number) {
      clock.at += ms;
      clock.paused += ms;
    },
  };
}

/** Removes so many rows, each in so many ms. @returns the sizes of the steps that were full */
async function remove({ rows, msPerRow }: { rows: number; msPerRow: (step: number) => number }) {
  const simulated = simulatedClock();
  const sizes: number[] = [];
  let left = rows;
  await new Steps(simulated).repeat(async (limit) => {
    const removed = Math.min(limit, left);
    left -= removed;
    simulated.clock.at += removed * msPerRow(sizes.length);
    sizes.push(limit);
    return removed === limit;
  });
  return { sizes, left, ...simulated.clock };
}

describe('the steps of a removal', () => {
  it.each([
    ['a fast machine', 0.01, 600],
    ['a slow one', 0.1, 60],
  ])('take 6 ms on %s', async (_, ms, rows) => {
    const { sizes } = await remove({ rows: 20_000, msPerRow: () => ms });
    expect(new Set(sizes.slice(10))).toEqual(new Set([rows]));
  });

  it('remove everything, and leave nine tenths of the time to other work', async () => {
    const { left, at, paused } = await remove({ rows: 20_000, msPerRow: () => 0.1 });
    expect(left).toBe(0);
    expect(paused / at).toBeCloseTo(0.9, 2);
  });

  it('do without a pause where one step is enough', async () => {
    expect(await remove({ rows: 10, msPerRow: () => 0.1 })).toMatchObject({ left: 0, paused: 0 });
  });

  it('are about as large after a step that has waited for something else', async () => {
    const { sizes } = await remove({ rows: 5_000, msPerRow: (step) => (step === 20 ? 100 : 0.1) });
    expect(sizes.slice(20, 23)).toEqual([60, 50, 60]);
  });

  it('end after some minutes, so that the next hour goes on', async () => {
    const { left, at } = await remove({ rows: 10_000_000, msPerRow: () => 0.1 });
    expect(left).toBeGreaterThan(0);
    expect(at / MINUTE_MS).toBeCloseTo(6, 1);
  });
});
