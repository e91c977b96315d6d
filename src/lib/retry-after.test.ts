import { expect, it } from 'vitest';
import { retryAfterMs } from './retry-after.ts';

const NOW = Date.parse('Wed, 21 Oct 2015 07:28:00 GMT');

it.each([
  ['12', 12_000],
  [' 12 ', 12_000],
  [300, 300_000],
  ['0', 0],
  ['0.5', 500],
  ['999999', 3_600_000],
  ['Wed, 21 Oct 2015 07:28:30 GMT', 30_000],
  ['Wed, 21 Oct 2015 07:27:00 GMT', 0],
  ['Wed, 21 Oct 2099 07:28:00 GMT', 3_600_000],
  ['soon', null],
  ['-5', null],
  ['', null],
  [null, null],
  [undefined, null],
])('%j is %j ms', (value, ms) => expect(retryAfterMs(value, NOW)).toBe(ms));

it('makes no sense of a date without a time to count from', () => {
  expect(retryAfterMs('Wed, 21 Oct 2015 07:28:30 GMT', Number.NaN)).toBeNull();
});
