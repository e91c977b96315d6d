import { expect, it } from 'vitest';
import { estimate, type KindCount } from './replay-estimate.ts';

const count = (part: Partial<KindCount>): KindCount => ({
  connection: 'acme',
  lane: 'kommo',
  kind: 'note',
  count: 1,
  unsure: 0,
  ...part,
});
const rates = new Map([
  ['acme', 7],
  ['other', 2],
]);

it('counts calls to Kommo in batches of 50 of each kind', () => {
  const counts = [count({ count: 101 }), count({ kind: 'task', count: 50 }), count({ kind: 'set_field' })];
  expect(estimate(counts, rates).calls).toBe(3 + 1 + 1);
});

it('counts one call to Customer.io for each action', () => {
  const counts = [
    count({ lane: 'customerio', kind: 'identify', count: 70 }),
    count({ lane: 'customerio', kind: 'track', count: 50 }),
  ];
  expect(estimate(counts, rates).calls).toBe(120);
});

it('leaves one call in four of Kommo’s rate to live work', () => {
  const [side] = estimate([count({ count: 50 * 21 })], rates).sides;
  expect(side).toMatchObject({ calls: 21, callsPerSecond: 5.25, leastSeconds: 4 });
});

it('adds the calls that look for what may have been written', () => {
  expect(estimate([count({ count: 60, unsure: 10 })], rates).calls).toBe(2 + 1);
});

it('takes as long as the slowest side, each connection at its own rate', () => {
  const counts = [
    count({ count: 50 * 21 }),
    count({ connection: 'other', count: 50 * 30 }),
    count({ lane: 'customerio', kind: 'track', count: 300 }),
  ];
  const { sides, leastSeconds } = estimate(counts, rates);
  expect(sides.map((side) => side.leastSeconds)).toEqual([4, 20, 1]);
  expect(leastSeconds).toBe(20);
});

it('is nothing for nothing', () => {
  expect(estimate([], rates)).toEqual({ sides: [], calls: 0, leastSeconds: 0 });
});
