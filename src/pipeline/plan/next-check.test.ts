import fc from 'fast-check';
import { expect, it } from 'vitest';
import { nextCheck } from './next-check.ts';

const DAY = 86_400_000;

/** The times of all checks of a move that begins to wait at 0, s. */
function checks(until: number, late = 0): number[] {
  const times: number[] = [];
  for (let at = 0; at < until; ) {
    const check = nextCheck(0, at, until);
    times.push(check / 1_000);
    at = check + late;
  }
  return times;
}

it('a move is checked soon at first, then every hour, and for the last time at its end', () => {
  const times = checks(DAY);
  expect(times.slice(0, 8)).toEqual([2, 10, 60, 300, 900, 3_600, 7_200, 10_800]);
  expect(times).toHaveLength(29);
  expect(times.at(-1)).toBe(DAY / 1_000);
});

it('a check is always later than the one before, whatever the delay between them', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 3 * DAY }),
      fc.integer({ min: 0, max: 10 * 3_600_000 }),
      (until, late) => {
        const times = checks(until, late);
        expect(times.every((time, index) => index === 0 || time > times[index - 1]!)).toBe(true);
        expect(times.length).toBeLessThan(80);
      },
    ),
  );
});
