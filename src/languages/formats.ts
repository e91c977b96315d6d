import { exactUnit, parseDuration, roughUnit, type UnitCount } from '../lib/duration.ts';

/** Days and durations as a language writes them. Made once for each language: a formatter is expensive to make. */
export interface Formats {
  /** `12 nov`, `12 nov 2026`. @param month 1 to 12. @param year null where it goes without saying */
  day(day: number, month: number, year: number | null): string;
  /** `12 segundos`: rounded to the unit that a reader would use. */
  roughly(seconds: number): string;
  /** A duration that `durationText` wrote in English; any other text as it is. */
  duration(english: string): string;
}

const UNITS = ['day', 'hour', 'minute', 'second'] as const;

/** @param locale such as `pt-BR` */
export function formatsOf(locale: string): Formats {
  const days = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone: 'UTC' });
  const daysOfYears = new Intl.DateTimeFormat(locale, {
    ...{ day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' },
  });
  const units = new Map(
    UNITS.map((unit) => [unit, new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' })]),
  );
  const counted = ({ count, unit }: UnitCount) => units.get(unit)!.format(count);
  return {
    day: (day, month, year) =>
      (year === null ? days : daysOfYears).format(Date.UTC(year ?? 2024, month - 1, day)),
    roughly: (seconds) => counted(roughUnit(seconds)),
    duration(english) {
      const seconds = parseDuration(english);
      return seconds === null ? english : counted(exactUnit(seconds));
    },
  };
}
