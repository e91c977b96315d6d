import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { burstsOf, type StageEntry } from './bursts.ts';

const GUARD = { deals: 3, withinSeconds: 60 };

/** Entries of different deals at these seconds; their events are numbered from 1. */
const entriesAt = (...times: number[]): StageEntry[] =>
  times.map((at, index) => ({ eventId: index + 1, dealId: 100 + index, at }));

describe('a burst', () => {
  it('is more deals than the limit within the time', () => {
    expect([...burstsOf(entriesAt(0, 10, 20, 59), GUARD)]).toEqual([1, 2, 3, 4]);
  });

  it('is not as many deals as the limit, nor more within a longer time', () => {
    expect([...burstsOf(entriesAt(0, 10, 59), GUARD)]).toEqual([]);
    expect([...burstsOf(entriesAt(0, 10, 20, 60), GUARD)]).toEqual([]);
  });

  it('leaves out what came before and after', () => {
    expect([...burstsOf(entriesAt(0, 100, 110, 120, 130, 300), GUARD)]).toEqual([2, 3, 4, 5]);
  });

  it('is not one deal that goes back and forth', () => {
    const entries = [0, 1, 2, 3, 4].map((at) => ({ eventId: at + 1, dealId: 7, at }));
    expect([...burstsOf(entries, GUARD)]).toEqual([]);
  });

  it('is every one of 5,000 imported deals, fifty a second, and none of an hour of the same 5,000', () => {
    const guard = { deals: 100, withinSeconds: 60 };
    const imported = entriesAt(...Array.from({ length: 5_000 }, (_, n) => Math.floor(n / 50)));
    expect(burstsOf(imported, guard).size).toBe(5_000);
    const spread = entriesAt(...Array.from({ length: 5_000 }, (_, n) => Math.floor((n * 60) / 100)));
    expect(burstsOf(spread, guard).size).toBe(0);
  });

  it('has exactly the entries that share a time with too many deals', () => {
    const entry = fc.record({
      at: fc.integer({ min: 0, max: 400 }),
      dealId: fc.integer({ min: 1, max: 12 }),
    });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 40 }), (list) => {
        const entries = list
          .toSorted((a, b) => a.at - b.at)
          .map((part, index) => ({ ...part, eventId: index }));
        const slow = entries.filter(({ at }) =>
          entries.some(({ at: start }) => {
            const window = entries.filter((other) => other.at >= start && other.at < start + 60);
            const isIn = at >= start && at < start + 60;
            return isIn && new Set(window.map(({ dealId }) => dealId)).size > GUARD.deals;
          }),
        );
        expect([...burstsOf(entries, GUARD)].sort((a, b) => a - b)).toEqual(
          slow.map(({ eventId }) => eventId),
        );
      }),
    );
  });
});
