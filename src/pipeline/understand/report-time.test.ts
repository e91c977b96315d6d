import { expect, it } from 'vitest';
import { timeOfReport } from './report-time.ts';

const ARRIVED = 1_796_000_001;
const HOUR = 3_600;
const YEAR = 365 * 24 * HOUR;

it.each([
  ['a second before the arrival', 1],
  ['95 minutes before the arrival, as late as Kommo repeats a webhook', 95 * 60],
])('takes a time %s', (_, age) => {
  expect(timeOfReport({ at: ARRIVED - age }, ARRIVED)).toBe(ARRIVED - age);
});

it.each([
  ['a second ahead', -1],
  ['a minute ahead', -60],
  ['an hour ahead', -HOUR],
  ['the offset of a zone ahead', -14 * HOUR],
  ['the offset of a zone behind', 11 * HOUR],
  ['years ago', 5 * YEAR],
])('takes the arrival instead of a time %s', (_, age) => {
  expect(timeOfReport({ at: ARRIVED - age }, ARRIVED)).toBe(ARRIVED);
});

it('takes the arrival where the report has no time', () => {
  expect(timeOfReport({ at: null }, ARRIVED)).toBe(ARRIVED);
});

it('takes the first other time that is plausible', () => {
  const at = ARRIVED + HOUR;
  expect(timeOfReport({ at, otherTimes: [ARRIVED - YEAR, ARRIVED - 3, ARRIVED - 9] }, ARRIVED)).toBe(
    ARRIVED - 3,
  );
});
