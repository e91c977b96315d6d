import { describe, expect, it } from 'vitest';
import { CatchUp } from './catch-up.ts';

const T = 1_796_000_000;
const START = T * 1_000;
const startedAgo = (ms: number) => new CatchUp({ from: START - 60_000, doubtfulUntil: T }, () => START + ms);

describe('after a restore', () => {
  it('nothing is planned before both logs were read, and nothing is sent before that is planned', () => {
    const catchUp = startedAgo(1_000);
    expect([catchUp.mayPlan, catchUp.maySend]).toEqual([false, false]);
    catchUp.logsRead();
    expect([catchUp.mayPlan, catchUp.maySend]).toEqual([true, false]);
    catchUp.planned();
    expect([catchUp.mayPlan, catchUp.maySend]).toEqual([true, true]);
  });

  it('a planning from before the logs were read ends nothing', () => {
    const catchUp = startedAgo(1_000);
    catchUp.planned();
    expect(catchUp.mayPlan).toBe(false);
  });

  it('a log that cannot be read holds up nothing for more than five minutes', () => {
    expect(startedAgo(299_999).mayPlan).toBe(false);
    expect(startedAgo(300_000).maySend).toBe(true);
  });
});

it('without a restore nothing is held up', () => {
  expect(new CatchUp(null, () => START).maySend).toBe(true);
});
