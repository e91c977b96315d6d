import type { UnixSeconds } from '../../domain/entities.ts';
import { isCreation, type KnownMove } from './moves.ts';
import { CLOCK_SKEW_S, isPlausible, MAX_DELAY_S } from './report-time.ts';

/*
 * The order of a deal's moves. The events log has Kommo's own times. A webhook's time can be wrong by hours, but those of
 * two webhooks come from one clock as a rule, and its arrival bounds when the move happened.
 */

/** A move by the times that its sources give. */
export type Moment = Pick<KnownMove, 'hookTimes' | 'arrivedAt' | 'kommoEventAt'>;

/** The earliest and the latest time, unix s, at which the move can have happened. */
function boundsOf({ hookTimes, arrivedAt, kommoEventAt }: Moment): [from: UnixSeconds, to: UnixSeconds] {
  if (kommoEventAt !== null) return [kommoEventAt, kommoEventAt];
  const hookAt = hookTimes[0];
  // Moves of earlier versions have no arrival.
  const arrival = arrivedAt ?? hookAt ?? 0;
  if (hookAt !== undefined && isPlausible(hookAt, arrival))
    return [hookAt - CLOCK_SKEW_S, hookAt + CLOCK_SKEW_S];
  return [arrival - MAX_DELAY_S, arrival + CLOCK_SKEW_S];
}

/** When the move happened, as far as is known. */
export function timeOf({ hookTimes, arrivedAt, kommoEventAt }: Moment): UnixSeconds {
  if (kommoEventAt !== null) return kommoEventAt;
  const hookAt = hookTimes[0];
  const arrival = arrivedAt ?? hookAt ?? 0;
  return hookAt !== undefined && isPlausible(hookAt, arrival) ? hookAt : arrival;
}

/** Whether the first move happened before the second; null where the times do not say. */
function isBefore(first: Moment, second: Moment): boolean | null {
  const areUnlogged = first.kommoEventAt === null && second.kommoEventAt === null;
  const [hookAt] = first.hookTimes;
  const [otherHookAt] = second.hookTimes;
  if (areUnlogged && hookAt !== undefined && otherHookAt !== undefined)
    return hookAt === otherHookAt ? null : hookAt < otherHookAt;
  const [from, to] = boundsOf(first);
  const [otherFrom, otherTo] = boundsOf(second);
  if (to < otherFrom) return true;
  return from > otherTo ? false : null;
}

/**
 * Whether the second move happened between the two others. Three webhooks are compared by their own times, since their clock
 * is the same as a rule, even if it is wrong. Other sources are never compared with a time that may be wrong.
 */
function isBetween(first: Moment, second: Moment, third: Moment): boolean {
  const [a, b, c] = [first.hookTimes[0], second.hookTimes[0], third.hookTimes[0]];
  if (a !== undefined && b !== undefined && c !== undefined) return (a < b && b < c) || (c < b && b < a);
  const isAfter = isBefore(first, second);
  return isAfter !== null && isBefore(second, third) === isAfter;
}

/**
 * Whether the deal has left the stage between these two entries into it: another stage was entered in between. Two reports
 * of one move have nothing between them.
 * @param known the deal's moves
 */
export function areSeparated(known: KnownMove[], entry: KnownMove, other: Moment): boolean {
  return known.some(
    (between) =>
      between !== entry &&
      // A creation comes before every move, whatever its date says.
      !isCreation(between) &&
      !isSameStage(between, entry) &&
      (isCreation(entry) ? isBefore(between, other) === true : isBetween(entry, between, other)),
  );
}

function isSameStage(a: KnownMove, b: KnownMove): boolean {
  return a.stageId === b.stageId && a.pipelineId === b.pipelineId;
}

/**
 * Whether moves of this very second lead back to the stage that the move left, so that one more report of the second may be
 * about a second move.
 */
export function returnsWithin(known: KnownMove[], move: KnownMove, hookAt: UnixSeconds): boolean {
  return known.some(
    (back) =>
      back !== move &&
      !isCreation(back) &&
      back.stageId === move.fromStageId &&
      back.hookTimes.includes(hookAt),
  );
}
