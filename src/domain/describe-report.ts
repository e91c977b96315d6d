import type { MailReport } from './events.ts';

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

/** A report of Customer.io in one sentence: `ann@example.com opened "Your invoice"`. */
export function describeReport(report: MailReport): string {
  const { name, person, machine, values } = report;
  const to = person.email ?? person.id ?? person.cioId ?? 'somebody';
  const metric = Object.keys(SENTENCES).find((candidate) => name.endsWith(`_${candidate}`));
  if (metric === undefined) return `Customer.io reports ${name} for ${to}`;
  const message = values.subject
    ? `"${values.subject}"`
    : (MESSAGES[name.slice(0, -metric.length - 1)] ?? 'a message');
  const by = machine ? `A machine (not ${to})` : to;
  return withCapital(SENTENCES[metric]!({ by, to, message }), to);
}

/** Starts the sentence with a capital, unless it starts with the person's address. */
function withCapital(sentence: string, to: string): string {
  const isAddress = sentence.startsWith(to) && to !== 'somebody';
  return isAddress ? sentence : sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
