import { TestClock } from 'pg-boss';
import { beforeEach, expect, it } from 'vitest';
import { Remainder } from './remainder.ts';

let clock: TestClock;
let wakes: number;
let isBacklog: boolean;
let remainder: Remainder;
beforeEach(() => {
  clock = new TestClock(1_000_000);
  wakes = 0;
  isBacklog = true;
  remainder = new Remainder(
    clock,
    () => isBacklog,
    () => {
      wakes += 1;
    },
  );
});

it('lets what is left after a full batch wait until it is full, too', () => {
  expect(remainder.mayWait(true)).toBe(false);
  expect(remainder.mayWait(false)).toBe(true);
  expect(remainder.mayWait(true)).toBe(false);
});

it('sends it after a second in any case', async () => {
  remainder.mayWait(true);
  expect(remainder.mayWait(false)).toBe(true);
  await clock.tick(1_000);
  expect(wakes).toBe(1);
  expect(remainder.mayWait(false)).toBe(false);
  // It was no full batch, so the next actions go at once.
  expect(remainder.mayWait(false)).toBe(false);
});

it('never lets actions wait where the planning has no backlog, or where no full batch went before', () => {
  expect(remainder.mayWait(false)).toBe(false);
  isBacklog = false;
  remainder.mayWait(true);
  expect(remainder.mayWait(false)).toBe(false);
});
