import { localDate, momentOf } from '../../lib/time-zone.ts';
import type { ActionOf } from '../actions.ts';
import type { Deal, UnixSeconds } from '../entities.ts';
import { renderText, type Scope } from '../rules/render-text.ts';
import type { TaskRule } from '../rules/rules.ts';

const DAY = 86_400;

/** A task of a rule, for the deal's responsible user. */
export function taskFor(
  rule: TaskRule,
  deal: Deal,
  scope: Scope,
  now: UnixSeconds,
  timezone: string,
): ActionOf<'task'> {
  return {
    kind: 'task',
    dealId: deal.id,
    text: renderText(rule.text, scope),
    dueAt: dueAt(now, rule.dueSeconds, timezone),
    responsibleUserId: deal.responsibleUserId,
  };
}

/**
 * When a task is due. Whole days end with the day in the account's time zone, at 23:59, which Kommo
 * shows as an all-day task; anything shorter or uneven is due to the second.
 */
export function dueAt(now: UnixSeconds, dueSeconds: number, timezone: string): UnixSeconds {
  const moment = now + dueSeconds;
  return dueSeconds > 0 && dueSeconds % DAY === 0 ? endOfDay(moment, timezone) : moment;
}

function endOfDay(moment: UnixSeconds, timezone: string): UnixSeconds {
  const { year, month, day } = localDate(moment * 1000, timezone);
  return momentOf(Date.UTC(year, month - 1, day, 23, 59), timezone) / 1000;
}
