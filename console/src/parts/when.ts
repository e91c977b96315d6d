import { dateAndTime } from '../languages/locale.ts';
import { timeTexts as words } from '../texts.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `just now`, `12 s ago`, `5 min ago`, `3 h ago`, `in 2 days`. @param at ms since 1970 */
export function relative(at: number, now: number): string {
  const distance = Math.abs(now - at);
  if (distance < 2 * SECOND) return words.justNow;
  return at <= now ? words.ago(span(distance)) : words.in(span(distance));
}

/** `850 ms`, `12 s`, `5 min`, `3 h`, `2 days`. @param ms a length of time */
export function span(ms: number): string {
  if (ms < SECOND) return words.ms(Math.round(ms));
  if (ms < MINUTE) return words.s(Math.floor(ms / SECOND));
  if (ms < HOUR) return words.min(Math.floor(ms / MINUTE));
  if (ms < DAY) return words.h(Math.floor(ms / HOUR));
  return words.days(Math.floor(ms / DAY));
}

/** `31 ms`, `1.2 s`, `5 min`: how long something took. @param ms a length of time */
export function took(ms: number): string {
  return ms >= SECOND && ms < 10 * SECOND ? words.shortS(ms / SECOND) : span(ms);
}

/** `1.2 s`, `3 min`: about how long something takes, to the nearest unit. @param ms a length of time */
export function roughly(ms: number): string {
  if (ms < SECOND) return words.underOneSecond;
  if (ms < 10 * SECOND) return words.shortS(ms / SECOND);
  if (ms < 1.5 * MINUTE) return words.s(Math.round(ms / SECOND));
  if (ms < 1.5 * HOUR) return words.min(Math.round(ms / MINUTE));
  if (ms < 1.5 * DAY) return words.h(Math.round(ms / HOUR));
  return words.days(Math.round(ms / DAY));
}

/** How precise the words are at this distance: nothing need be drawn again sooner. */
export function stepOf(at: number, now: number): number {
  const distance = Math.abs(now - at);
  if (distance < MINUTE) return SECOND;
  return distance < HOUR ? 10 * SECOND : MINUTE;
}

/** In the reader's own time zone, which it names by its distance from UTC. */
export function exact(at: number): string {
  return `${dateAndTime(at)} (${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC)`;
}
