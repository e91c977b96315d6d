import { addressesOf } from './address.ts';
import type { MailReport } from './events.ts';

/** The parts of a report that say whom its message went to. */
type Addressed = Pick<MailReport, 'name'> & Partial<Pick<MailReport, 'recipients' | 'values'>>;

/**
 * The addresses that the message of a report went to, where none of them is the person's: a message about a client can go to
 * a colleague. Null where the person's is among them, where the report names no address, as for other channels, and where no
 * address of the person is known.
 * @param own the person's addresses in their normal form, those of before too; other names do no harm
 */
export function otherRecipients(report: Addressed, own: Iterable<string>): string[] | null {
  const recipients = recipientsOf(report);
  const mailboxes = new Set([...own].filter((name) => name.includes('@')).map(mailboxOf));
  if (recipients.length === 0 || mailboxes.size === 0) return null;
  return recipients.some((address) => mailboxes.has(mailboxOf(address))) ? null : recipients;
}

/** The addresses that an email went to, in their normal form. Events of earlier versions have them among their values only. */
export function recipientsOf({ name, recipients, values }: Addressed): string[] {
  if (!name.startsWith('email_')) return [];
  return recipients ?? (typeof values?.recipient === 'string' ? addressesOf(values.recipient) : []);
}

/** Without the tag of a subaddress (RFC 5233): `ann+news@acme.example` is Ann's mailbox. */
function mailboxOf(address: string): string {
  return address.replace(/^([^+@]+)\+[^@]*@/, '$1@');
}

/**
 * The reports that are true of the person whoever the message went to: its link unsubscribes the person's profile, and
 * Customer.io sends that person nothing more.
 */
export function isAboutProfile({ name }: Pick<MailReport, 'name'>): boolean {
  return /_(unsubscribed|subscribed|spammed|cio_subscription_preferences_changed)$/.test(name);
}
