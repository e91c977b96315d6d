import type { AccountOptions } from './types.ts';

export type Zoned = Pick<AccountOptions, 'timezone'> & { timezoneOffset?: string | undefined };

/**
 * The account's zone as `Intl` takes it. Kommo knows names that this machine may not know (old, new and misspelt
 * ones); those are counted by the account's offset.
 */
export function intlZone({ timezone, timezoneOffset = '+00:00' }: Zoned): string {
  try {
    new Intl.DateTimeFormat('en', { timeZone: timezone });
    return timezone;
  } catch {
    return timezoneOffset;
  }
}

/** The zone's distance from UTC at a time in ms, as `+01:00`. */
export function offsetOf(zone: Zoned, at: number): string {
  const format = new Intl.DateTimeFormat('en', { timeZone: intlZone(zone), timeZoneName: 'longOffset' });
  const name = format.formatToParts(at).find((part) => part.type === 'timeZoneName')?.value ?? 'GMT';
  return name === 'GMT' ? '+00:00' : name.slice(3);
}

/** A unix time as the calendar of the account's users shows it: `31.01.2026`, or `31.01.2026 09:30` with the clock. */
export function shownDate(zone: Zoned, unixSeconds: number, withClock = false): string {
  const parts = new Intl.DateTimeFormat('de-DE', {
    timeZone: intlZone(zone),
    day: '2-digit',
    month: '2-digit',
    year: 'numeric',
    ...(withClock ? { hour: '2-digit', minute: '2-digit' } : {}),
  });
  return parts.format(unixSeconds * 1000).replace(', ', ' ');
}
