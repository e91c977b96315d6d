import { calendarDay, localDate, momentOf } from '../../lib/time-zone.ts';
import type { UnixSeconds } from '../entities.ts';

/** A part of each day in which no event goes out, in minutes since midnight. It may go on over midnight. */
export interface QuietHours {
  from: number;
  /** The first minute that is not quiet any more; never equal to `from`. */
  to: number;
}

const DAY_MS = 86_400_000;
const STEP_S = 15 * 60;

/** The first moment from `at` on that is not in the quiet hours. */
export function afterQuietHours(at: UnixSeconds, quiet: QuietHours | null, zone: string): UnixSeconds {
  if (quiet === null || !isQuiet(at, quiet, zone)) return at;
  const endsTomorrow = quiet.from > quiet.to && minuteOf(at, zone) >= quiet.from;
  const day = calendarDay(at * 1000, zone) + (endsTomorrow ? DAY_MS : 0);
  let end = Math.floor(momentOf(day + quiet.to * 60_000, zone) / 1000);
  // A clock that is set back shows the end twice, and one that is set forward may skip it.
  while (end <= at || isQuiet(end, quiet, zone)) end += STEP_S;
  return end;
}

function isQuiet(at: UnixSeconds, { from, to }: QuietHours, zone: string): boolean {
  const minute = minuteOf(at, zone);
  return from < to ? from <= minute && minute < to : from <= minute || minute < to;
}

function minuteOf(at: UnixSeconds, zone: string): number {
  const { hour, minute } = localDate(at * 1000, zone);
  return hour * 60 + minute;
}

/** Reads `21:00-08:00`; null for any other text, and where both times are the same. */
export function parseQuietHours(text: string): QuietHours | null {
  const match = /^(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})$/.exec(text.trim());
  if (match === null) return null;
  const [fromHour, fromMinute, toHour, toMinute] = match.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
  ];
  const isTime = fromHour < 24 && toHour < 24 && fromMinute < 60 && toMinute < 60;
  const quiet = { from: fromHour * 60 + fromMinute, to: toHour * 60 + toMinute };
  return isTime && quiet.from !== quiet.to ? quiet : null;
}

/** `21:00-08:00` */
export function quietHoursText({ from, to }: QuietHours): string {
  return `${clockText(from)}-${clockText(to)}`;
}

/** A minute of the day as `09:05`. */
export function clockText(minute: number): string {
  const two = (part: number) => String(part).padStart(2, '0');
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}
