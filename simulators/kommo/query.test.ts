import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseQuery, within } from './query.ts';

describe('queries in PHP brackets', () => {
  test.each([
    'filter[id][]=1&filter[id][]=2',
    'filter%5Bid%5D%5B%5D=1&filter%5Bid%5D%5B%5D=2',
    'filter[id]=1,2',
  ])('%s is a list of two', (text) => expect([...parseQuery(text).ids('filter', 'id')!]).toEqual([1, 2]));

  test('any list of ids is read back, encoded or not', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 1 }), fc.boolean(), (ids, encoded) => {
        const key = encoded ? encodeURIComponent('filter[id][]') : 'filter[id][]';
        const query = parseQuery(ids.map((id) => `${key}=${id}`).join('&'));
        expect(query.list('filter', 'id')).toEqual(ids.map(String));
      }),
    );
  });

  test('any text is a query', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const query = parseQuery(text);
        expect(() => [
          query.one('filter'),
          query.ids('filter', 'id'),
          query.range('a'),
          query.with(),
        ]).not.toThrow();
      }),
    );
  });

  test('ranges: from and to, a pair, a start alone', () => {
    const range = (text: string) => parseQuery(text).range('filter', 'created_at');
    expect(range('filter[created_at][from]=1&filter[created_at][to]=2')).toEqual({ from: 1, to: 2 });
    expect(range('filter[created_at]=1,2')).toEqual({ from: 1, to: 2 });
    expect(range('filter[created_at]=1')).toEqual({ from: 1, to: Number.POSITIVE_INFINITY });
    expect(range('filter[created_at][to]=2')).toEqual({ from: 0, to: 2 });
    expect(range('')).toBeUndefined();
    expect([within({ from: 1, to: 2 }, 2), within({ from: 1, to: 2 }, 3), within(undefined, 3)]).toEqual([
      true,
      false,
      true,
    ]);
  });

  test('ignored keys count as not given', () => {
    const query = parseQuery('filter[id][]=1&page=2', ['filter']);
    expect([query.list('filter', 'id'), query.one('page')]).toEqual([undefined, '2']);
  });
});
