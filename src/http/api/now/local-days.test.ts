import { expect, it } from 'vitest';
import { localDays, zoneNamed } from './local-days.ts';

const shown = (now: string, zone: string, count: number) => {
  const { starts, end } = localDays(Date.parse(now), zone, count);
  return [...starts, end].map((at) => new Date(at).toISOString().slice(0, 16));
};

it.each<[string, string, string[]]>([
  ['2026-06-10T12:00Z', 'UTC', ['2026-06-09T00:00', '2026-06-10T00:00', '2026-06-11T00:00']],
  // After midnight there, before it in UTC, and the other way round.
  ['2026-06-10T23:30Z', 'Asia/Tokyo', ['2026-06-09T15:00', '2026-06-10T15:00', '2026-06-11T15:00']],
  ['2026-06-10T02:00Z', 'America/New_York', ['2026-06-08T04:00', '2026-06-09T04:00', '2026-06-10T04:00']],
  ['2026-06-10T12:00Z', 'Asia/Kolkata', ['2026-06-08T18:30', '2026-06-09T18:30', '2026-06-10T18:30']],
  // The day on which the clocks go back has 25 hours, the one on which they go forward 23.
  ['2026-10-25T12:00Z', 'Europe/Lisbon', ['2026-10-23T23:00', '2026-10-24T23:00', '2026-10-26T00:00']],
  ['2026-03-29T12:00Z', 'Europe/Lisbon', ['2026-03-28T00:00', '2026-03-29T00:00', '2026-03-29T23:00']],
])('the days of %s in %s', (now, zone, expected) => {
  expect(shown(now, zone, 2)).toEqual(expected);
});

it('a zone that nobody knows is UTC', () => {
  expect([zoneNamed('Mars/Olympus'), zoneNamed(undefined)]).toEqual(['UTC', 'UTC']);
});
