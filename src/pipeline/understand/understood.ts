import type { DealMoved } from '../../domain/events.ts';
import type { KommoReport } from '../../kommo/index.ts';
import type { NewEvent } from '../../store/events/events.ts';
import type { MoveReport } from './register-moves.ts';

/** A report of Kommo that a deal or a contact was edited, with the request that contains it. */
export interface ChangeReport {
  report: Extract<KommoReport, { kind: 'deal_changed' | 'contact_changed' }>;
  /** Unix seconds: the report's own time, or the arrival of the request. */
  at: number;
  inboxId: number;
}

/**
 * A report that Kommo must be asked about: a stage change of the Digital Pipeline, which has no time, or an incoming lead,
 * which has no stage; with the request that contains it.
 */
export interface IncompleteMove {
  report: Extract<KommoReport, { kind: 'moved_without_time' | 'incoming_lead' }>;
  inboxId: number;
}

/** The contents of a batch of requests, sorted by how they become events. */
export interface Understood {
  /** Stage changes and creations, to be compared with known moves. */
  moves: MoveReport[];
  /** Stage changes whose time or stage must be looked up in Kommo. */
  incompleteMoves: IncompleteMove[];
  /** Edits, which join a pending event of the same deal or contact. */
  changes: ChangeReport[];
  /** Reports that each are an event. */
  events: NewEvent[];
  /** The outcome of each request, for people: what it reports or why it is ignored. */
  outcomes: { id: number; outcome: string }[];
}

export function nothingUnderstood(): Understood {
  return { moves: [], incompleteMoves: [], changes: [], events: [], outcomes: [] };
}

/** A reported stage change, possibly a repetition. */
export type ReportedStageChange = Pick<DealMoved, 'dealId' | 'to'>;

/** The stage changes that are about to be stored. */
export function stageChangesIn({ moves }: Understood): ReportedStageChange[] {
  return moves.map(({ dealId, ...to }) => ({ dealId, to }));
}
