import type { UnixSeconds } from '../entities.ts';
import type { MailReport } from '../events.ts';
import type { MissedReason } from './missed-email.ts';

/** How far an email came, by one report of it. */
export interface EmailStep {
  sentAt?: UnixSeconds;
  /** It is in the client's mailbox: delivered, or something happened that needs it to be there. */
  arrivedAt?: UnixSeconds;
  /**
   * By a person: mail privacy and link scanners open and click for nobody. A click shows that the email is open, also where the
   * mail program loads no images.
   */
  openedAt?: UnixSeconds;
  clickedAt?: UnixSeconds;
  failure?: MissedReason;
}

/** What a report says of its email; null for other channels, reports about a person, and steps before the sending. Pure. */
export function emailStep({
  name,
  deliveryId,
  values,
  machine,
  occurredAt: at,
}: MailReport): EmailStep | null {
  if (deliveryId === null || values.about === 'person') return null;
  switch (name) {
    case 'email_sent':
      return { sentAt: at };
    case 'email_opened':
      return machine ? { arrivedAt: at } : { arrivedAt: at, openedAt: at };
    case 'email_clicked':
      return machine ? { arrivedAt: at } : { arrivedAt: at, openedAt: at, clickedAt: at };
    case 'email_delivered':
    case 'email_converted':
    case 'email_unsubscribed':
    case 'email_spammed':
      return { arrivedAt: at };
    case 'email_bounced':
      return { failure: 'bounced' };
    case 'email_dropped':
      return { failure: 'suppressed' };
    case 'email_failed':
    case 'email_undeliverable':
      return { failure: 'not_delivered' };
    default:
      return null;
  }
}
