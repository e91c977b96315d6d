import { durationText, roughDuration } from '../../lib/duration.ts';
import { localDate } from '../../lib/time-zone.ts';
import { isSameStage } from '../backfill.ts';
import { onDay } from '../describe-mailability.ts';
import type { Deal, UnixSeconds } from '../entities.ts';
import type { DealMoved } from '../events.ts';
import { afterQuietHours, clockText, quietHoursText } from '../rules/quiet-hours.ts';
import type { Rules, StageRule } from '../rules/rules.ts';
import { noActions, type Plan, type PlanContext } from './plan-types.ts';

/*
 * Rules with `delay` or `quiet_hours` send their event some time after the move. The move waits until then, and is planned
 * again on the deal as it is by then.
 */

/** When the event is due, and the time that it carries: that of the move for rules without a delay. */
export function dueAt({ occurredAt }: DealMoved, rule: StageRule, zone: string): UnixSeconds {
  return afterQuietHours(occurredAt + rule.delaySeconds, rule.quietHours, zone);
}

/** The plan of a move whose event is not due yet, or whose deal has left the stage by then; null where it goes out now. */
export function holdUntilDue(
  event: DealMoved,
  rule: StageRule,
  deal: Deal,
  { readAt, timezone }: PlanContext,
): Plan | null {
  const due = dueAt(event, rule, timezone);
  // A move that is reported late is no reason to send in the quiet hours.
  const until = afterQuietHours(Math.max(due, readAt), rule.quietHours, timezone);
  if (due === event.occurredAt && until <= readAt) return null;
  if (rule.whenLeft === 'drop' && !isSameStage(deal.stage, event.to))
    return noActions(
      `The deal has left the stage before its event went out (${keysOf(rule)}; when_left: drop).`,
      'left',
    );
  if (until <= readAt) return null;
  const { hour, minute } = localDate(until * 1000, timezone);
  const time = `${onDay(until, readAt, timezone)} at ${clockText(hour * 60 + minute)}`;
  return {
    ...noActions(`The event goes out ${time}, in the time zone of the account (${keysOf(rule)}).`),
    outcome: 'waiting',
    waitsFor: { contactIds: [], until, isExact: true },
  };
}

/** Whether an event that was held can be sent only long after its time, as after an outage. @param due with that time */
export function missedItsTime(
  { occurredAt }: DealMoved,
  { readAt }: PlanContext,
  { skipMovesAfterSeconds, waitForContactSeconds }: Rules,
): boolean {
  return readAt - occurredAt > Math.max(skipMovesAfterSeconds, waitForContactSeconds);
}

/** The note for the trace of an event that was held. */
export function heldNote({ occurredAt }: DealMoved, rule: StageRule, { readAt }: PlanContext): string {
  return `Sent ${roughDuration(readAt - occurredAt)} after the stage change, as the rule says (${keysOf(rule)}).`;
}

function keysOf({ delaySeconds, quietHours }: StageRule): string {
  const delay = delaySeconds > 0 ? [`delay: ${durationText(delaySeconds)}`] : [];
  const quiet = quietHours ? [`quiet_hours: ${quietHoursText(quietHours)}`] : [];
  return [...delay, ...quiet].join('; ');
}
