import { expect, it } from 'vitest';
import { nextCheck } from './stage-entries.ts';

const NOW = 1_700_000_000_000;
const SENDS = { done: 0, open: 0, failed: 0, dropped: 0 };
const checkIn = (ageS: number, part = {}) => {
  const at = nextCheck({ state: 'new', sends: SENDS, enteredAt: NOW / 1000 - ageS, ...part }, NOW);
  return at === null ? null : at - NOW;
};

it.each([
  [0, 2_000],
  [600, 30_000],
  [86_400, 300_000],
])('an open entry of %s s is looked at again in %s ms', (age, wait) => {
  expect(checkIn(age)).toBe(wait);
});

it('an entry that is decided waits for its actions and reports only', () => {
  expect(checkIn(0, { state: 'ignored' })).toBeNull();
  expect(checkIn(0, { state: 'planned', sends: { ...SENDS, done: 1 } })).toBeNull();
  expect(checkIn(0, { state: 'planned', sends: { ...SENDS, open: 1 } })).toBe(2_000);
});
