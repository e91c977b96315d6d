import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { localDate } from '../../lib/time-zone.ts';
import { afterQuietHours, parseQuietHours, type QuietHours, quietHoursText } from './quiet-hours.ts';

const night = parseQuietHours('21:00-08:00')!;
const at = (text: string) => Date.parse(text) / 1000;

describe('an event in the quiet hours', () => {
  // Madrid: UTC+1 in winter, UTC+2 in summer; the clocks changed on 29 March and 25 October 2026.
  test.each([
    ['in the evening', '2026-01-10T20:30:00Z', '2026-01-11T07:00:00Z'],
    ['in the night', '2026-01-11T03:00:00Z', '2026-01-11T07:00:00Z'],
    ['in the first minute', '2026-01-10T20:00:00Z', '2026-01-11T07:00:00Z'],
    ['in the last second', '2026-01-11T06:59:59Z', '2026-01-11T07:00:00Z'],
    ['in the night in which the clocks go forward', '2026-03-28T20:30:00Z', '2026-03-29T06:00:00Z'],
    ['in the night in which the clocks go back', '2026-10-24T19:30:00Z', '2026-10-25T07:00:00Z'],
  ])('%s goes out at their end', (_, from, to) => {
    expect(afterQuietHours(at(from), night, 'Europe/Madrid')).toBe(at(to));
  });

  test.each(['2026-01-11T07:00:00Z', '2026-01-11T19:59:59Z'])('%s is in none', (moment) => {
    expect(afterQuietHours(at(moment), night, 'Europe/Madrid')).toBe(at(moment));
  });

  it('goes out after the hour that the clocks skip', () => {
    const quiet = parseQuietHours('22:00-02:30')!;
    const end = afterQuietHours(at('2026-03-29T00:30:00Z'), quiet, 'Europe/Madrid');
    expect(new Date(end * 1000).toISOString()).toBe('2026-03-29T01:30:00.000Z');
  });
});

it('whatever the time and the zone, an event goes out within a day, and never in the quiet hours', () => {
  const minute = fc.integer({ min: 0, max: 1439 });
  const hours = fc.record({ from: minute, to: minute }).filter(({ from, to }) => from !== to);
  const zones = fc.constantFrom(
    'UTC',
    'Europe/Madrid',
    'America/New_York',
    'Australia/Lord_Howe',
    'Africa/Cairo',
  );
  const moments = fc.integer({ min: at('2025-01-01T00:00:00Z'), max: at('2027-01-01T00:00:00Z') });
  fc.assert(
    fc.property(moments, hours, zones, (moment, quiet: QuietHours, zone) => {
      const end = afterQuietHours(moment, quiet, zone);
      expect(end).toBeGreaterThanOrEqual(moment);
      expect(end - moment).toBeLessThanOrEqual(26 * 3_600);
      expect(afterQuietHours(end, quiet, zone)).toBe(end);
      const { hour, minute: shown } = localDate(end * 1000, zone);
      const now = hour * 60 + shown;
      const isOver =
        quiet.from < quiet.to ? now < quiet.from || now >= quiet.to : now >= quiet.to && now < quiet.from;
      expect(isOver).toBe(true);
    }),
  );
});

test.each([
  ['21:00-08:00', '21:00-08:00'],
  ['9:00 – 10:30', '09:00-10:30'],
  ['24:00-08:00', null],
  ['21-8', null],
  ['08:00-08:00', null],
])('%s is read as %s', (text, expected) => {
  const quiet = parseQuietHours(text);
  expect(quiet && quietHoursText(quiet)).toBe(expected);
});
