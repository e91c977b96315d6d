import { describe, expect, it } from 'vitest';
import { readDate } from './read-date.ts';

const ZONE = 'America/Los_Angeles';
const seconds = (text: string) => Date.parse(text) / 1000;

describe('a text with a date', () => {
  it.each([
    ...['2026-01-31', '20260131', '31.01.2026', '31.1.2026'],
    ...['31/01/2026', '01/31/2026', '31-01-2026', '1-31-2026'],
  ])('%s is a day', (text) => {
    const utcMidnight = seconds('2026-01-31T00:00:00Z');
    expect(readDate(text, ZONE)).toEqual({
      kind: 'day',
      utcMidnight,
      at: seconds('2026-01-31T00:00:00-08:00'),
    });
  });

  it.each([
    ['1769846400', 1_769_846_400],
    ['1769846400000', 1_769_846_400],
    ['-314640000', -314_640_000],
    ['2026-01-31T10:00:00Z', seconds('2026-01-31T10:00:00Z')],
    ['2026-01-31T10:00:00+03:00', seconds('2026-01-31T07:00:00Z')],
    ['2026-01-31T10:00', seconds('2026-01-31T10:00:00-08:00')],
    ['2026-07-31 10:00:05', seconds('2026-07-31T10:00:05-07:00')],
    ['Jan 31, 2026', seconds('2026-01-31T00:00:00-08:00')],
  ])('%s is a moment', (text, at) => {
    expect(readDate(text, ZONE)).toEqual({ kind: 'moment', at });
  });

  it.each(['soon', '2026-02-30', '31.13.2026', '01/02/2026', '01-02-2026', '31/13/2026', ''])(
    '%j is none',
    (text) => expect(readDate(text, ZONE)).toBeNull(),
  );
});
