import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ProbeStarter } from './probe-starter.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

let begun: number;
/** A round of the judgement in which so many connections are due. */
function round(count: number, hasProbed: boolean): ProbeStarter {
  begun = 0;
  const starter = new ProbeStarter();
  const probe = () => {
    begun += 1;
  };
  for (let index = 0; index < count; index += 1)
    starter.add({ hasProbed, isProbeDue: () => true, probe }, new Set());
  return starter;
}

it('starts the probes of a few connections at once', () => {
  round(20, false).start(3_000, () => true);
  expect(begun).toBe(20);
});

it('spreads those of many connections over the time until the next round', () => {
  round(300, true).start(3_000, () => true);
  expect(begun).toBeLessThanOrEqual(20);
  vi.advanceTimersByTime(1_500);
  expect(begun).toBeGreaterThan(140);
  expect(begun).toBeLessThan(160);
  vi.advanceTimersByTime(1_500);
  expect(begun).toBe(300);
});

it.each([
  [3_000, 150],
  [300, 100],
])('of %i connections that were never probed, begins with %i', (count, expected) => {
  round(count, false).start(3_000, () => true);
  vi.advanceTimersByTime(3_000);
  expect(begun).toBe(expected);
});

it('starts none after the judgement has ended', () => {
  let isRunning = true;
  round(100, true).start(3_000, () => isRunning);
  isRunning = false;
  vi.advanceTimersByTime(3_000);
  expect(begun).toBe(20);
});
