import type { UnixSeconds } from '../../domain/entities.ts';

/**
 * One move is one event, however many sources report it. Two kinds of source give a move's time: the webhooks (`status`,
 * and `update` with the old stage: the deal's `last_modified`) and Kommo's events API (an id and `created_at`). Two reports
 * of one kind are the same move if their time or id is equal. Between the kinds the clocks may differ a little.
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

/** The known move that a report is about; null for a new move. */
export function findMove(known: KnownMove[], report: ReportedMove): KnownMove | null {
  const same = known.filter((move) => hasSameStages(move, report));
  return (
    same.find((move) => sourcesOf(move, report).own === identityOf(report)) ??
    nearest(
      same.filter((move) => sourcesOf(move, report).own === null),
      report,
    )
  );
}

/**
 * Whether the other kind of source has reported a move at exactly the report's time that this kind has not reported yet.
 * Both clocks usually agree, so this is most likely the same move, even if others are close.
 */
export function hasExactTime(known: KnownMove[], report: ReportedMove): boolean {
  return known.some((move) => {
    const { own, otherAt } = sourcesOf(move, report);
    return own === null && otherAt === report.at && hasSameStages(move, report);
  });
}

/**
 * `own`: the time or id under which the report's kind of source has reported the move; null where it has not.
 * `otherAt`: the move's time according to the other kind of source.
 */
function sourcesOf(move: KnownMove, report: ReportedMove) {
  return report.kommoEventId === null
    ? { own: move.hookAt, otherAt: move.kommoEventAt }
    : { own: move.kommoEventId, otherAt: move.hookAt };
}

function identityOf(report: ReportedMove): UnixSeconds | string {
  return report.kommoEventId ?? report.at;
}

function nearest(moves: KnownMove[], report: ReportedMove): KnownMove | null {
  const distance = (move: KnownMove) =>
    Math.abs((sourcesOf(move, report).otherAt ?? Number.NEGATIVE_INFINITY) - report.at);
  const candidates = moves.filter((move) => distance(move) <= CLOCK_DIFFERENCE_S);
  return candidates.sort((a, b) => distance(a) - distance(b))[0] ?? null;
}

/** A report that does not name the old stage matches any move into the new one. */
function hasSameStages(move: KnownMove, report: ReportedMove): boolean {
  return (
    move.dealId === report.dealId &&
    move.pipelineId === report.pipelineId &&
    move.stageId === report.stageId &&
    (move.fromStageId === report.fromStageId || move.fromStageId === null || report.fromStageId === null)
  );
}

/** The key of a move's event, derived from the first report. */
export function moveKey(report: ReportedMove): string {
  const from = report.fromStageId ?? 'unknown';
  const stages = `move:${report.dealId}:${from}:${report.pipelineId}:${report.stageId}`;
  return `${stages}:${identityOf(report)}`;
}
