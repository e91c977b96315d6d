import type { DealMoved } from '../../domain/events.ts';
import type { KommoReport } from '../../kommo/index.ts';
import type { NewEvent } from '../../store/events/events.ts';
import type { MoveReport } from './register-moves.ts';

/** A report of Kommo that a deal or a contact was edited, with the request that brought it. */
export interface ChangeReport {
  report: Extract<KommoReport, { kind: 'deal_changed' | 'contact_changed' }>;
  /** Unix seconds: the report's own time, or the arrival of the request. */
  at: number;
  inboxId: number;
}

/** A stage change of the Digital Pipeline, with the request that brought it. */
export interface MoveWithoutTime {
  report: Extract<KommoReport, { kind: 'moved_without_time' }>;
  inboxId: number;
}

/** The contents of a batch of requests, sorted by how they become events. */
export interface Understood {
  /** Stage changes, which are compared with the moves that are known. */
  moves: MoveReport[];
  /** Stage changes that are looked up in Kommo's events log first. */
  movesWithoutTime: MoveWithoutTime[];
  /** Edits, which join an event that is still to be planned. */
  changes: ChangeReport[];
  /** Everything else: each is an event as it is. */
  events: NewEvent[];
  /** For each request, what it said or why it is ignored. */
  outcomes: { id: number; outcome: string }[];
}

export function nothingUnderstood(): Understood {
  return { moves: [], movesWithoutTime: [], changes: [], events: [], outcomes: [] };
}

/** A stage change that was reported, perhaps not for the first time. */
export type ReportedStageChange = Pick<DealMoved, 'dealId' | 'to'>;

/** The stage changes that are about to be stored. */
export function stageChangesIn({ moves, events }: Understood): ReportedStageChange[] {
  const creations = events.map(({ event }) => event).filter((event) => event.kind === 'deal_moved');
  return [...moves.map(({ dealId, ...to }) => ({ dealId, to })), ...creations];
}
