import { expect, it } from 'vitest';
import { backoff } from './backoff.ts';

const options = { firstMs: 1_000, maxMs: 60_000 };

it('waits the first time as long as it is told, and doubles with every further failure', () => {
  expect([1, 2, 3, 4].map((failures) => backoff(failures, options))).toEqual([1_000, 2_000, 4_000, 8_000]);
});

it('never waits longer than the maximum, however many failures there were', () => {
  expect([7, 30, 5_000].map((failures) => backoff(failures, options))).toEqual([60_000, 60_000, 60_000]);
});

it('takes no failure yet for the first one', () => {
  expect(backoff(0, options)).toBe(1_000);
});

it('jitter shortens the wait by up to a half', () => {
  expect([0, 0.5, 1].map((random) => backoff(2, { ...options, random }))).toEqual([1_000, 1_500, 2_000]);
});
