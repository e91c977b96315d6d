import type { Context } from 'liquidjs';
import { isCalendarDay } from '../../calendar-day.ts';
import { accountOf } from './context.ts';

/** A `this` of Liquid's filters. */
interface FilterThis {
  context: Context;
}

/**
 * The `this` for a filter that shows a date: a moment is shown by the clock of the account, a day without a time (midnight in
 * UTC) as that day. Without it Liquid would use the zone of this process. A zone in the text itself goes first.
 */
export function inZoneOf<This extends FilterThis>(self: This, value: unknown): This {
  const timezoneOffset = zoneFor(value, accountOf(self.context).timezone);
  if (timezoneOffset === undefined) return self;
  const opts = { ...self.context.opts, timezoneOffset };
  return Object.create(self, { context: { value: Object.create(self.context, { opts: { value: opts } }) } });
}

/** The zone's name, or 0 for UTC; undefined for a text whose time names no zone. */
function zoneFor(value: unknown, timezone: string): string | number | undefined {
  if (value === 'now' || value === 'today') return timezone;
  const seconds = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof seconds === 'number') return isCalendarDay(seconds) ? 0 : timezone;
  if (typeof value !== 'string') return undefined;
  if (/^\d{4}-\d{2}-\d{2}$/.test(value)) return 0;
  return /T.*(?:Z|[+-]\d{2}:?\d{2})$/.test(value) ? timezone : undefined;
}
