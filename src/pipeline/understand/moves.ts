import type { UnixSeconds } from '../../domain/entities.ts';

/**
 * A deal entered a stage. One such move is one event, however many sources report it: the account's webhooks (`status`, and
 * `update` with the old stage), the Digital Pipeline, incoming leads, and the events log, which gives each move an id.
 */
export interface KnownMove {
  /** Null until it is stored. */
  id: number | null;
  dealId: number;
  /** Null where no report names it, and where the deal was created in the stage. */
  fromStageId: number | null;
  pipelineId: number;
  /** Of an accepted incoming lead (see `isInferredAcceptance`): where the deal was found. */
  stageId: number;
  /** The times in the webhooks that reported the move, as they stand there; the first one first. */
  hookTimes: UnixSeconds[];
  /** When the first webhook arrived; null where only the events log has the move. */
  arrivedAt: UnixSeconds | null;
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
  /** The deal was created in the stage. */
  isCreation: boolean;
  /** When the move happened, as far as the report says. */
  at: UnixSeconds;
  /** The time as it stands in the webhook; null where there is none, and in the events log. */
  hookAt: UnixSeconds | null;
  /** When the webhook arrived; null for the events log. */
  arrivedAt: UnixSeconds | null;
  /** Set where the events log reports it. */
  kommoEventId: string | null;
  /**
   * An incoming lead was accepted: the stage that its deal left. The webhook does not name the stage that the deal entered, and
   * the report has the one in which the deal was found, which may be a later one.
   */
  acceptedFrom?: number;
}

/** Whether both enter the same stage, and from the same one. A report that does not name the old stage matches any. */
export function hasSameStages(move: KnownMove, report: ReportedMove): boolean {
  return (
    move.dealId === report.dealId &&
    move.pipelineId === report.pipelineId &&
    move.stageId === report.stageId &&
    (move.fromStageId === report.fromStageId ||
      move.fromStageId === null ||
      report.fromStageId === null ||
      isInferredAcceptance(move))
  );
}

/** The key of the event of a deal's creation. */
export const creationKey = (dealId: number): string => `created:${dealId}`;

export function isCreation(move: KnownMove): boolean {
  return move.key === creationKey(move.dealId);
}

/**
 * Whether the move is known only from the acceptance of an incoming lead, whose webhook names no stage: it leads into the stage
 * in which the deal was found, which may be a later one than that into which it was accepted. An entry of the events log says
 * which stage the deal came from.
 */
export function isInferredAcceptance(move: KnownMove): boolean {
  return move.kommoEventId === null && ACCEPTED.test(move.key);
}

/** Whether the report is about the acceptance that the move stands for: a deal leaves the stage of incoming leads once. */
export function isOfAcceptance(move: KnownMove, report: ReportedMove): boolean {
  return move.key.startsWith(`${stagesKey(report)}:accepted-`);
}

const ACCEPTED = /:accepted-\d+$/;

/** The key of a move's event, derived from its first report. */
export function moveKey(report: ReportedMove): string {
  if (report.isCreation) return creationKey(report.dealId);
  const source = report.acceptedFrom === undefined ? 'arrived' : 'accepted';
  return `${stagesKey(report)}:${report.kommoEventId ?? report.hookAt ?? `${source}-${report.arrivedAt}`}`;
}

function stagesKey({ dealId, fromStageId, pipelineId, stageId }: ReportedMove): string {
  return `move:${dealId}:${fromStageId ?? 'unknown'}:${pipelineId}:${stageId}`;
}
