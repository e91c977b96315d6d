import type { UnixSeconds } from '../entities.ts';
import { type EmailMessage, hasArrived } from './messages.ts';

/** A time in words, such as "3 min ago". */
type Ago = (at: UnixSeconds) => string;

/** What has become of an email that did not fail: `Ann got the email "Welcome aboard" 3 min ago and opened it.` */
export function emailText(message: EmailMessage, name: string, ago: Ago): string {
  const email = emailName(message);
  const { firstAt, deliveredAt, openedAt, clickedAt, openedByMachineAt } = message;
  if (!hasArrived(message))
    return `${capital(email)} to ${name} was sent ${ago(message.sentAt ?? firstAt)}. Its delivery has not been reported yet.`;
  const got = `${name} got ${email} ${ago(deliveredAt ?? firstAt)}`;
  if (clickedAt !== null) return `${got} and clicked a link in it.`;
  if (openedAt !== null) return `${got} and opened it.`;
  if (openedByMachineAt !== null)
    return `${got}. Only a machine has opened it so far (mail privacy, prefetching or a link scanner).`;
  return `${got}. It has not been opened yet.`;
}

const FAILURES: Record<string, string> = {
  bounced: 'it bounced',
  dropped: 'Customer.io did not send it, because the address is suppressed',
  failed: 'Customer.io could not send it',
  undeliverable: 'Customer.io could not deliver it',
};

/** `Ivo did not get the email "Welcome": it bounced 3 min ago (550 unknown user).` */
export function failureText(
  message: EmailMessage,
  failure: NonNullable<EmailMessage['failure']>,
  name: string,
  ago: Ago,
): string {
  const details = failure.message === null ? '' : ` (${failure.message})`;
  const what = FAILURES[failure.metric] ?? failure.metric;
  return `${name} did not get ${emailName(message)}: ${what} ${ago(failure.at)}${details}.`;
}

function emailName({ subject, campaign }: EmailMessage): string {
  const email = subject === null ? 'the email' : `the email "${subject}"`;
  return campaign === null ? email : `${email} of the campaign "${campaign}"`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
