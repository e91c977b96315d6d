import { en, type Sentences } from '../../languages/en.ts';
import type { MailState } from '../consent/mail-state.ts';
import type { UnixSeconds } from '../entities.ts';
import type { EventOutcome } from '../event-outcome.ts';
import type { StagepostEvent } from '../events.ts';
import { REPORT_EXPECTED } from './client-answer.ts';

/** A stage change or a timer, as far as its missing email is explained by it. */
export interface EmaillessEvent {
  kind: StagepostEvent['kind'];
  rule: string | null;
  outcome: EventOutcome;
  /** Whether the client could get email when the event was planned. */
  clientState: MailState | null;
  /** When Stagepost received it, ms. */
  at: number;
}

/**
 * Why an event has led to no email that Customer.io has reported. Null where the event itself says why: it is still open or has
 * failed, no rule applies to it, or it sends no email.
 */
export function whyNoEmail(
  { kind, rule, outcome, clientState, at }: EmaillessEvent,
  now: UnixSeconds,
  words: Sentences['withoutEmail'] = en.withoutEmail,
): string | null {
  if (kind !== 'deal_moved' && kind !== 'inactivity') return null;
  if (rule === null || outcome !== 'done') return null;
  if (clientState !== null && clientState !== 'mailable') return words[clientState];
  return now - at / 1000 < REPORT_EXPECTED ? words.notYet : words.none;
}
