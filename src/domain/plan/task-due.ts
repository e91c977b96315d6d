import { localDate, momentOf } from '../../lib/time-zone.ts';
import type { ActionOf } from '../actions.ts';
import type { Deal, UnixSeconds } from '../entities.ts';

const DAY = 86_400;

/** A task of a rule, for the deal's responsible user. */
export function taskFor(
  text: string,
  dueSeconds: number,
  deal: Deal,
  now: UnixSeconds,
  timezone: string,
): ActionOf<'task'> {
  return {
    kind: 'task',
    dealId: deal.id,
    text,
    dueAt: dueAt(now, dueSeconds, timezone),
    responsibleUserId: deal.responsibleUserId,
  };
}

/**
 * When a task is due. A due time in whole days means the end of that day (23:59 in the account's time zone), which Kommo
 * shows as an all-day task; any other due time is exact to the second.
 */
export function dueAt(now: UnixSeconds, dueSeconds: number, timezone: string): UnixSeconds {
  const moment = now + dueSeconds;
  return dueSeconds > 0 && dueSeconds % DAY === 0 ? endOfDay(moment, timezone) : moment;
}

function endOfDay(moment: UnixSeconds, timezone: string): UnixSeconds {
  const { year, month, day } = localDate(moment * 1000, timezone);
  return momentOf(Date.UTC(year, month - 1, day, 23, 59), timezone) / 1000;
}
