import type { UnixSeconds } from '../../domain/entities.ts';

/**
 * One move is one event, through however many sources it is reported. Two kinds of source name a
 * move's time: the webhooks (`status`, and `update` with the old stage: the deal's `last_modified`)
 * and Kommo's events API (an id and `created_at`). Two reports of one kind are the same move where
 * their time or id is the same. Across the kinds the clocks may differ a little.
 */
export interface KnownMove {
  /** Null until it is stored. */
  id: number | null;
  dealId: number;
  fromStageId: number | null;
  pipelineId: number;
  stageId: number;
  hookAt: UnixSeconds | null;
  kommoEventId: string | null;
  kommoEventAt: UnixSeconds | null;
  /** The event's key. */
  key: string;
}

export interface ReportedMove {
  dealId: number;
  fromStageId: number | null;
  pipelineId: number;
  stageId: number;
  at: UnixSeconds;
  /** Set where the events API reports it. */
  kommoEventId: string | null;
}

/**
 * How far a webhook's `last_modified` and the events API's `created_at` of one move may lie apart.
 * Not documented; both are written by the same save, so a few seconds are generous. A deal cannot
 * make the same move twice without another one between, which bounds what a wrong match could cost.
 */
const CLOCK_DIFFERENCE_S = 5;

/** The known move that a report speaks of, or null for a move not known yet. */
export function findMove(known: KnownMove[], report: ReportedMove): KnownMove | null {
  const same = known.filter((move) => isSameWay(move, report));
  return (
    same.find((move) => marksOf(move, report).own === ownMark(report)) ??
    nearest(
      same.filter((move) => marksOf(move, report).own === null),
      report,
    )
  );
}

/**
 * Whether the other kind of source has named exactly the report's time for a move that this kind has not reported yet.
 * Most likely that one is it, whichever others are near: the clocks are expected to agree.
 */
export function isTimeTaken(known: KnownMove[], report: ReportedMove): boolean {
  return known.some((move) => {
    const { own, otherAt } = marksOf(move, report);
    return own === null && otherAt === report.at && isSameWay(move, report);
  });
}

/** What sources of the report's kind have named the move by, and when the other kind says that it happened. */
function marksOf(move: KnownMove, report: ReportedMove) {
  return report.kommoEventId === null
    ? { own: move.hookAt, otherAt: move.kommoEventAt }
    : { own: move.kommoEventId, otherAt: move.hookAt };
}

function ownMark(report: ReportedMove): UnixSeconds | string {
  return report.kommoEventId ?? report.at;
}

function nearest(moves: KnownMove[], report: ReportedMove): KnownMove | null {
  const distance = (move: KnownMove) =>
    Math.abs((marksOf(move, report).otherAt ?? Number.NEGATIVE_INFINITY) - report.at);
  const candidates = moves.filter((move) => distance(move) <= CLOCK_DIFFERENCE_S);
  return candidates.sort((a, b) => distance(a) - distance(b))[0] ?? null;
}

/** A report that does not name the stage it came from speaks of any move into the stage. */
function isSameWay(move: KnownMove, report: ReportedMove): boolean {
  return (
    move.dealId === report.dealId &&
    move.pipelineId === report.pipelineId &&
    move.stageId === report.stageId &&
    (move.fromStageId === report.fromStageId || move.fromStageId === null || report.fromStageId === null)
  );
}

/** The key of a move's event, from the report that came first. */
export function moveKey(report: ReportedMove): string {
  const from = report.fromStageId ?? 'unknown';
  const way = `move:${report.dealId}:${from}:${report.pipelineId}:${report.stageId}`;
  return `${way}:${ownMark(report)}`;
}
