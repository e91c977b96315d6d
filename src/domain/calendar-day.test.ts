import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { localDate, startOfDay } from '../lib/time-zone.ts';
import { calendarDayOf, dayForKommo } from './calendar-day.ts';

const ZONES = [
  ...[
    'UTC',
    'America/Los_Angeles',
    'America/Sao_Paulo',
    'America/Havana',
    'America/Asuncion',
    'America/St_Johns',
  ],
  ...['Europe/Moscow', 'Africa/Cairo', 'Asia/Beirut', 'Asia/Tehran', 'Asia/Kathmandu', 'Asia/Tokyo'],
  ...['Australia/Lord_Howe', 'Pacific/Auckland', 'Pacific/Apia', 'Pacific/Kiritimati', 'Pacific/Pago_Pago'],
];
const DAY = 86_400;
const utc = (text: string) => Date.parse(`${text}T00:00:00Z`) / 1000;
const zones = fc.constantFrom(...ZONES);
/** From 1900 to 2100. */
const days = fc.integer({ min: -25_567, max: 47_482 }).map((day) => day * DAY);
/** The day on which the islands of Samoa and Tokelau crossed the date line did not exist there, nor did a few others. */
const exists = (day: number, zone: string) => {
  const { year, month, day: date } = localDate(startOfDay(day * 1000, zone), zone);
  return new Date(0).setUTCFullYear(year, month - 1, date) === day * 1000;
};

describe('a day', () => {
  it('is the same day in Kommo and back, in every zone', () => {
    fc.assert(
      fc.property(days, zones, (day, zone) => {
        fc.pre(exists(day, zone));
        const stored = dayForKommo(day, zone);
        expect(calendarDayOf(stored, zone)).toBe(day);
        // Kommo stores when the day begins: a second earlier is the day before.
        expect(calendarDayOf(stored - 1, zone)).toBeLessThan(day);
      }),
      { numRuns: 400 },
    );
  });

  it('of a moment is the day that the zone shows then', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4_000_000_000 }), zones, (moment, zone) => {
        fc.pre(moment % DAY !== 0);
        expect(dayForKommo(moment, zone)).toBe(dayForKommo(calendarDayOf(moment, zone) as number, zone));
      }),
      { numRuns: 400 },
    );
  });

  it.each([
    ['America/Los_Angeles', '2026-01-31', 1_769_846_400],
    ['Asia/Tokyo', '2026-01-31', 1_769_785_200],
    ['Pacific/Kiritimati', '2026-01-31', 1_769_767_200],
    // At midnight the clocks go to one o'clock.
    ['Africa/Cairo', '2024-04-26', Date.parse('2024-04-26T01:00:00+03:00') / 1000],
    ['America/Sao_Paulo', '2018-11-04', Date.parse('2018-11-04T01:00:00-02:00') / 1000],
    // At one o'clock the clocks go back to midnight.
    ['America/Havana', '2024-11-03', Date.parse('2024-11-03T00:00:00-04:00') / 1000],
  ])('begins in %s on %s', (zone, day, at) => {
    expect(dayForKommo(utc(day), zone)).toBe(at);
  });

  it('is read from a text, too, and anything else is left as it is', () => {
    expect(calendarDayOf('1980-01-12', 'Asia/Tokyo')).toBe(utc('1980-01-12'));
    expect(calendarDayOf('soon', 'Asia/Tokyo')).toBe('soon');
    expect(calendarDayOf(null, 'Asia/Tokyo')).toBeNull();
  });
});
