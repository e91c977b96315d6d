import { momentOf, startOfDay } from './time-zone.ts';

/** All in unix seconds. */
export type ReadDate =
  /** A day without a time: midnight in UTC, and when the day begins in the zone. */
  { kind: 'day'; utcMidnight: number; at: number } | { kind: 'moment'; at: number };

/** The year 5138 in seconds: a larger number has milliseconds. */
const LATEST = 1e11;

/**
 * Reads what people and templates write for a date: unix seconds or milliseconds, `2026-01-31`, `20260131`, `31.01.2026`,
 * `31/01/2026`, or a text with a time that JavaScript can read. A time without a zone is one of `zone`'s clock. Null where the
 * text is none of these, and where `01/02/2026` can be the first of February or the second of January.
 */
export function readDate(text: string, zone: string): ReadDate | null {
  if (ISO.test(text) || DOTTED.test(text) || COMPACT.test(text) || SLASHED.test(text)) {
    const day = dayOf(text);
    return day === null ? null : { kind: 'day', utcMidnight: day / 1000, at: startOfDay(day, zone) / 1000 };
  }
  if (/^-?\d{1,14}$/.test(text)) return { kind: 'moment', at: secondsOf(Number(text)) };
  const ms = HAS_ZONE.test(text) ? Date.parse(text) : wallClock(text, zone);
  return Number.isFinite(ms) ? { kind: 'moment', at: Math.floor(ms / 1000) } : null;
}

const HAS_ZONE = /(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})$/i;

const ISO = /^(\d{4})-(\d{2})-(\d{2})$/;
const DOTTED = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/;
/** As seconds these would be days of 1970. */
const COMPACT = /^((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$/;
const SLASHED = /^(\d{1,2})([/-])(\d{1,2})\2(\d{4})$/;

function secondsOf(number: number): number {
  return Math.abs(number) >= LATEST ? Math.floor(number / 1000) : number;
}

/** Midnight in UTC, ms; null where the calendar has no such day. */
function dayOf(text: string): number | null {
  const iso = ISO.exec(text) ?? COMPACT.exec(text);
  const dotted = DOTTED.exec(text);
  const [year, month, day] = iso ? iso.slice(1) : dotted ? dotted.slice(1).toReversed() : slashedDay(text);
  if (year === undefined) return null;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  return date.getUTCDate() === Number(day) && date.getUTCMonth() === Number(month) - 1
    ? date.getTime()
    : null;
}

/** Day and month stand in either order; the one over 12 is the day. */
function slashedDay(text: string): string[] {
  const [, first = '', , second = '', year = ''] = SLASHED.exec(text) ?? [];
  const isClear = first === second || Number(first) > 12 || Number(second) > 12;
  if (!isClear) return [];
  return Number(first) > 12 ? [year, second, first] : [year, first, second];
}

/** JavaScript reads a time without a zone by the clock of this process; only what that clock shows is used. */
function wallClock(text: string, zone: string): number {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) return Number.NaN;
  const shown = Date.UTC(
    ...([date.getFullYear(), date.getMonth(), date.getDate()] as const),
    ...([date.getHours(), date.getMinutes(), date.getSeconds()] as const),
  );
  return momentOf(shown, zone);
}
