import { addressIn } from '../address.ts';
import type { MailReport } from '../events.ts';
import { isFromLog } from '../report-from-log.ts';
import { recipientsOf } from '../report-recipient.ts';
import { type EntryKind, GLOBAL, type LedgerEntry } from './ledger-entry.ts';

/** What a report says about consent and deliverability; empty for most reports. */
export function entriesOfReport(report: MailReport): LedgerEntry[] {
  const facts = factsOf(report);
  if (facts.length === 0) return [];
  const email = addressIn(report.person.email);
  const base = {
    key: report.reportId,
    at: report.occurredAt,
    source: isFromLog(report) ? ('activity' as const) : ('report' as const),
    name: report.name,
    names: { identifier: report.person.id, email, cioId: report.person.cioId },
    who: null,
  };
  const address = recipientOf(report, email) ?? email;
  return facts.map(({ kind, scope }) => ({
    ...base,
    kind,
    scope,
    address: DELIVERABILITY.has(kind) ? address : null,
  }));
}

/** Whether a report says more about the person than about its email: unsubscribed, subscribed, spam, bounced, suppressed. */
export function changesConsent(report: MailReport): boolean {
  return entriesOfReport(report).some(({ kind }) => kind !== 'sent' && kind !== 'arrived');
}

/** The kinds that concern an address. The others concern the person. */
const DELIVERABILITY: ReadonlySet<EntryKind> = new Set([
  'bounce',
  'temporary_bounce',
  'suppressed',
  'sent',
  'arrived',
]);

interface Fact {
  kind: EntryKind;
  scope: string;
}

function factsOf(report: MailReport): Fact[] {
  const { name } = report;
  if (PREFERENCES.test(name)) return preferencesOf(report);
  if (/(^|_)unsubscribed$/.test(name)) return [subscriptionChange(report, 'opt_out', 'channel_off')];
  if (/(^|_)subscribed$/.test(name)) return [subscriptionChange(report, 'opt_in', 'channel_on')];
  const kind = /_spammed$/.test(name) ? 'complaint' : deliverabilityIn(report);
  return kind === null ? [] : [{ kind, scope: GLOBAL }];
}

const PREFERENCES = /subscription_preferences_changed$/;

/** Whether a report says that topics or channels were switched, but not which: Body Content is off, or the content was cut. */
export function lacksPreferences({ name, values }: Pick<MailReport, 'name' | 'values'>): boolean {
  return PREFERENCES.test(name) && parse(values.content) === null;
}

function preferencesOf({ values, readBack }: MailReport): Fact[] {
  const read = readBack?.preferences;
  if (read === undefined) return preferencesIn(values.content);
  // `unsubscribed: false` is no opt-in: it is the default, and an opt-out from Kommo may still be on its way.
  const optOut: Fact[] = read.unsubscribed ? [{ kind: 'opt_out', scope: GLOBAL }] : [];
  return [...optOut, ...switchesIn(read.topics, 'topic_on', 'topic_off')];
}

/**
 * Customer.io's OpenAPI knows `unsubscribed` as a message's report for email only, where the link sets the person's
 * `unsubscribed`. With any other channel the name says which channel triggered the change of the person's setting, and the
 * report carries `email_address` (null where the person has none). A report of another channel that is about a message (a
 * STOP by SMS, an opt-out of one sender) switches off that channel only: a change of the setting has its own report.
 */
function subscriptionChange(report: MailReport, global: EntryKind, ofChannel: EntryKind): Fact {
  const channel = report.name.replace(/_?(un)?subscribed$/, '');
  const isOfPerson = channel === '' || channel === 'customer' || channel === 'email';
  const isAboutMessage =
    report.values.about === 'message' &&
    (report.deliveryId !== null || report.values.recipient !== undefined);
  return isOfPerson || !isAboutMessage
    ? { kind: global, scope: GLOBAL }
    : { kind: ofChannel, scope: channel };
}

function deliverabilityIn(report: MailReport): EntryKind | null {
  if (report.name === 'email_bounced') return isTemporaryBounce(report) ? 'temporary_bounce' : 'bounce';
  if (SUPPRESSED.test(report.name)) return 'suppressed';
  if (ARRIVED.test(report.name)) return 'arrived';
  return report.name === 'email_sent' ? 'sent' : null;
}

/** Dropped: "Customer.io did not send because the person was suppressed" (reporting webhooks, OpenAPI). */
const SUPPRESSED = /^(email|customer)_(dropped|suppressed)$/;
/** Every later message's report, a bounce aside, says that the mail server accepts the address again. */
const ARRIVED = /^email_(delivered|opened|clicked|converted|replied)$/;

/** The reports that end a bounce or a suppression of their address. They are kept only for addresses that had one. */
export const ARRIVALS = [
  'email_sent',
  'email_delivered',
  'email_opened',
  'email_clicked',
  'email_converted',
  'email_replied',
];

/**
 * Reports have no class of bounces; the mail server's answer is the only hint. A reply of 4xx (a full mailbox, a busy
 * server) or an enhanced code of class 4 is temporary (RFC 5321, RFC 3463), and the next email may arrive.
 */
export function isTemporaryBounce(report: MailReport): boolean {
  if (report.name !== 'email_bounced') return false;
  const message = report.values.failure_message;
  return typeof message === 'string' && TEMPORARY.test(message);
}

const TEMPORARY = /^\s*(?:smtp\s*;)?[\s"'([<]*(?:4\d\d\b|4\.\d{1,3}\.\d{1,3}\b)/i;

/** The address that the message went to; of several the person's own, since the report does not say which one it is about. */
function recipientOf(report: MailReport, own: string | null): string | null {
  const recipients = recipientsOf(report);
  return own !== null && recipients.includes(own) ? own : (recipients[0] ?? null);
}

/** Customer.io docs: `{"topics":{"topic_1":true},"channels":{"email":false}}`, sent only with Body Content switched on. */
function preferencesIn(content: unknown): Fact[] {
  const preferences = parse(content);
  return [
    ...switchesIn(preferences?.topics, 'topic_on', 'topic_off'),
    ...switchesIn(preferences?.channels, 'channel_on', 'channel_off'),
  ];
}

function switchesIn(switches: unknown, on: EntryKind, off: EntryKind): Fact[] {
  if (typeof switches !== 'object' || switches === null || Array.isArray(switches)) return [];
  return Object.entries(switches).flatMap(([scope, value]) => {
    // The App API shows every attribute as a text.
    const isOn = value === 'true' || value === 'false' ? value === 'true' : value;
    return typeof isOn === 'boolean' ? [{ kind: isOn ? on : off, scope: scope.slice(0, 100) }] : [];
  });
}

function parse(content: unknown): { topics?: unknown; channels?: unknown } | null {
  if (typeof content !== 'string') return null;
  try {
    const parsed: unknown = JSON.parse(content);
    return typeof parsed === 'object' ? parsed : null;
  } catch {
    // Cut because of its length, or not JSON: nothing is known.
    return null;
  }
}
