/** Where a zone is unknown to this machine, and where none was asked for. */
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
    midnight(Date.UTC(year, month - 1, day - count + 1 + index), zone),
  );
  return { starts: starts.slice(0, count), end: starts[count]! };
}

/** When a day begins in a zone. @param utc the same day's beginning in UTC, ms */
function midnight(utc: number, zone: string): number {
  // The offset at the guess may be that of before the clocks changed.
  const guess = utc - offsetAt(utc, zone);
  return utc - offsetAt(guess, zone);
}

/** How far the zone is ahead of UTC, ms. */
function offsetAt(at: number, zone: string): number {
  const { year, month, day, hour, minute, second } = localDate(at, zone);
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000;
}

type Part = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second';

function localDate(at: number, zone: string): Record<Part, number> {
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

/** Making one costs more than all the rest, and an office is in one zone. */
let lastFormat: { zone: string; format: Intl.DateTimeFormat } | null = null;

function formatOf(zone: string): Intl.DateTimeFormat {
  if (lastFormat?.zone !== zone) {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    lastFormat = { zone, format };
  }
  return lastFormat.format;
}
