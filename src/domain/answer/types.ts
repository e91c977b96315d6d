import type { Mailability } from '../consent/mail-state.ts';
import type { UnixSeconds } from '../entities.ts';
import type { EventOutcome } from '../event-outcome.ts';
import type { StagepostEvent } from '../events.ts';
import type { EmailMessage } from './messages.ts';

/** An event of the timeline, as far as the answer needs it. Times in ms. */
export interface AnswerEvent {
  id: number;
  kind: StagepostEvent['kind'];
  /** A sentence without its full stop. */
  title: string;
  outcome: EventOutcome;
  reason: string | null;
  /** The rule that applied; null where none did. */
  rule: string | null;
  /** Whether the client could get email when the event was planned. */
  clientState: string | null;
  /** When it happened, and when Stagepost learnt of it. */
  occurredAt: number;
  at: number;
  actions: { done: number; open: number; failed: number };
}

/** An action of the event that the answer is about. */
export interface AnswerAction {
  kind: string;
  title: string;
  state: string;
  error: string | null;
  /** What to do about a dead letter. */
  todo: string | null;
  /** For `track`: the event's name at Customer.io. */
  event: string | null;
  /** What Customer.io has refused after it had accepted the action; null or missing where it has refused nothing. */
  refused?: string | null;
}

export interface AnswerInput {
  /** The event that the answer is about: see `answerSubject`. Null where nothing has happened to answer for. */
  about: AnswerEvent | null;
  actions: AnswerAction[];
  /** The client; null where no person is known. */
  client: { name: string; mailability: Mailability } | null;
  /** The name of a contact who is no recorded person; null or missing where none was read. */
  contactName?: string | null;
  /** Emails to the client since `about`, the newest first. */
  emails: EmailMessage[];
  /** Whether a running campaign starts with the event that was sent; null where that is not known. */
  hasCampaign: boolean | null;
  /** Why a lane does not deliver; null where all do. */
  lane: string | null;
  /** The events whose inactivity timers run. */
  running: string[];
  now: UnixSeconds;
  timezone: string;
}

/**
 * - `good`: the client can get email and got what was due
 * - `waiting`: it is not decided yet
 * - `warning`: the client gets no email
 * - `bad`: somebody must act for the email to go out
 * - `nothing`: no email was due
 */
export type AnswerTone = 'good' | 'waiting' | 'warning' | 'bad' | 'nothing';

export interface ClientAnswer {
  text: string;
  tone: AnswerTone;
}
