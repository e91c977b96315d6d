import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, fateOf, missingRanges, parseBound, partitionLength, type Range } from './ranges.ts';

const NOON = Date.UTC(2026, 10, 30, 12);
const MIDNIGHT = Date.UTC(2026, 10, 30);

describe('a partition', () => {
  it('is a thirtieth of the retention time long, and at least a day', () => {
    expect([7, 30, 90, 365].map((days) => partitionLength(days * DAY_MS) / DAY_MS)).toEqual([1, 1, 3, 12]);
  });

  it.each<[string, Range, ReturnType<typeof fateOf>]>([
    ['is kept while its first row may be kept', { from: 50, to: 60 }, 'keep'],
    ['is dropped as soon as its first row is too old', { from: 49, to: 60 }, 'drop'],
    ['without a beginning loses single rows', { from: null, to: 60 }, 'delete_rows'],
    ['without a beginning is dropped when all rows are too old', { from: null, to: 50 }, 'drop'],
    ['for all other times loses single rows', { from: null, to: null }, 'delete_rows'],
  ])('%s', (_, range, fate) => {
    expect(fateOf(range, 50)).toBe(fate);
  });

  it('is read from what PostgreSQL says', () => {
    expect(parseBound(`FOR VALUES FROM ('100') TO ('200')`)).toEqual({ from: 100, to: 200 });
    expect(parseBound(`FOR VALUES FROM (MINVALUE) TO ('200')`)).toEqual({ from: null, to: 200 });
    expect(parseBound('DEFAULT')).toEqual({ from: null, to: null });
  });
});

describe('the partitions to add', () => {
  it('begin at midnight today where there are none', () => {
    expect(missingRanges([{ from: null, to: null }], NOON, DAY_MS)).toEqual(
      [0, 1, 2].map((day) => ({ from: MIDNIGHT + day * DAY_MS, to: MIDNIGHT + (day + 1) * DAY_MS })),
    );
  });

  it('join the existing ones, never overlap them, and always cover the next days', () => {
    const days = fc.integer({ min: 1, max: 12 });
    const starts = fc.array(fc.tuple(fc.integer({ min: 0, max: 400 }), days), { maxLength: 30 });
    fc.assert(
      fc.property(starts, (starts) => {
        const ranges: Range[] = [{ from: null, to: null }];
        let previous = 0;
        for (const [day, length] of starts.toSorted((a, b) => a[0] - b[0])) {
          const now = NOON + Math.max(previous, day) * DAY_MS;
          previous = Math.max(previous, day);
          for (const range of missingRanges(ranges, now, length * DAY_MS)) {
            expect(range.from % DAY_MS).toBe(0);
            expect(ranges.every(({ to }) => to === null || to <= range.from)).toBe(true);
            ranges.push(range);
          }
          const covers = (at: number) =>
            ranges.some(({ from, to }) => from !== null && from <= at && at < to!);
          expect([now, now + DAY_MS, now + 2 * DAY_MS].every(covers)).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });
});
