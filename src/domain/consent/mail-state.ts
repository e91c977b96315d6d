import type { UnixSeconds } from '../entities.ts';

/**
 * Whether a client can get email:
 *
 * - `mailable`: nothing is known that speaks against it
 * - `unsubscribed`, `complained`: an opt-out or a spam complaint that no later opt-in has ended
 * - `bounced`: an email to the current address came back for good, and none has arrived since
 * - `suppressed`: Customer.io did not send, because the address is on a suppression list
 * - `no_address`: there is no email address
 */
export const MAIL_STATES = [
  'mailable',
  'unsubscribed',
  'complained',
  'bounced',
  'suppressed',
  'no_address',
] as const;
export type MailState = (typeof MAIL_STATES)[number];

/** A stored state; null where there is none that this version knows. */
export function readMailState(stored: string | null): MailState | null {
  return MAIL_STATES.find((state) => state === stored) ?? null;
}

export interface Mailability {
  state: MailState;
  /** When the state began; null for `mailable` and `no_address`. */
  since: UnixSeconds | null;
}

export function isMailable({ state }: Pick<Mailability, 'state'>): boolean {
  return state === 'mailable';
}
