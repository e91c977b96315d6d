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

it('counts calls to Kommo in batches that grow as the lane’s do', () => {
  const counts = [count({ count: 150 }), count({ kind: 'task', count: 50 }), count({ kind: 'set_field' })];
  expect(estimate(counts, rates).calls).toBe(2 + 1 + 1);
});

it('counts a call to Customer.io for each of a few people, and batches of 500 for many', () => {
  const counts = [
    count({ lane: 'customerio', kind: 'identify', count: 5_000 }),
    count({ lane: 'customerio', kind: 'track', count: 32 }),
  ];
  expect(estimate(counts, rates)).toMatchObject({ calls: 10 + 32, leastSeconds: 2 });
});

it('leaves one call in four of Kommo’s rate to live work, as the limiter does', () => {
  const calls = 3 + 251;
  const [side] = estimate([count({ count: 50 + 100 + 200 + 250 * 251 })], rates).sides;
  expect(side).toMatchObject({ calls, callsPerSecond: 6, leastSeconds: 43 });
});

it('adds the calls that look for what may have been written', () => {
  expect(estimate([count({ count: 60, unsure: 10 })], rates).calls).toBe(2 + 1);
});

it('takes as long as the slowest side, each connection at its own rate', () => {
  const counts = [
    count({ count: 50 + 100 + 200 + 250 * 15 }),
    count({ connection: 'other', count: 50 + 100 + 200 + 250 * 17 }),
    count({ lane: 'customerio', kind: 'track', count: 300 }),
  ];
  const { sides, leastSeconds } = estimate(counts, rates);
  expect(sides.map((side) => side.leastSeconds)).toEqual([3, 20, 1]);
  expect(leastSeconds).toBe(20);
});

it('is nothing for nothing', () => {
  expect(estimate([], rates)).toEqual({ sides: [], calls: 0, leastSeconds: 0 });
});
