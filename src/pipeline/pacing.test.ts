import { beforeEach, describe, expect, it } from 'vitest';
import { Pacing } from './pacing.ts';

/** Time moves only when something sleeps, or when a test says so. */
class HandClock {
  time = 1_000_000;
  slept: number[] = [];
  now = () => this.time;
  sleep = async (ms: number) => {
    this.slept.push(ms);
    this.time += ms;
  };
}

let clock: HandClock;
let isQuiet: boolean;
/** The longest times that it was ready to wait for Kommo, ms. */
let waits: number[];
let pacing: Pacing;

beforeEach(() => {
  clock = new HandClock();
  isQuiet = true;
  waits = [];
  const kommo = {
    requestsPerSecond: 6,
    isQuiet: () => isQuiet,
    whenQuiet: async (ms: number) => void waits.push(ms),
  };
  pacing = new Pacing(kommo, clock);
});

/** A pass that takes so long, ms. */
async function pass({ ms = 0, planned = 1 } = {}): Promise<void> {
  await pacing.measure(async () => {
    clock.time += ms;
    return { planned };
  });
}

describe('bursts', () => {
  it('a single event does not wait', async () => {
    await pacing.beforePass(false);
    expect(clock.slept).toEqual([]);
  });

  it('a pass right after one that planned something waits for company', async () => {
    await pass({ ms: 300 });
    clock.time += 19;
    await pacing.beforePass(false);
    expect(clock.slept).toEqual([5]);
  });

  it('a pass some time after the last one does not wait', async () => {
    await pass();
    clock.time += 20;
    await pacing.beforePass(false);
    expect(clock.slept).toEqual([]);
  });

  it('a pass that planned nothing begins no burst', async () => {
    await pass({ planned: 0 });
    await pacing.beforePass(false);
    expect(clock.slept).toEqual([]);
  });
});

describe('spacing', () => {
  it('passes begin the time of three calls apart, unless Kommo is quiet before', async () => {
    await pass({ ms: 200 });
    clock.time += 100;
    await pacing.beforePass(true);
    expect(waits).toEqual([200]);
  });

  it('a backlog is worked off without spacing', async () => {
    await pass();
    await pacing.beforePass(false);
    expect(waits).toEqual([]);
  });
});

describe('reading ahead', () => {
  it('happens on an idle system only', () => {
    expect(pacing.mayReadAhead(true)).toBe(true);
    expect(pacing.mayReadAhead(false)).toBe(false);
    isQuiet = false;
    expect(pacing.mayReadAhead(true)).toBe(false);
  });
});

it('a pass that fails is not measured, and its error comes through', async () => {
  const failing = pacing.measure(async (): Promise<{ planned: number }> => {
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  await pacing.beforePass(false);
  expect(clock.slept).toEqual([]);
});
