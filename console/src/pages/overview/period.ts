/** The days of the overview, in the viewer's zone. */
export const PERIODS = ['today', '7d', '30d', 'custom'] as const;
export type Period = (typeof PERIODS)[number];

export interface PeriodSearch {
  /** Default: seven days. */
  period?: Period;
  /** Of a custom period: the first and the last day, `2026-11-30`. */
  from?: string;
  to?: string;
}

/** The server takes no longer period. */
const MOST_DAYS = 399;

/**
 * The beginning of a period, and its end where it does not reach to now, ms. Days begin at midnight of the viewer. A custom period
 * without valid days is that of the last seven.
 */
export function periodOf(
  { period = '7d', from, to }: PeriodSearch,
  now: Date,
): { since: number; until?: number } {
  if (period === 'custom') return customPeriod(from, to) ?? periodOf({}, now);
  const days = { today: 0, '7d': 6, '30d': 29 }[period];
  return { since: midnight(now, -days) };
}

function customPeriod(
  from: string | undefined,
  to: string | undefined,
): { since: number; until: number } | null {
  const [first, last] = [dayOf(from), dayOf(to ?? from)];
  if (!first || !last || last < first) return null;
  const until = midnight(last, 1);
  return { since: Math.max(midnight(first, 0), midnight(last, 1 - MOST_DAYS)), until };
}

/** Midnight of a day so many days later. A day may have 23 or 25 hours. */
function midnight(day: Date, later: number): number {
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + later).getTime();
}

/** `2026-11-30` as that day's midnight; null for anything else. */
function dayOf(text: string | undefined): Date | null {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text ?? '');
  if (!parts) return null;
  const [year, month, day] = parts.slice(1).map(Number) as [number, number, number];
  const found = new Date(year, month - 1, day);
  return year > 1970 && found.getMonth() === month - 1 && found.getDate() === day ? found : null;
}

/** A day as the address holds it: `2026-11-30`. */
export function dayText(at: number): string {
  const date = new Date(at);
  const two = (part: number) => String(part).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
