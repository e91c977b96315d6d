import type { UnixSeconds } from '../../domain/entities.ts';
import {
  hasSameStages,
  isCreation,
  isInferredAcceptance,
  isOfAcceptance,
  type KnownMove,
  moveKey,
  type ReportedMove,
} from './moves.ts';
import { areSeparated, type Moment, returnsWithin, timeOf } from './path.ts';
import { CLOCK_SKEW_S, isPlausible, MAX_DELAY_S } from './report-time.ts';

/*
 * Finds the moves that reports are about. A deal cannot go from A to B twice without having left B in between, so the path
 * decides, and clocks only where it cannot. The events log is complete and has an id for each move: a report that is
 * wrongly taken for a known move comes to light there, a move that was invented does not. Doubts are therefore decided for
 * the known move.
 */

/** How far the clocks of two sources may differ, s: a day for integrations that write local times, and the delay. */
const MAX_DIFFERENCE_S = 86_400 + MAX_DELAY_S;
/** A deal that is created in a stage (an accepted incoming lead) can be reported as a move into it, this far apart, s. */
const CREATION_S = 60;

/** `unclear`: the report is about `move`, unless the deal has left the stage in a way that no source has reported yet. */
export type Match =
  | { kind: 'known'; move: KnownMove }
  | { kind: 'new' }
  | {
      kind: 'unclear';
      move: KnownMove;
      /** The events log has the move, and no webhook has reported it: the report is most likely about this one. */
      isUnclaimed: boolean;
    };

/** What becomes of an unclear report: it joins the known move, is a move of its own, or is decided later. */
export type Doubt = (
  report: ReportedMove,
  match: Extract<Match, { kind: 'unclear' }>,
) => 'join' | 'add' | 'hold';

export interface Matched<Report extends ReportedMove> {
  /** Each decided report with its move. */
  matches: { report: Report; move: KnownMove }[];
  /** Moves that are not stored yet. */
  added: KnownMove[];
  /** Stored moves that have a source more than before. */
  updated: KnownMove[];
  /** Reports to decide later. */
  held: Report[];
}

/**
 * Finds the move of each report among the known ones of its deal, or adds it.
 * @param stored the known moves of all these deals; their sources are added in place
 */
export function matchReports<Report extends ReportedMove>(
  reports: readonly Report[],
  stored: readonly KnownMove[],
  decide: Doubt,
): Matched<Report> {
  const known = Map.groupBy(stored, ({ dealId }) => dealId);
  const result: Matched<Report> = { matches: [], added: [], updated: [], held: [] };
  const updated = new Set<KnownMove>();
  for (const report of inOrder(reports, known)) {
    const ofDeal = known.get(report.dealId) ?? [];
    known.set(report.dealId, ofDeal);
    const match = matchReport(ofDeal, report);
    const decision = match.kind === 'unclear' ? decide(report, match) : null;
    if (decision === 'hold') {
      result.held.push(report);
      continue;
    }
    let move = match.kind === 'new' || decision === 'add' ? null : match.move;
    if (move === null) {
      move = newMove(report, ofDeal);
      ofDeal.push(move);
      result.added.push(move);
    }
    if (addSource(move, report) && move.id !== null) updated.add(move);
    result.matches.push({ report, move });
  }
  return { ...result, updated: [...updated] };
}

/**
 * A deal that goes back and forth within seconds makes the same move twice. Reports with the exact time of a known move go
 * first, so that no other report is matched with it.
 */
function inOrder<Report extends ReportedMove>(
  reports: readonly Report[],
  known: ReadonlyMap<number, KnownMove[]>,
): Report[] {
  const isExact = (report: ReportedMove) =>
    (known.get(report.dealId) ?? []).some(
      (move) => hasSameStages(move, report) && hasExactTime(move, report),
    );
  const exact = new Set(reports.filter(isExact));
  return reports.toSorted((a, b) => Number(exact.has(b)) - Number(exact.has(a)) || a.at - b.at);
}

/** Whether the other kind of source has the report's time, and this kind has not reported the move yet. */
function hasExactTime(move: KnownMove, report: ReportedMove): boolean {
  if (report.kommoEventId !== null) return move.kommoEventId === null && move.hookTimes.includes(report.at);
  return move.hookTimes.length === 0 && move.kommoEventAt !== null && move.kommoEventAt === report.hookAt;
}

/** @param known the moves of the report's deal */
export function matchReport(known: KnownMove[], report: ReportedMove): Match {
  if (report.kommoEventId !== null) return matchLogEntry(known, report);
  if (report.acceptedFrom !== undefined) return matchAcceptance(known, report, report.acceptedFrom);
  return report.isCreation ? matchCreation(known, report) : matchWebhook(known, report);
}

/**
 * An incoming lead is accepted once, so the move that left the stage of incoming leads is the one. If only other moves are
 * known, the deal was found after one of them: the log has the stage into which it was accepted.
 */
function matchAcceptance(known: KnownMove[], report: ReportedMove, from: number): Match {
  const accepted = known.find(({ fromStageId }) => fromStageId === from);
  if (accepted) return { kind: 'known', move: accepted };
  const match = matchWebhook(known, report);
  const later = known.find((move) => !isCreation(move));
  return match.kind === 'new' && later ? { kind: 'unclear', move: later, isUnclaimed: false } : match;
}

/** The log's entries are the truth, so an entry takes any move of its stages that has no entry yet. */
function matchLogEntry(known: KnownMove[], report: ReportedMove): Match {
  const same = known.filter((move) => hasSameStages(move, report) || (report.isCreation && isCreation(move)));
  const own = same.find(({ kommoEventId }) => kommoEventId === report.kommoEventId);
  if (own) return { kind: 'known', move: own };
  const moment = momentOf(report);
  const distance = (move: KnownMove) => Math.min(...timesOf(move).map((at) => Math.abs(at - report.at)));
  const candidates = same
    .filter((move) => move.kommoEventId === null || (isStageInferred(move) && !report.isCreation))
    .filter((move) => {
      if (move.hookTimes.includes(report.at)) return true;
      if (isStageInferred(move)) return !areSeparated(known, move, moment);
      if (isOfAcceptance(move, report)) return true;
      if (wasFoundBefore(move, report.at)) return false;
      if (isCreation(move) !== report.isCreation)
        return distance(move) <= CREATION_S && !areSeparated(known, move, moment);
      return (
        wasUnderWay(move, report.at) ||
        (distance(move) <= MAX_DIFFERENCE_S && !areSeparated(known, move, moment))
      );
    })
    .sort((a, b) => distance(a) - distance(b));
  return candidates[0] ? { kind: 'known', move: candidates[0] } : { kind: 'new' };
}

/**
 * The log does not name the stage in which a deal was created. Where no move seemed to follow, it was taken to be the deal's
 * present stage; an entry that leads there later in the log was that same entry.
 */
function isStageInferred(move: KnownMove): boolean {
  return isCreation(move) && move.kommoEventId !== null && move.arrivedAt === null;
}

/** Whether the deal of an incoming lead was found in the stage before: it must have left the stage until then. */
function wasFoundBefore(move: KnownMove, at: UnixSeconds): boolean {
  return isInferredAcceptance(move) && move.arrivedAt !== null && at > move.arrivedAt + CLOCK_SKEW_S;
}

/** Whether the move's webhook may have been under way since then. */
function wasUnderWay(move: KnownMove, at: UnixSeconds): boolean {
  const arrival = arrivalOf(move);
  return arrival !== null && arrival >= at - CLOCK_SKEW_S && arrival <= at + MAX_DELAY_S;
}

/** A deal is created once. Its creation may be reported when it has already moved, with the stage that it is in then. */
function matchCreation(known: KnownMove[], report: ReportedMove): Match {
  const { hookAt } = report;
  const moment = momentOf(report);
  const entry = known
    .filter((move) => hasSameStages(move, report))
    .find(
      (move) =>
        isCreation(move) ||
        (hookAt !== null && move.hookTimes.includes(hookAt)) ||
        (Math.abs(timeOf(move) - timeOf(moment)) <= CREATION_S && !areSeparated(known, move, moment)),
    );
  return entry ? { kind: 'known', move: entry } : { kind: 'new' };
}

function matchWebhook(known: KnownMove[], report: ReportedMove): Match {
  const accepted = known.find((move) => isOfAcceptance(move, report));
  if (accepted) return { kind: 'known', move: accepted };
  const same = known.filter((move) => hasSameStages(move, report));
  const { hookAt } = report;
  if (hookAt !== null) {
    const repeated = same.find((move) => move.hookTimes.includes(hookAt) || move.kommoEventAt === hookAt);
    if (repeated && !returnsWithin(known, repeated, hookAt)) return { kind: 'known', move: repeated };
    const move = moveOfSave(known, same, hookAt);
    if (move)
      return isUnclaimed(move) ? { kind: 'known', move } : { kind: 'unclear', move, isUnclaimed: false };
    if (repeated) return { kind: 'unclear', move: repeated, isUnclaimed: false };
  }
  return matchByPath(known, same, report);
}

/** Without an equal time: by what happened in between. */
function matchByPath(known: KnownMove[], same: KnownMove[], report: ReportedMove): Match {
  const moment = momentOf(report);
  const arrival = report.arrivedAt ?? report.at;
  const possible = same.filter((move) => isPossible(move, moment) && !areSeparated(known, move, moment));
  const move = nearest(possible, timeOf(moment));
  // Twice the delay: the webhook of this move may have been taken for that of a later one.
  const unclaimed = nearest(
    same.filter((one) => isUnclaimed(one) && isRecent(one, arrival, 2 * MAX_DELAY_S)),
    arrival,
  );
  if (unclaimed) {
    const isOther = report.hookAt !== null && isPlausible(report.hookAt, arrival);
    const isLikely = !isOther && isRecent(unclaimed, arrival);
    const isKnown = isLikely && possible.includes(unclaimed);
    return isKnown
      ? { kind: 'known', move: unclaimed }
      : { kind: 'unclear', move: unclaimed, isUnclaimed: isLikely };
  }
  if (!move) return { kind: 'new' };
  return isCertain(move, report, moment, arrival)
    ? { kind: 'known', move }
    : { kind: 'unclear', move, isUnclaimed: false };
}

/**
 * The move of which a webhook, or the log, has nearly the same time: a deal that is saved twice right after a move is reported
 * with both times. Another stage between the two times shows that they are about two entries.
 */
function moveOfSave(known: KnownMove[], same: KnownMove[], hookAt: UnixSeconds): KnownMove | undefined {
  const others = known.filter((move) => !same.includes(move)).flatMap(savesOf);
  const isNear = (at: UnixSeconds) => {
    const [from, to] = [Math.min(at, hookAt), Math.max(at, hookAt)];
    return to - from <= CLOCK_SKEW_S && !others.some((other) => other > from && other < to);
  };
  const near = same
    .filter((move) => !isCreation(move))
    .flatMap((move) =>
      savesOf(move)
        .filter(isNear)
        .map((at) => ({ move, distance: Math.abs(at - hookAt) })),
    );
  return near.sort((a, b) => a.distance - b.distance)[0]?.move;
}

function savesOf({ hookTimes, kommoEventAt }: KnownMove): UnixSeconds[] {
  return kommoEventAt === null ? hookTimes : [...hookTimes, kommoEventAt];
}

/** Whether nothing but the path has to decide: no time of the report contradicts the move. */
function isCertain(move: KnownMove, report: ReportedMove, moment: Moment, arrival: UnixSeconds): boolean {
  if (wasFoundBefore(move, timeOf(moment))) return false;
  if (isCreation(move)) return Math.abs(timeOf(move) - timeOf(moment)) <= CREATION_S;
  return report.hookAt === null || (move.hookTimes.length === 0 && isRecent(move, arrival));
}

/** A creation and a move into the same stage are one only where they are close: the deal must have left it in between. */
function isPossible(move: KnownMove, moment: Moment): boolean {
  return !isCreation(move) || Math.abs(timeOf(move) - timeOf(moment)) <= MAX_DELAY_S;
}

/** Whether the log has the move and no webhook has reported it. */
function isUnclaimed({ arrivedAt, hookTimes, kommoEventId }: KnownMove): boolean {
  return kommoEventId !== null && arrivedAt === null && hookTimes.length === 0;
}

function isRecent(move: KnownMove, arrival: UnixSeconds, within = MAX_DELAY_S): boolean {
  const at = timeOf(move);
  return at <= arrival + CLOCK_SKEW_S && at >= arrival - within;
}

function nearest(moves: KnownMove[], at: UnixSeconds): KnownMove | null {
  const distance = (move: KnownMove) => Math.abs(timeOf(move) - at);
  return moves.toSorted((a, b) => distance(a) - distance(b))[0] ?? null;
}

/** The times at which the move may have happened, from all its sources. */
function timesOf(move: KnownMove): UnixSeconds[] {
  const arrival = arrivalOf(move);
  return arrival === null ? move.hookTimes : [...move.hookTimes, arrival];
}

function arrivalOf({ arrivedAt, hookTimes }: KnownMove): UnixSeconds | null {
  return arrivedAt ?? hookTimes[0] ?? null;
}

/** Whether the times of the report and of the move are further apart than any difference of clocks explains. */
export function areFarApart(report: ReportedMove, move: KnownMove): boolean {
  return Math.abs(report.at - timeOf(move)) > MAX_DIFFERENCE_S;
}

function momentOf({ hookAt, arrivedAt, kommoEventId, at }: ReportedMove): Moment {
  return {
    hookTimes: hookAt === null ? [] : [hookAt],
    arrivedAt,
    kommoEventAt: kommoEventId === null ? null : at,
  };
}

/** The most times of webhooks to keep for a move. */
const MAX_HOOK_TIMES = 8;

/** Adds the report's source to the move. @returns whether the move did not have it yet */
function addSource(move: KnownMove, report: ReportedMove): boolean {
  const { hookAt, arrivedAt, kommoEventId, at } = report;
  if (kommoEventId !== null) {
    if (move.kommoEventId !== null) return false;
    if (isInferredAcceptance(move)) confirmAcceptance(move, report);
    move.kommoEventId = kommoEventId;
    move.kommoEventAt = at;
    return true;
  }
  const isFirst = move.arrivedAt === null && move.hookTimes.length === 0;
  // The webhook about the change of the stage is still to come.
  if (report.acceptedFrom !== undefined && move.kommoEventId !== null) return false;
  // Joined in doubt. Its time could make the webhook of the acceptance another move.
  if (wasFoundBefore(move, timeOf(momentOf(report)))) return false;
  const isOther =
    hookAt !== null && !move.hookTimes.includes(hookAt) && move.hookTimes.length < MAX_HOOK_TIMES;
  if (isFirst) move.arrivedAt = arrivedAt;
  if (isOther) move.hookTimes.push(hookAt);
  return isFirst || isOther;
}

/** From now on the move is one that the log has named, and of which a webhook may still come. */
function confirmAcceptance(move: KnownMove, { fromStageId }: ReportedMove): void {
  move.fromStageId = fromStageId;
  if (move.hookTimes.length === 0) move.arrivedAt = null;
}

function newMove(report: ReportedMove, known: KnownMove[]): KnownMove {
  const { dealId, fromStageId, pipelineId, stageId } = report;
  // An incoming lead is "added" once more when it is accepted: in another stage, which it has entered.
  const isSecondCreation = report.isCreation && known.some(isCreation);
  return {
    id: null,
    dealId,
    ...{ fromStageId, pipelineId, stageId },
    hookTimes: [],
    arrivedAt: null,
    kommoEventId: null,
    kommoEventAt: null,
    key: moveKey(isSecondCreation ? { ...report, isCreation: false } : report),
  };
}
