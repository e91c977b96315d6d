import { en, type Sentences } from '../languages/en.ts';
import { capitalized } from '../lib/capitalized.ts';
import { addressesOf } from './address.ts';
import type { MailReport } from './events.ts';
import { isAboutProfile, otherRecipients } from './report-recipient.ts';

/**
 * A report of Customer.io in one sentence: `ann@example.com opened "Your invoice"`.
 * @param client stands in for the address
 */
export function describeReport(
  report: MailReport,
  client: string | null = null,
  words: Sentences = en,
): string {
  const { name, machine } = report;
  const to = addresseeOf(report, client, words);
  const metric = metricOf(name, words.reports);
  if (metric === undefined) return words.otherReport(name, to);
  const message = messageText(report, name.slice(0, -metric.length - 1), words.messages);
  const by = machine ? words.machine(to) : to;
  return withCapital(words.reports[metric](by, message, to), to, words);
}

function metricOf(name: string, reports: Sentences['reports']): keyof Sentences['reports'] | undefined {
  const metrics = Object.keys(reports) as (keyof Sentences['reports'])[];
  return metrics.find((candidate) => name.endsWith(`_${candidate}`));
}

/** Whom a report is about. @param client stands in for the address */
export function addresseeOf(
  report: MailReport,
  client: string | null,
  { somebody }: Pick<Sentences, 'somebody'> = en,
): string {
  const { email, id, cioId } = report.person;
  return elsewhere(report) ?? client ?? email ?? id ?? cioId ?? somebody;
}

/** `"Your invoice"`, `a text message`. @param channel `email`, `sms`, … */
export function messageText(
  { values }: Pick<MailReport, 'values'>,
  channel: string,
  messages: Sentences['messages'] = en.messages,
): string {
  if (values.subject) return `"${values.subject}"`;
  return Object.hasOwn(messages, channel) ? messages[channel as keyof typeof messages] : messages.other;
}

/** Whom a message about the person went to, where that is somebody else: nobody may be said to have opened it who did not. */
function elsewhere(report: MailReport): string | null {
  const { email } = report.person;
  const others =
    isAboutProfile(report) || email === null ? null : otherRecipients(report, addressesOf(email));
  return others?.join(', ') ?? null;
}

/** Starts the sentence with a capital, unless it starts with the person's address. */
function withCapital(sentence: string, to: string, { somebody }: Sentences): string {
  const isAddress = sentence.startsWith(to) && to !== somebody;
  return isAddress ? sentence : capitalized(sentence);
}
