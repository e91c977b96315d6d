import { addressesOf } from './address.ts';
import type { MailReport } from './events.ts';
import { isAboutProfile, otherRecipients } from './report-recipient.ts';

/** The sentence for each metric of Customer.io. `by`: who acted; `to`: whose message it is; `message`: "Your invoice". */
type Sentence = (parts: { by: string; to: string; message: string }) => string;

const SENTENCES: Record<string, Sentence> = {
  sent: ({ to, message }) => `${message} was sent to ${to}`,
  delivered: ({ to, message }) => `${message} was delivered to ${to}`,
  opened: ({ by, message }) => `${by} opened ${message}`,
  clicked: ({ by, message }) => `${by} clicked a link in ${message}`,
  replied: ({ by, message }) => `${by} replied to ${message}`,
  converted: ({ by, message }) => `${by} reached the goal of ${message}`,
  bounced: ({ to, message }) => `${message} to ${to} bounced`,
  dropped: ({ to, message }) => `${message} was not sent to ${to}`,
  deferred: ({ to, message }) => `${message} to ${to} is delayed`,
  failed: ({ to, message }) => `${message} to ${to} failed`,
  undeliverable: ({ to, message }) => `${message} to ${to} could not be delivered`,
  spammed: ({ by, message }) => `${by} marked ${message} as spam`,
  subscribed: ({ by }) => `${by} subscribed`,
  unsubscribed: ({ by }) => `${by} unsubscribed`,
  cio_subscription_preferences_changed: ({ by }) => `${by} changed their subscription preferences`,
};

const MESSAGES: Record<string, string> = {
  email: 'an email',
  in_app: 'an in-app message',
  push: 'a push message',
  slack: 'a Slack message',
  sms: 'a text message',
  whatsapp: 'a WhatsApp message',
};

/** A report of Customer.io in one sentence: `ann@example.com opened "Your invoice"`. @param client stands in for the address */
export function describeReport(report: MailReport, client: string | null = null): string {
  const { name, machine } = report;
  const to = addresseeOf(report, client);
  const metric = Object.keys(SENTENCES).find((candidate) => name.endsWith(`_${candidate}`));
  if (metric === undefined) return `Customer.io reports ${name} for ${to}`;
  const message = messageText(report, name.slice(0, -metric.length - 1));
  const by = machine ? `A machine (not ${to})` : to;
  return withCapital(SENTENCES[metric]!({ by, to, message }), to);
}

/** Whom a report is about. @param client stands in for the address */
export function addresseeOf(report: MailReport, client: string | null): string {
  const { email, id, cioId } = report.person;
  return elsewhere(report) ?? client ?? email ?? id ?? cioId ?? 'somebody';
}

/** `"Your invoice"`, `a text message`. @param channel `email`, `sms`, … */
export function messageText({ values }: Pick<MailReport, 'values'>, channel: string): string {
  return values.subject ? `"${values.subject}"` : (MESSAGES[channel] ?? 'a message');
}

/** Whom a message about the person went to, where that is somebody else: nobody may be said to have opened it who did not. */
function elsewhere(report: MailReport): string | null {
  const { email } = report.person;
  const others =
    isAboutProfile(report) || email === null ? null : otherRecipients(report, addressesOf(email));
  return others?.join(', ') ?? null;
}

/** Starts the sentence with a capital, unless it starts with the person's address. */
function withCapital(sentence: string, to: string): string {
  const isAddress = sentence.startsWith(to) && to !== 'somebody';
  return isAddress ? sentence : sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
