import type { MailState } from '../consent/mail-state.ts';

/**
 * Why a stage change or a timer leads to no email:
 *
 * - a state of the client (`MailState`): the event may have been sent, but Customer.io sends the client nothing
 * - `no_contact`: the deal has no contact
 * - `gone`: Kommo does not return the deal
 * - `no_rule`: the stage has no rule
 * - `condition`: the rule's condition (`if`) did not hold
 * - `once`: the rule sends its event once, and has sent it before
 * - `repeated`: a backfill or a later stage change has sent the event of this stage
 * - `late`: the stage change was reported, or its contact came, when its event was of no use any more
 * - `left`: the deal has left the stage before the event went out
 * - `failed`: the event could not be planned
 */
export const NO_EMAIL_REASONS = [
  'unsubscribed',
  'complained',
  'bounced',
  'suppressed',
  'no_address',
  'no_contact',
  'gone',
  'no_rule',
  'condition',
  'once',
  'repeated',
  'late',
  'left',
  'failed',
] as const;
export type NoEmailReason = (typeof NO_EMAIL_REASONS)[number];

interface Decision {
  noEmail?: NoEmailReason;
  clientState: MailState | null;
  setAside?: unknown;
}

/** The reason to be stored with a plan. Null where an email is due, and for plans that are not about one. */
export function noEmailReasonOf({ noEmail, clientState, setAside }: Decision): NoEmailReason | null {
  if (noEmail !== undefined) return noEmail;
  if (setAside !== undefined) return 'failed';
  return clientState === null || clientState === 'mailable' ? null : clientState;
}

/** A stored reason; null where there is none that this version knows. */
export function readNoEmailReason(stored: string | null): NoEmailReason | null {
  return NO_EMAIL_REASONS.find((reason) => reason === stored) ?? null;
}
