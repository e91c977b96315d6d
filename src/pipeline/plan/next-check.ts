import type { Millis } from '../../store/database/schema.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/**
 * When a waiting move is planned again by the clock, ms after it was first planned; every hour after these. Webhooks say
 * most of what happens to a deal or contact, so the clock is for what they cannot say: a link whose webhook was lost, or
 * came before Kommo's API knew of it.
 */
const CHECKS = [2 * SECOND, 10 * SECOND, MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR];

/** The next check of a move that waits since `since`, and is checked for the last time at `until`. */
export function nextCheck(since: Millis, now: Millis, until: Millis): Millis {
  const elapsed = Math.max(0, now - since);
  const next = CHECKS.find((check) => check > elapsed) ?? (Math.floor(elapsed / HOUR) + 1) * HOUR;
  return Math.min(since + next, until);
}
