import { TestClock } from 'pg-boss';
import { beforeEach, expect, it } from 'vitest';
import type { Left } from './count-round.ts';
import { RollUp } from './roll-up.ts';

const PAUSE = 1_000;
const IDLE = 30_000;
const DELAY = 4_000;
const START = 1_700_000_000_000;

let clock: TestClock;
/** When each round began, ms after the start. */
let rounds: number[];
let errors: unknown[];
let countRound: () => Promise<Left>;
/** Up to when minutes were deleted. */
let deleted: number[];
let rollUp: RollUp;

beforeEach(() => {
  clock = new TestClock(START);
  rounds = [];
  errors = [];
  deleted = [];
  countRound = async () => 'nothing';
  rollUp = new RollUp({
    store: {
      countRound() {
        rounds.push(clock.now() - START);
        return countRound();
      },
      async deleteMinutesBefore(before) {
        deleted.push(before);
      },
    },
    times: { delayMs: 0, doneDelayMs: DELAY, pauseMs: PAUSE, catchUpPauseMs: 30, idleMs: IDLE },
    now: () => clock.now(),
    timerClock: clock,
    onError: (error) => errors.push(error),
  });
});

/** The next round begins and stays under way until the returned function ends it. */
async function beginRound(): Promise<(left: Left) => void> {
  const { promise, resolve } = Promise.withResolvers<Left>();
  countRound = () => promise;
  await clock.tick(PAUSE);
  return resolve;
}

it('counts seldom where nothing wakes it', async () => {
  await clock.tick(PAUSE + 2 * IDLE);
  expect(rounds).toEqual([PAUSE, PAUSE + IDLE, PAUSE + 2 * IDLE]);
});

it('counts soon after it was woken', async () => {
  await clock.tick(PAUSE);
  rollUp.wake();
  await clock.tick(PAUSE);
  expect(rounds).toEqual([PAUSE, 2 * PAUSE]);
});

it('counts soon again where it was woken during a round', async () => {
  const end = await beginRound();
  rollUp.wake();
  end('nothing');
  await clock.tick(0);
  await clock.tick(PAUSE);
  expect(rounds).toEqual([PAUSE, 2 * PAUSE]);
});

it('begins no second round while one is under way', async () => {
  await beginRound();
  rollUp.wake();
  await clock.tick(IDLE);
  expect(rounds).toEqual([PAUSE]);
});

it('goes on at once where there is more to count', async () => {
  countRound = async () => (rounds.length < 3 ? 'more' : 'nothing');
  await clock.tick(PAUSE + 60);
  expect(rounds).toEqual([PAUSE, PAUSE + 30, PAUSE + 60]);
});

it('does not know up to when everything is counted while there is more', async () => {
  countRound = async () => 'more';
  await clock.tick(PAUSE);
  expect(rollUp.countedTo()).toBeNull();
});

it('has counted everything that was old enough when its round began', async () => {
  await clock.tick(PAUSE);
  expect(rollUp.countedTo()).toBe(START + PAUSE - DELAY);
});

it('reports a save that fails, and counts again after a pause', async () => {
  const failure = new Error('the database is gone');
  countRound = () => Promise.reject(failure);
  await clock.tick(PAUSE);
  expect(errors).toEqual([failure]);
  await clock.tick(DELAY / 2);
  expect(rounds).toEqual([PAUSE, PAUSE + DELAY / 2]);
});

it('does not count as counted what could not be saved', async () => {
  countRound = () => Promise.reject(new Error('the database is gone'));
  await clock.tick(PAUSE);
  expect(rollUp.countedTo()).toBeNull();
});

it('waits for the round under way when it is stopped', async () => {
  const end = await beginRound();
  const steps: string[] = [];
  const stopped = rollUp.stop().then(() => steps.push('stopped'));
  await clock.tick(IDLE);
  steps.push('round ends');
  end('more');
  await stopped;
  expect(steps).toEqual(['round ends', 'stopped']);
});

it('begins no round after it was stopped during one', async () => {
  const end = await beginRound();
  const stopped = rollUp.stop();
  rollUp.wake();
  end('more');
  await stopped;
  await clock.tick(IDLE);
  expect(rounds).toEqual([PAUSE]);
});

it('begins no round after it was stopped between two', async () => {
  await clock.tick(PAUSE);
  await rollUp.stop();
  rollUp.wake();
  await clock.tick(IDLE);
  expect(rounds).toEqual([PAUSE]);
});

it('deletes old minutes once an hour', async () => {
  await clock.tick(PAUSE + IDLE);
  expect(deleted).toHaveLength(1);
  await clock.tick(3_600_000);
  expect(deleted).toHaveLength(2);
});
