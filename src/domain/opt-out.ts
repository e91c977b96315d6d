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

/** The email did not arrive, which never means that the person wants any. */
function isDeliveryFailure(name: string | undefined): boolean {
  return name !== undefined && /_(bounced|dropped|failed|undeliverable|deferred)$/.test(name);
}

/** About neither a subscription nor a delivery failure: opened, clicked, delivered. */
function isEngagement(name: string): boolean {
  return !isOptIn(name) && !isOptOut(name) && !isDeliveryFailure(name);
}

/** Whether the value that a report sets would show an opted-out person as reachable. */
function showsReachable(name: string | undefined): boolean {
  return name !== undefined && (isEngagement(name) || isOptIn(name));
}

/** An opt-out holds until a later opt-in. Reports have whole seconds: within one second the opt-out wins. */
export function isOptedOut({ optOutAt, optInAt }: FieldState): boolean {
  return optOutAt !== undefined && optOutAt >= (optInAt ?? Number.NEGATIVE_INFINITY);
}

/** Records when the person opted in or out last; the value stays as it is. */
function withConsentTimes(state: FieldState, { name, occurredAt }: Report): FieldState {
  const latest = (before: UnixSeconds | undefined) => Math.max(before ?? 0, occurredAt);
  if (isOptOut(name)) return { ...state, optOutAt: latest(state.optOutAt) };
  return isOptIn(name) ? { ...state, optInAt: latest(state.optInAt) } : state;
}

/**
 * What a report that sets a field does to it: the state to remember, and the reason why the field at Kommo keeps its
 * value (`keepReason`), or null where the field is to be set.
 *
 * - Edge-triggered: a value that is set already is no change.
 * - An older report never undoes a newer one.
 * - After an opt-out only an explicit opt-in, another opt-out or a delivery failure changes the field. An open does not
 *   mean that the client wants email again, not even one that happened before the opt-out and was reported after it.
 */
export function fieldAfter(
  before: FieldState | undefined,
  field: string,
  value: string,
  report: Report,
): { state: FieldState; keepReason: string | null } {
  const { name: by, occurredAt: at } = report;
  if (before === undefined) return { state: withConsentTimes({ value, at, by }, report), keepReason: null };
  const marked = withConsentTimes(before, report);
  const reason = reasonToKeep(before, marked, field, report);
  if (reason !== null) return { state: marked, keepReason: reason };
  const keepReason = before.value === value ? `${field} is already "${value}": one change, one task.` : null;
  return { state: { ...marked, value, by, at: Math.max(before.at, at) }, keepReason };
}

function reasonToKeep(before: FieldState, marked: FieldState, field: string, report: Report): string | null {
  const later = `A later report has set ${field} to "${before.value}".`;
  const isOlder = report.occurredAt < before.at;
  // An opt-in that ends an opt-out sets the field, although the opt-out had replaced the value of a later open. It does
  // not where a delivery failure has set the field.
  const endsOptOut = isOptedOut(before) && !isOptedOut(marked) && !isDeliveryFailure(before.by);
  if (!isOptedOut(marked)) return isOlder && !endsOptOut ? later : null;
  if (isOptIn(report.name)) return later;
  if (isEngagement(report.name))
    return `The client has opted out (${field} is "${before.value}"): only a new subscription changes that.`;
  return isOlder && !showsReachable(before.by) ? later : null;
}

/**
 * Whether an attribute could subscribe somebody again. Customer.io reads `unsubscribed` as true for true, "true", 1 and
 * "1", and everything else as subscribed (Track API docs); `cio_subscription_preferences` lists the topics that somebody
 * wants. A field of the CRM may opt a client out, but it is no explicit opt-in: it may be older than the client's own
 * click on "unsubscribe".
 */
export function maySubscribe(attribute: string, value: Json): boolean {
  if (attribute === 'unsubscribed') return !/^(true|1)$/i.test(String(value));
  return attribute.startsWith('cio_subscription_preferences') && !isAllFalse(value);
}

function isAllFalse(value: Json): boolean {
  if (typeof value === 'object' && value !== null) return Object.values(value).every(isAllFalse);
  return value === false || value === 'false';
}
