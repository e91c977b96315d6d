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

/** A stage change of the Digital Pipeline, with the request that contains it. */
export interface MoveWithoutTime {
  report: Extract<KommoReport, { kind: 'moved_without_time' }>;
  inboxId: number;
}

/** The contents of a batch of requests, sorted by how they become events. */
export interface Understood {
  /** Stage changes, to be compared with known moves. */
  moves: MoveReport[];
  /** Stage changes whose time must be looked up in Kommo's events log. */
  movesWithoutTime: MoveWithoutTime[];
  /** Edits, which join a pending event of the same deal or contact. */
  changes: ChangeReport[];
  /** Reports that each are an event. */
  events: NewEvent[];
  /** The outcome of each request, for people: what it reports or why it is ignored. */
  outcomes: { id: number; outcome: string }[];
}

export function nothingUnderstood(): Understood {
  return { moves: [], movesWithoutTime: [], changes: [], events: [], outcomes: [] };
}

/** A reported stage change, possibly a repetition. */
export type ReportedStageChange = Pick<DealMoved, 'dealId' | 'to'>;

/** The stage changes that are about to be stored. */
export function stageChangesIn({ moves, events }: Understood): ReportedStageChange[] {
  const creations = events.map(({ event }) => event).filter((event) => event.kind === 'deal_moved');
  return [...moves.map(({ dealId, ...to }) => ({ dealId, to })), ...creations];
}
