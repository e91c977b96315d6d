/*
 * Moments and the clocks of time zones. All in milliseconds since 1970. These few functions stand in for a date library until
 * Node has Temporal.
 */

type Part = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second';

/** What the zone's clock and calendar show at a moment; months from 1. An unknown zone counts as UTC. */
export function localDate(at: number, zone: string): Record<Part, number> {
  const parts = formatOf(zone).formatToParts(at);
  const read = (type: Part) => Number(parts.find((part) => part.type === type)?.value);
  return {
    year: read('year'),
    month: read('month'),
    day: read('day'),
    hour: read('hour'),
    minute: read('minute'),
    second: read('second'),
  };
}

/** When the zone's clock shows what a clock in UTC shows at `shown`. */
export function momentOf(shown: number, zone: string): number {
  // The offset at the guess may be that of before the clocks changed (summer time), so look twice.
  const guess = shown - offsetAt(shown, zone);
  return shown - offsetAt(guess, zone);
}

/** The day that the zone's calendar shows at a moment: midnight of that day in UTC. */
export function calendarDay(at: number, zone: string): number {
  const { year, month, day } = localDate(at, zone);
  return dayInUtc(year, month, day);
}

/**
 * When a day begins in the zone. Where the clocks skip midnight, as in Cairo in spring, the day begins at one o'clock; where they
 * show it twice, at the first.
 * @param day midnight of that day in UTC
 */
export function startOfDay(day: number, zone: string): number {
  const offsets = [day - DAY_MS, day, day + DAY_MS].map((at) => offsetAt(at, zone));
  const moments = offsets.map((offset) => day - offset).filter((at) => calendarDay(at, zone) === day);
  return moments.length > 0 ? Math.min(...moments) : momentOf(day, zone);
}

/** `Date.UTC` takes the years 0 to 99 for 1900 to 1999. */
function dayInUtc(year: number, month: number, day: number): number {
  return new Date(0).setUTCFullYear(year, month - 1, day);
}

const DAY_MS = 86_400_000;

/** How far the zone's clock is ahead of UTC. */
function offsetAt(at: number, zone: string): number {
  const { year, month, day, hour, minute, second } = localDate(at, zone);
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000;
}

/** Making one costs more than all the rest, and an account or an office is in one zone. */
let lastFormat: { zone: string; format: Intl.DateTimeFormat } | null = null;

function formatOf(zone: string): Intl.DateTimeFormat {
  if (lastFormat?.zone !== zone) lastFormat = { zone, format: newFormat(isKnownZone(zone) ? zone : 'UTC') };
  return lastFormat.format;
}

function newFormat(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
}

/** Whether this machine knows the zone. */
export function isKnownZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** The zone that keeps an offset from UTC all year: `+05:30`, `-3`, `GMT+3`; null for any other text. */
export function zoneOfOffset(text: string): string | null {
  const match = /^(?:UTC|GMT)?\s*([+-])(\d{1,2})(?::?(\d{2}))?(?::?00)?$/i.exec(text.trim());
  if (!match) return null;
  const [, sign, hours, minutes = '00'] = match;
  const name = `${sign}${hours!.padStart(2, '0')}:${minutes}`;
  if (minutes !== '00') return isKnownZone(name) ? name : null;
  // Every browser knows these. Their sign is that of POSIX: `Etc/GMT-3` is three hours ahead of UTC.
  const posix = Number(hours) === 0 ? 'UTC' : `Etc/GMT${sign === '+' ? '-' : '+'}${Number(hours)}`;
  return isKnownZone(posix) ? posix : null;
}
