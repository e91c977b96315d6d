import { beforeEach, expect, it } from 'vitest';
import { Pacing } from './pacing.ts';

let now: number;
let pacing: Pacing;
beforeEach(() => {
  now = 1_000;
  pacing = new Pacing({ now: () => now, sleep: async () => {} });
});

it('never holds up a lane that has just begun', () => {
  expect(pacing.waitMs(0)).toBe(0);
  expect(pacing.waitMs(7)).toBe(0);
});

it('waits for more outcomes while many calls are in flight', () => {
  expect(pacing.waitMs(8)).toBe(20);
});

it('waits a little in a burst, and not after it', () => {
  pacing.callStarted();
  now += 9;
  expect(pacing.waitMs(1)).toBe(5);
  now += 1;
  expect(pacing.waitMs(1)).toBe(0);
});
