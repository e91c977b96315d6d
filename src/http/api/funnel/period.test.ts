import { expect, it } from 'vitest';
import { periodOf } from './period.ts';

const NOW = 1_700_000_000_500;
const DAY = 86_400;

it('is that of the request, in seconds', () => {
  expect(periodOf({ since: 1_000_000, until: 2_000_000 }, NOW)).toEqual({ since: 1_000, until: 2_000 });
});

it('is the last seven days by default, with the second that is under way', () => {
  expect(periodOf({}, NOW)).toEqual({ since: 1_700_000_002 - 7 * DAY, until: 1_700_000_002 });
});

it.each([
  [{ since: 2_000, until: 2_000 }, 'The period ends before it begins'],
  [{ since: NOW + 5_000 }, 'The period ends before it begins'],
  [{ since: 0, until: 401 * DAY * 1000 }, 'more than 400 days'],
])('%o is refused', (query, message) => {
  expect(() => periodOf(query, NOW)).toThrow(message);
});
