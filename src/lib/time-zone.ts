/*
 * Moments and the clocks of time zones. All in milliseconds since 1970. These few functions stand in for a date library until
 * Node has Temporal.
 */

type Part = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second';

/** What the zone's clock and calendar show at a moment; months from 1. @throws RangeError for an unknown zone */
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

/** How far the zone's clock is ahead of UTC. */
function offsetAt(at: number, zone: string): number {
  const { year, month, day, hour, minute, second } = localDate(at, zone);
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000;
}

/** Making one costs more than all the rest, and an account or an office is in one zone. */
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
