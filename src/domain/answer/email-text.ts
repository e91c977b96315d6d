import type { Sentences } from '../../languages/en.ts';
import { capitalized } from '../../lib/capitalized.ts';
import type { UnixSeconds } from '../entities.ts';
import { type EmailMessage, hasArrived } from './messages.ts';

/** How an email is told of. */
export interface Telling {
  /** The client's name. */
  name: string;
  /** A time in words, such as "3 min ago". */
  ago: (at: UnixSeconds) => string;
  words: Sentences['email'];
}

/** What has become of an email that did not fail: `Ann got the email "Welcome aboard" 3 min ago and opened it.` */
export function emailText(message: EmailMessage, { name, ago, words }: Telling): string {
  const email = emailName(message, words);
  const { firstAt, deliveredAt, openedAt, clickedAt, openedByMachineAt } = message;
  if (!hasArrived(message)) return words.sent(capitalized(email), name, ago(message.sentAt ?? firstAt));
  const got = words.got(name, email, ago(deliveredAt ?? firstAt));
  if (clickedAt !== null) return words.clicked(got);
  if (openedAt !== null) return words.opened(got);
  return openedByMachineAt === null ? words.notOpened(got) : words.openedByMachine(got);
}

/** `Ivo did not get the email "Welcome": it bounced 3 min ago (550 unknown user).` */
export function failureText(
  message: EmailMessage,
  { metric, at, message: details }: NonNullable<EmailMessage['failure']>,
  { name, ago, words }: Telling,
): string {
  const what = Object.hasOwn(words.failures, metric)
    ? words.failures[metric as keyof typeof words.failures]
    : metric;
  return words.notGot(name, emailName(message, words), what, ago(at), details);
}

function emailName({ subject, campaign }: EmailMessage, words: Sentences['email']): string {
  const email = subject === null ? words.unnamed : words.named(subject);
  return campaign === null ? email : words.ofCampaign(email, campaign);
}
