import { beforeEach, describe, expect, it } from 'vitest';
import { type Attempts, createAttempts } from './attempts.ts';

let now: number;
let attempts: Attempts;
beforeEach(() => {
  now = 1_700_000_000_000;
  attempts = createAttempts(() => now, 30);
});

/** Tries until one has to wait. @returns how many went through. */
function triesUntilWait(name: () => string, address: () => string): number {
  for (let count = 0; count < 1_000; count++) if (attempts.begin(name(), address()) > 0) return count;
  return 1_000;
}

describe('wrong passwords', () => {
  it('of one name from one address may be five, then there is a wait', () => {
    expect(
      triesUntilWait(
        () => 'ann',
        () => '1.1.1.1',
      ),
    ).toBe(5);
  });

  it('cost a wait that doubles, up to a quarter of an hour', () => {
    triesUntilWait(
      () => 'ann',
      () => '1.1.1.1',
    );
    const waits = Array.from({ length: 12 }, () => {
      const wait = attempts.begin('ann', '1.1.1.1');
      now += wait;
      attempts.begin('ann', '1.1.1.1');
      return wait / 1000;
    });
    expect(waits).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]);
  });

  it('in other spellings of the name count together', () => {
    let tries = 0;
    expect(
      triesUntilWait(
        () => ['ann', 'Ann', ' ANN '][tries++ % 3]!,
        () => '1.1.1.1',
      ),
    ).toBe(5);
  });

  it('from many addresses keep the person out for half a minute at most', () => {
    let tries = 0;
    triesUntilWait(
      () => 'ann',
      () => `1.1.1.${tries++ % 10}`,
    );
    for (let more = 0; more < 50; more++) {
      now += attempts.begin('ann', `2.2.2.${more}`);
      attempts.begin('ann', `2.2.2.${more}`);
    }
    expect(attempts.begin('ann', '3.3.3.3')).toBe(30_000);
  });

  it('for many names from one address have an end, too', () => {
    let tries = 0;
    expect(
      triesUntilWait(
        () => `name ${tries++}`,
        () => '1.1.1.1',
      ),
    ).toBe(30);
  });

  it('from the many addresses of one IPv6 network count as from one', () => {
    let tries = 0;
    expect(
      triesUntilWait(
        () => `name ${tries++}`,
        () => `2001:db8:1:2::${tries.toString(16)}`,
      ),
    ).toBe(30);
  });

  it('are forgotten after an hour', () => {
    triesUntilWait(
      () => 'ann',
      () => '1.1.1.1',
    );
    now += 3_600_000;
    expect(
      triesUntilWait(
        () => 'ann',
        () => '1.1.1.1',
      ),
    ).toBe(5);
  });
});

it('a right password begins the count anew', () => {
  for (let tries = 0; tries < 4; tries++) attempts.begin('ann', '1.1.1.1');
  attempts.succeeded('ann', '1.1.1.1');
  expect(
    triesUntilWait(
      () => 'ann',
      () => '1.1.1.1',
    ),
  ).toBe(5);
});

it('what is remembered has a bound: the oldest go first', () => {
  for (let tries = 0; tries < 4; tries++) attempts.begin('ann', '1.1.1.1');
  for (let other = 0; other < 100; other++) attempts.begin(`name ${other}`, `2.2.2.${other}`);
  expect(
    triesUntilWait(
      () => 'ann',
      () => '1.1.1.1',
    ),
  ).toBe(5);
});
