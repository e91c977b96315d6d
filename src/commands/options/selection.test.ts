import { describe, expect, it } from 'vitest';
import { idList, readTime, selectionOf } from './selection.ts';

const NOW = Date.UTC(2026, 6, 31, 12);
const at = (text: string, edge: 'start' | 'end' = 'start') =>
  new Date(readTime(text, edge, NOW)).toISOString();

describe('a time', () => {
  it.each([
    ['2h', '2026-07-31T10:00:00.000Z'],
    ['3d', '2026-07-28T12:00:00.000Z'],
    ['2026-07-30', '2026-07-30T00:00:00.000Z'],
    ['2026-07-30T14:05', '2026-07-30T14:05:00.000Z'],
    ['2026-07-30 14:05', '2026-07-30T14:05:00.000Z'],
    ['2026-07-30T14:05:09+02:00', '2026-07-30T12:05:09.000Z'],
  ])('%s is %s', (text, expected) => {
    expect(at(text)).toBe(expected);
  });

  it('that is a day ends with its last moment where it is the end', () => {
    expect(at('2026-07-30', 'end')).toBe('2026-07-30T23:59:59.999Z');
  });

  it.each(['yesterday', '3 months', '2026-13-01', '31.07.2026', '5', ''])('is not "%s"', (text) => {
    expect(() => at(text)).toThrow(/Write a date/);
  });
});

describe('ids', () => {
  it('are taken as the list shows them, one by one or with commas', () => {
    expect(idList('#13,14', idList('12'))).toEqual([12, 13, 14]);
  });

  it('are numbers', () => {
    expect(() => idList('ann@acme.com')).toThrow(/"ann@acme.com" is not an id/);
  });
});

it('a selection has only the keys that were given', () => {
  const options = { config: '', data: '' };
  expect(selectionOf([], options)).toEqual({});
  expect(selectionOf([5], { ...options, reason: 'x', since: 1 })).toEqual({
    ids: [5],
    reason: 'x',
    since: 1,
  });
});
