import type { UnixSeconds } from './entities.ts';
import { type FieldState, isOptIn, isOptOut } from './opt-out.ts';

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

/** A report of Customer.io, as far as it says whether the client can get email. */
export interface MailFact {
  /** `<object_type>_<metric>`. */
  name: string;
  occurredAt: UnixSeconds;
  /** The address that the message was sent to, in its normal form; null where the report names none. */
  address: string | null;
  /** What the mail server said of a message that failed. */
  failureMessage?: string | null;
  /** The content of a report about subscription preferences: a JSON text. */
  preferences?: string | null;
}

export interface MailFacts {
  /** The client's current address, in its normal form. */
  address: string | null;
  /** In any order; the same fact may be there twice. */
  reports: readonly MailFact[];
}

/**
 * Folds all that is known of a client. The order of the reports does not matter: only their times do, and within one
 * second the report that speaks against sending wins. Consent belongs to the person, deliverability to the address: a
 * bounce of an earlier address says nothing about the current one.
 */
export function mailability({ address, reports }: MailFacts): Mailability {
  if (address === null) return { state: 'no_address', since: null };
  return consentOf(reports) ?? deliverabilityOf(address, reports) ?? { state: 'mailable', since: null };
}

export function isMailable({ state }: Mailability): boolean {
  return state === 'mailable';
}

/** The opt-out that holds; null where none does. */
function consentOf(reports: readonly MailFact[]): Mailability | null {
  const complaint = firstUnanswered(reports, ({ name }) => isComplaint(name), isSubscription);
  if (complaint !== null) return { state: 'complained', since: complaint };
  const optOut = firstUnanswered(reports, ({ name }) => isOptOut(name), isSubscription);
  const channelOff = firstUnanswered(reports, hasEmailChannel(false), hasEmailChannel(true));
  if (optOut === null && channelOff === null) return null;
  return { state: 'unsubscribed', since: Math.min(optOut ?? Infinity, channelOff ?? Infinity) };
}

/** The failure of the current address that holds; null where none does. */
function deliverabilityOf(address: string, reports: readonly MailFact[]): Mailability | null {
  const own = reports.filter((report) => report.address === null || report.address === address);
  const bounce = firstUnanswered(own, isPermanentBounce, hasArrived);
  if (bounce !== null) return { state: 'bounced', since: bounce };
  const suppression = firstUnanswered(own, ({ name }) => SUPPRESSED.test(name), isSentAgain);
  return suppression === null ? null : { state: 'suppressed', since: suppression };
}

/**
 * When the first fact happened that no later contrary fact has ended; null where there is none.
 * A contrary fact of the same second ends nothing.
 */
function firstUnanswered(
  reports: readonly MailFact[],
  is: (report: MailFact) => boolean,
  isContrary: (report: MailFact) => boolean,
): UnixSeconds | null {
  const ended = Math.max(Number.NEGATIVE_INFINITY, ...reports.filter(isContrary).map(timeOf));
  const first = Math.min(
    ...reports
      .filter(is)
      .map(timeOf)
      .filter((at) => at >= ended),
  );
  return Number.isFinite(first) ? first : null;
}

const timeOf = ({ occurredAt }: MailFact) => occurredAt;
const isComplaint = (name: string) => name.endsWith('_spammed');
const isSubscription = ({ name }: MailFact) => isOptIn(name);

/**
 * Reports have no class of bounces; the mail server's answer is the only hint. A reply of 4xx (a full mailbox, a busy server)
 * is temporary (RFC 5321), and the next email may arrive.
 */
function isPermanentBounce({ name, failureMessage }: MailFact): boolean {
  return name === 'email_bounced' && !/^\s*4\d\d\b/.test(failureMessage ?? '');
}

/** Dropped: "Customer.io did not send because the person was suppressed" (reporting webhooks, OpenAPI). */
const SUPPRESSED = /^(email|customer)_(dropped|suppressed)$/;
/** Every later message's report, a bounce aside, says that the provider accepts the address again. */
const ARRIVED = /^email_(delivered|opened|clicked|converted|replied)$/;

const hasArrived = ({ name }: MailFact) => ARRIVED.test(name);
const isSentAgain = (report: MailFact) => report.name === 'email_sent' || hasArrived(report);

/** Whether a preferences report switches the channel email on or off. Topics stop single campaigns only. */
function hasEmailChannel(wanted: boolean): (report: MailFact) => boolean {
  return ({ name, preferences }) => PREFERENCES.test(name) && emailChannelIn(preferences ?? '') === wanted;
}

const PREFERENCES = /subscription_preferences_changed$/;

function emailChannelIn(content: string): unknown {
  try {
    return JSON.parse(content)?.channels?.email;
  } catch {
    // Not JSON, or removed after the retention time: nothing is known.
    return undefined;
  }
}

/**
 * The opt-outs and opt-ins that status fields remember. They outlive the reports, whose contents are removed after the
 * retention time. A field that an older version stored has no report's name: there its value decides.
 */
export function factsOfFields(fields: Readonly<Record<string, FieldState>>): MailFact[] {
  return Object.values(fields).flatMap(({ value, at, by, optOutAt, optInAt }) => {
    const fact = (name: string, occurredAt: UnixSeconds): MailFact => ({ name, occurredAt, address: null });
    const facts: MailFact[] = [];
    if (optOutAt !== undefined)
      facts.push(fact(by !== undefined && isOptOut(by) ? by : 'customer_unsubscribed', optOutAt));
    if (optInAt !== undefined) facts.push(fact('customer_subscribed', optInAt));
    if (by === undefined && optOutAt === undefined && /^unsubscribed$/i.test(value))
      facts.push(fact('customer_unsubscribed', at));
    if (by === undefined && optOutAt === undefined && /^(spam|complained)$/i.test(value))
      facts.push(fact('email_spammed', at));
    return facts;
  });
}
