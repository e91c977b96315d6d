import type { Json, UnixSeconds } from './entities.ts';
import type { MailReport } from './events.ts';

/** A deal field that reports have set, as Stagepost remembers it for a person. */
export interface FieldState {
  value: string;
  /** When the report that set it happened. */
  at: UnixSeconds;
  /** The name of that report. */
  by?: string;
  /** The last opt-out and the last opt-in, in whatever order they came. */
  optOutAt?: UnixSeconds;
  optInAt?: UnixSeconds;
}

type Report = Pick<MailReport, 'name' | 'occurredAt'>;

/** An explicit opt-in: `customer_subscribed`, or the same named after the channel that triggered it. */
export function isOptIn(name: string): boolean {
  return /(^|_)subscribed$/.test(name);
}

/** Unsubscribed, or marked a message as spam. */
export function isOptOut(name: string): boolean {
  return /_(unsubscribed|spammed)$/.test(name);
}

/** Says that no email arrives: it can never mean that the person wants any. */
function isTrouble(name: string | undefined): boolean {
  return name !== undefined && /_(bounced|dropped|failed|undeliverable|deferred)$/.test(name);
}

/** Neither about a subscription nor about trouble: opened, clicked, delivered. */
function isFriendly(name: string): boolean {
  return !isOptIn(name) && !isOptOut(name) && !isTrouble(name);
}

/** Such a value must not stand while the person is opted out, whenever its report happened. */
function invites(name: string | undefined): boolean {
  return name !== undefined && (isFriendly(name) || isOptIn(name));
}

/** The last opt-out stands until a later opt-in. In one second (reports have whole seconds) the opt-out wins. */
export function isOptedOut({ optOutAt, optInAt }: FieldState): boolean {
  return optOutAt !== undefined && optOutAt >= (optInAt ?? Number.NEGATIVE_INFINITY);
}

/** Notes when the person opted in or out last; the value stays as it is. */
function withMarks(state: FieldState, { name, occurredAt }: Report): FieldState {
  const latest = (before: UnixSeconds | undefined) => Math.max(before ?? 0, occurredAt);
  if (isOptOut(name)) return { ...state, optOutAt: latest(state.optOutAt) };
  return isOptIn(name) ? { ...state, optInAt: latest(state.optInAt) } : state;
}

/**
 * What a report that wants to set a field does to it: what is remembered from now on, and why the field must
 * stay as it is at Kommo, or null where it is to be set.
 *
 * - Edge-triggered: a value that is there already is no change.
 * - An older report never undoes a newer one.
 * - After an opt-out only an explicit opt-in, a second opt-out or trouble with the address says anything new:
 *   an open does not mean that the client wants mail again, not even one that came first and was heard of last.
 */
export function fieldAfter(
  before: FieldState | undefined,
  field: string,
  value: string,
  report: Report,
): { state: FieldState; whyNot: string | null } {
  const { name: by, occurredAt: at } = report;
  if (before === undefined) return { state: withMarks({ value, at, by }, report), whyNot: null };
  const marked = withMarks(before, report);
  const stays = whyItStays(before, marked, field, report);
  if (stays !== null) return { state: marked, whyNot: stays };
  const whyNot = before.value === value ? `${field} is already "${value}": one change, one task.` : null;
  return { state: { ...marked, value, by, at: Math.max(before.at, at) }, whyNot };
}

function whyItStays(before: FieldState, marked: FieldState, field: string, report: Report): string | null {
  const later = `A later report has set ${field} to "${before.value}".`;
  const isOlder = report.occurredAt < before.at;
  // An opt-in that ends an opt-out is news, though the opt-out has taken the place of a later open; not after trouble.
  const endsOptOut = isOptedOut(before) && !isOptedOut(marked) && !isTrouble(before.by);
  if (!isOptedOut(marked)) return isOlder && !endsOptOut ? later : null;
  if (isOptIn(report.name)) return later;
  if (isFriendly(report.name))
    return `The client has opted out (${field} is "${before.value}"): only a new subscription changes that.`;
  return isOlder && !invites(before.by) ? later : null;
}

/**
 * Whether an attribute could subscribe somebody again. Customer.io reads `unsubscribed` as true for true,
 * "true", 1 and "1", and everything else as subscribed (Track API docs); `cio_subscription_preferences` names
 * the topics that somebody wants. A field of the CRM may opt a client out, but is no explicit opt-in: it may
 * be older than the client's own click.
 */
export function maySubscribe(attribute: string, value: Json): boolean {
  if (attribute === 'unsubscribed') return !/^(true|1)$/i.test(String(value));
  return attribute.startsWith('cio_subscription_preferences') && !isAllFalse(value);
}

function isAllFalse(value: Json): boolean {
  if (typeof value === 'object' && value !== null) return Object.values(value).every(isAllFalse);
  return value === false || value === 'false';
}
