import type { UnixSeconds } from '../../domain/entities.ts';

/**
 * How long a webhook may be under way, s. Kommo docs: it is repeated after 5, 15, 15 and 60 minutes and then dropped, 95
 * minutes in all; the rest allows for Kommo's own delays. An older time is not that of the change.
 */
export const MAX_DELAY_S = 7_200;
/** How far Kommo's clock may be ahead of this machine's, s. */
export const CLOCK_SKEW_S = 5;

/** Whether a webhook that arrived then can report a change of this time. */
export function isPlausible(at: UnixSeconds, arrivedAt: UnixSeconds): boolean {
  return at <= arrivedAt + CLOCK_SKEW_S && at >= arrivedAt - MAX_DELAY_S;
}

/**
 * When the change in a webhook happened: the first of its times that is plausible, or its arrival; never later than that.
 * A time in a webhook is what some integration has written into the deal, which may be an hour ahead or years ago.
 */
export function timeOfReport(
  report: { at: UnixSeconds | null; otherTimes?: readonly UnixSeconds[] },
  arrivedAt: UnixSeconds,
): UnixSeconds {
  const times = [report.at, ...(report.otherTimes ?? [])];
  const plausible = times.find((at) => at !== null && isPlausible(at, arrivedAt));
  return Math.min(plausible ?? arrivedAt, arrivedAt);
}
