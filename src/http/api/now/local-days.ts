import { localDate, momentOf } from '../../../lib/time-zone.ts';

/** The default zone, also for a zone that this machine does not know. */
export const UTC = 'UTC';

/** The zone, where this machine knows it; else UTC. @param name as in IANA's list: `Europe/Lisbon` */
export function zoneNamed(name: string | undefined): string {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name ?? UTC }).resolvedOptions().timeZone;
  } catch {
    return UTC;
  }
}

/**
 * The beginnings of the last `count` days of a zone, today's last, and the end of today. All in ms since 1970. A day
 * is 23 or 25 hours long where the clocks change.
 */
export function localDays(now: number, zone: string, count: number): { starts: number[]; end: number } {
  const { year, month, day } = localDate(now, zone);
  const starts = Array.from({ length: count + 1 }, (_, index) =>
    momentOf(Date.UTC(year, month - 1, day - count + 1 + index), zone),
  );
  return { starts: starts.slice(0, count), end: starts[count]! };
}
