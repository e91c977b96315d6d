import { beforeEach, describe, expect, it } from 'vitest';
import { Attempts } from './attempts.ts';

let now: number;
let attempts: Attempts;
beforeEach(() => {
  now = 1_700_000_000_000;
  attempts = new Attempts(() => now);
});

interface Try {
  name?: string;
  address?: string;
  device?: string | null;
}

function begin({ name = 'ann', address = '1.1.1.1', device = null }: Try = {}) {
  return attempts.begin({ name, address, device });
}

/** A try with a wrong password. @returns how long it was refused or delayed, ms */
function tryWrong(one: Try = {}): { waitMs: number; delayMs: number } {
  const attempt = begin(one);
  if (attempt.state === 'refused') return { waitMs: attempt.waitMs, delayMs: 0 };
  attempt.fail();
  return { waitMs: 0, delayMs: attempt.delayMs };
}

/** Tries until one is refused. @returns how many went through. */
function triesUntilRefused(next: (index: number) => Try = () => ({})): number {
  for (let count = 0; count < 1_000; count++) if (tryWrong(next(count)).waitMs > 0) return count;
  return 1_000;
}

describe('wrong passwords of one name from one network', () => {
  it('may be five, then the next is refused', () => {
    expect(triesUntilRefused()).toBe(5);
  });

  it('cost a wait that doubles, up to a quarter of an hour', () => {
    triesUntilRefused();
    const waits = Array.from({ length: 12 }, () => {
      const { waitMs } = tryWrong();
      now += waitMs;
      tryWrong();
      return waitMs / 1000;
    });
    expect(waits).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]);
  });

  it('in other spellings of the name count together', () => {
    expect(triesUntilRefused((index) => ({ name: ['ann', 'Ann', ' ANN '][index % 3]! }))).toBe(5);
  });

  it.each([
    [64, 5, (index: number) => `2001:db8:1:2::${(index + 1).toString(16)}`],
    [56, 10, (index: number) => `2001:db8:1:2${(index % 250).toString(16).padStart(2, '0')}::1`],
    [48, 20, (index: number) => `2001:db8:1:${(256 * (index + 1)).toString(16)}::1`],
    ['IPv4 /24', 20, (index: number) => `203.0.113.${index + 1}`],
  ])('from the addresses of a /%s may be %i', (_bits, free, address) => {
    expect(triesUntilRefused((index) => ({ address: address(index) }))).toBe(free);
  });

  it('are forgotten after an hour', () => {
    triesUntilRefused();
    now += 3_600_000;
    expect(triesUntilRefused()).toBe(5);
  });
});

describe('strangers', () => {
  it('who try any names from one address never keep out another name behind it', () => {
    for (let index = 0; index < 300; index++) {
      tryWrong({ name: `name ${index}` });
      now += 1_000;
    }
    const attempt = begin({ name: 'ann' });
    expect(attempt).toMatchObject({ state: 'begun', delayMs: 5_000 });
  });

  it('who try one name from many networks only delay the person, by five seconds at most', () => {
    for (let index = 0; index < 2_000; index++) {
      tryWrong({ address: `2001:db8:${(index % 500).toString(16)}:${index.toString(16)}::1` });
      now += 60;
    }
    expect(begin({ address: '198.51.100.1' })).toMatchObject({ state: 'begun', delayMs: 5_000 });
  });

  it('have at most eight tries of a network in progress, and those refused do not count', () => {
    const begun = Array.from({ length: 40 }, (_, index) =>
      begin({ name: `name ${index}`, address: `2001:db8:1:${index.toString(16)}::1` }),
    );
    expect(begun.filter(({ state }) => state === 'begun')).toHaveLength(8);
    expect(begin({ address: '198.51.100.1' }).state).toBe('begun');
    for (const attempt of begun) if (attempt.state === 'begun') attempt.fail();
    expect(begin({ address: '2001:db8:1::1' }).state).toBe('begun');
  });

  it('cannot keep out a browser in which the user has signed in, though they sit behind the same address', () => {
    for (let minute = 0; minute < 60; minute++) {
      for (let index = 0; index < 100; index++) tryWrong({ name: index % 2 ? 'ann' : `name ${index}` });
      now += 60_000;
      const attempt = begin({ device: 'browser of ann' });
      expect(attempt).toMatchObject({ state: 'begun', delayMs: 0 });
      if (attempt.state === 'begun') attempt.succeed();
    }
  });
});

it('a known browser has its own allowance, and waits a minute at most', () => {
  expect(triesUntilRefused(() => ({ device: 'browser' }))).toBe(10);
  for (let index = 0; index < 30; index++) now += tryWrong({ device: 'browser' }).waitMs;
  expect(tryWrong({ device: 'browser' }).waitMs).toBe(60_000);
  expect(begin({ device: 'another' }).state).toBe('begun');
});

it('a try that compared nothing does not count', () => {
  for (let index = 0; index < 50; index++) {
    const attempt = begin();
    if (attempt.state === 'begun') attempt.giveBack();
    expect(attempt.state).toBe('begun');
  }
});

it('a right password begins the count anew', () => {
  for (let tries = 0; tries < 3; tries++) tryWrong();
  const attempt = begin();
  if (attempt.state === 'begun') attempt.succeed();
  expect(triesUntilRefused()).toBe(5);
});

describe('memory', () => {
  beforeEach(() => {
    attempts = new Attempts(() => now, 30);
  });

  it('has a bound: the oldest are forgotten first', () => {
    for (let tries = 0; tries < 4; tries++) tryWrong();
    for (let other = 0; other < 100; other++) tryWrong({ name: `name ${other}`, address: `2.2.${other}.2` });
    expect(triesUntilRefused()).toBe(5);
  });

  it('of networks outlives any number of names', () => {
    for (let tries = 0; tries < 100; tries++) tryWrong({ name: `name ${tries}` });
    expect(begin({ name: 'ann' })).toMatchObject({ delayMs: 5_000 });
  });
});
