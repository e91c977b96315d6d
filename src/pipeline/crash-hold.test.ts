import { expect, it } from 'vitest';
import { CrashHold } from './crash-hold.ts';

const NOW = 1_700_000_000_000;

it.each([
  [0, null],
  [1, 20_000],
  [2, 60_000],
  [3, 300_000],
  [9, 300_000],
])('after %i ends in a row holds planning up for %s ms', (crashes, ms) => {
  const hold = new CrashHold({ rulesVersion: 1 });
  hold.begin(crashes, NOW);
  expect(hold.until(NOW)).toBe(ms === null ? null : NOW + ms);
  expect(hold.until(NOW + 300_000)).toBeNull();
});

it('says in the console why planning waits', () => {
  const hold = new CrashHold({ rulesVersion: 1 });
  hold.begin(2, NOW);
  expect(hold.state(NOW)).toMatchObject({
    state: 'waiting',
    reason: expect.stringContaining('has ended 2 times in a row while it planned an event'),
  });
});

it('ends as soon as other rules are active', () => {
  const connection = { rulesVersion: 1 };
  const hold = new CrashHold(connection);
  hold.begin(3, NOW);
  connection.rulesVersion = 2;
  expect(hold.until(NOW)).toBeNull();
  expect(hold.state(NOW)).toBeNull();
});
