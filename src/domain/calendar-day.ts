import { calendarDay, startOfDay } from '../lib/time-zone.ts';
import type { Json, UnixSeconds } from './entities.ts';

/*
 * Days without a time. Kommo stores a date as the moment at which that day begins in the account's zone; Customer.io and Liquid
 * show moments in UTC. So a day is midnight in UTC everywhere but on the wire to Kommo: both sides then show the same day.
 */

const DAY = 86_400;

/**
 * The day that Kommo shows for a stored value, as midnight in UTC (unix seconds).
 * @param value unix seconds, or a text that begins with `2026-01-31`; anything else is given back as it is
 */
export function calendarDayOf(value: Json, zone: string): Json {
  if (typeof value === 'number') return calendarDay(value * 1000, zone) / 1000;
  if (typeof value !== 'string') return value;
  const day = /^\d{4}-\d{2}-\d{2}/.exec(value)?.[0];
  const ms = day === undefined ? Number.NaN : Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(ms) ? value : ms / 1000;
}

/** Whether a moment is a day without a time: midnight in UTC. A moment that falls there by chance is one in 86,400. */
export function isCalendarDay(at: UnixSeconds): boolean {
  return at % DAY === 0;
}

/** When the day of a moment begins in the zone: what Kommo stores. @param at a day, or a moment whose day in the zone is meant */
export function dayForKommo(at: UnixSeconds, zone: string): UnixSeconds {
  const day = isCalendarDay(at) ? at * 1000 : calendarDay(at * 1000, zone);
  return startOfDay(day, zone) / 1000;
}
