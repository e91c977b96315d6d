import { expect, it } from 'vitest';
import { RateLimit } from './rate-limit.ts';

it('allows each key its uses in a window, and says how long the next one must wait', () => {
  let now = 1_000;
  const limit = new RateLimit({ max: 2, windowMs: 100, now: () => now });
  expect(limit.take('ann')).toBe(0);
  now = 1_040;
  expect(limit.take('ann')).toBe(0);
  now = 1_050;
  expect(limit.take('ann')).toBe(50);
  expect(limit.take('bob')).toBe(0);
  now = 1_100;
  expect(limit.take('ann')).toBe(0);
  expect(limit.take('ann')).toBe(40);
});

it('says whether a use is left without taking it', () => {
  let now = 1_000;
  const limit = new RateLimit({ max: 1, windowMs: 100, now: () => now });
  expect(limit.isFree('ann')).toBe(true);
  limit.take('ann');
  expect(limit.isFree('ann')).toBe(false);
  expect(limit.isFree('bob')).toBe(true);
  now = 1_101;
  expect(limit.isFree('ann')).toBe(true);
});
