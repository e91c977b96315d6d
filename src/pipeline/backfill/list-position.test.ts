import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Deal } from '../../domain/entities.ts';
import { type ListPosition, positionAfter, START } from './list-position.ts';

const PAGE = 5;

/** An account with deals created at these times, which may ignore the filter of times or the order. */
function account(times: number[], ignores: { filter?: boolean; order?: boolean } = {}) {
  let deals = times.map((createdAt, index) => ({ id: index + 1, createdAt }) as Deal);
  let calls = 0;
  return {
    calls: () => calls,
    remove: (id: number) => {
      deals = deals.filter((deal) => deal.id !== id);
    },
    page({ createdTo, page }: ListPosition) {
      calls += 1;
      const listed = deals.filter(
        ({ createdAt }) => ignores.filter || createdTo === null || createdAt! <= createdTo,
      );
      if (!ignores.order) listed.sort((a, b) => b.createdAt! - a.createdAt! || b.id - a.id);
      const found = listed.slice((page - 1) * PAGE, page * PAGE);
      return { deals: found, isLast: listed.length <= page * PAGE };
    },
  };
}

/** Reads the list to its end. @param meanwhile called after each page */
function readAll(list: ReturnType<typeof account>, meanwhile: (seen: number[]) => void = () => {}): number[] {
  const seen: number[] = [];
  for (let position = START; position.listing === 0; ) {
    const { deals, isLast } = list.page(position);
    seen.push(...deals.map(({ id }) => id).filter((id) => !position.done.includes(id)));
    position = positionAfter(position, deals, isLast);
    meanwhile(seen);
  }
  return seen;
}

const someTimes = fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 60 });

describe('the place in a list of deals', () => {
  it('ends where a page has deals of one second only', () => {
    expect(readAll(account(Array(12).fill(7)))).toHaveLength(12);
  });

  it('meets every deal once', () => {
    fc.assert(
      fc.property(someTimes, (times) => {
        const seen = readAll(account(times));
        expect(seen.toSorted((a, b) => a - b)).toEqual(times.map((_, index) => index + 1));
      }),
    );
  });

  it('meets every deal of an account that ignores times or order', () => {
    const ignoring = fc.record({ filter: fc.boolean(), order: fc.boolean() });
    fc.assert(
      fc.property(someTimes, ignoring, (times, ignores) => {
        const seen = new Set(readAll(account(times, ignores)));
        expect(seen.size).toBe(times.length);
      }),
    );
  });

  it('skips no deal that stays while others are deleted', () => {
    const distinct = Array.from({ length: 40 }, (_, index) => index + 1);
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { maxLength: 20 }), (deleted) => {
        const list = account(distinct);
        const left = [...deleted];
        const seen = new Set(readAll(list, () => left.splice(0, 2).forEach(list.remove)));
        for (const id of distinct) if (!deleted.includes(id)) expect(seen).toContain(id);
      }),
    );
  });

  it('takes one call for each page, and one more where the account ignores times', () => {
    const distinct = Array.from({ length: 40 }, (_, index) => index + 1);
    const plain = account(distinct);
    readAll(plain);
    expect(plain.calls()).toBeLessThanOrEqual(40 / (PAGE - 1) + 1);
    const ignoring = account(distinct, { filter: true });
    readAll(ignoring);
    expect(ignoring.calls()).toBe(40 / PAGE + 1);
  });
});
