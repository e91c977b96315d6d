import { TestClock } from 'pg-boss';
import { beforeEach, expect, it } from 'vitest';
import { EarliestTimer } from './earliest-timer.ts';

let clock: TestClock;
let timer: EarliestTimer;
/** When it fired, ms after the start. */
let fired: number[];

beforeEach(() => {
  clock = new TestClock(0);
  fired = [];
  timer = new EarliestTimer(clock, () => void fired.push(clock.now()));
});

it('a later time does not put off an earlier one', async () => {
  timer.fireNoLaterThan(1_000);
  timer.fireNoLaterThan(5_000);
  await clock.tick(10_000);
  expect(fired).toEqual([1_000]);
});

it('an earlier time takes the place of a later one', async () => {
  timer.fireNoLaterThan(5_000);
  timer.fireNoLaterThan(1_000);
  await clock.tick(10_000);
  expect(fired).toEqual([1_000]);
});

it('fires at a whole millisecond for a time between two', async () => {
  timer.fireNoLaterThan(1_000.4);
  await clock.tick(10_000);
  expect(fired).toEqual([1_001]);
});

it('fires again for a time it was asked for after it had fired', async () => {
  timer.fireNoLaterThan(1_000);
  await clock.tick(1_000);
  timer.fireNoLaterThan(5_000);
  await clock.tick(10_000);
  expect(fired).toEqual([1_000, 5_000]);
});

it('can be set from within its own callback', async () => {
  timer = new EarliestTimer(clock, () => {
    fired.push(clock.now());
    if (fired.length < 3) timer.fireNoLaterThan(clock.now() + 10);
  });
  timer.fireNoLaterThan(10);
  await clock.tick(1_000);
  expect(fired).toEqual([10, 20, 30]);
});

it('fires at once for a time in the past', async () => {
  timer.fireNoLaterThan(-500);
  await clock.tick(1);
  expect(fired).toEqual([1]);
});

it('never fires once it is stopped', async () => {
  timer.fireNoLaterThan(1_000);
  timer.stop();
  timer.fireNoLaterThan(2_000);
  await clock.tick(10_000);
  expect(fired).toEqual([]);
});

it('never asks for a delay that Node would replace by none', () => {
  const delays: number[] = [];
  const setTimeout = (_: () => void, ms: number) => void delays.push(ms);
  new EarliestTimer({ ...clock, now: () => 0, setTimeout, clearTimeout() {} }, () => {}).fireNoLaterThan(
    1e13,
  );
  expect(delays).toEqual([2 ** 31 - 1]);
});
