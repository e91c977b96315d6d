import type { AddTask } from './actions.ts';
import type { Deal, UnixSeconds } from './entities.ts';
import type { TaskRule } from './rules.ts';
import { renderText, type Scope } from './values.ts';

const DAY = 86_400;

/** A task for the deal's responsible user. */
export function taskFor(
  rule: TaskRule,
  deal: Deal,
  scope: Scope,
  now: UnixSeconds,
  timezone: string,
): AddTask {
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
  const { year, month, day } = localDate(moment, timezone);
  const wanted = Date.UTC(year, month - 1, day, 23, 59) / 1000;
  // The offset at the end of that day can differ from the offset now (summer time), so look twice.
  const guess = wanted - offsetAt(wanted, timezone);
  return wanted - offsetAt(guess, timezone);
}

/** Seconds that the zone's clock is ahead of UTC at a moment. */
function offsetAt(moment: UnixSeconds, timezone: string): number {
  const { year, month, day, hour, minute, second } = localDate(moment, timezone);
  return Date.UTC(year, month - 1, day, hour, minute, second) / 1000 - moment;
}

function localDate(moment: UnixSeconds, timezone: string) {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(moment * 1000);
  const part = (type: string) => Number(parts.find((candidate) => candidate.type === type)?.value);
  return {
    year: part('year'),
    month: part('month'),
    day: part('day'),
    hour: part('hour'),
    minute: part('minute'),
    second: part('second'),
  };
}
