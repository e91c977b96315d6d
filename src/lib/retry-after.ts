/** A server that asks for more is asked again after an hour all the same: it may have meant milliseconds. */
const MAX_MS = 3_600_000;

/**
 * The wait that `Retry-After` asks for, in ms: a number of seconds or a date (RFC 9110, 10.2.3), at most an hour.
 * Null where it is missing or makes no sense.
 * @param answeredAt what a date counts from, in ms: the `Date` of the same answer, so that clocks need not agree, or now.
 */
export function retryAfterMs(value: string | number | null | undefined, answeredAt: number): number | null {
  const text = String(value ?? '').trim();
  if (/^\d+(\.\d+)?$/.test(text)) return Math.min(MAX_MS, Math.ceil(Number(text) * 1000));
  // `Date.parse` takes "-5" and "1/2" for dates.
  if (!/[a-z]/i.test(text)) return null;
  const ms = Date.parse(text) - answeredAt;
  return Number.isNaN(ms) ? null : Math.min(MAX_MS, Math.max(0, ms));
}
