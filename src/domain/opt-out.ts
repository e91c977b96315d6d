import type { Json, UnixSeconds } from './entities.ts';
import type { MailReport } from './events.ts';

/** The remembered state of a deal field that a person's reports have set. */
export interface FieldState {
  value: string;
  /** When the report that set the value happened. */
  at: UnixSeconds;
  /** The name of that report. */
  by?: string;
  /** The times of the latest opt-out and the latest opt-in, in whatever order they were reported. */
  optOutAt?: UnixSeconds;
  optInAt?: UnixSeconds;
}

type Report = Pick<MailReport, 'name' | 'occurredAt'>;

/** An explicit opt-in: `customer_subscribed`, or `<channel>_subscribed`, named after the channel that triggered it. */
export function isOptIn(name: string): boolean {
  return /(^|_)subscribed$/.test(name);
}

/** An unsubscribe or a spam complaint. */
export function isOptOut(name: string): boolean {
  return /_(unsubscribed|spammed)$/.test(name);
}

/** The message did not arrive. That says nothing about whether the person wants messages. */
function isDeliveryFailure(name: string | undefined): boolean {
  return name !== undefined && /_(bounced|dropped|failed|undeliverable|deferred)$/.test(name);
}

/** Any other report: opened, clicked, delivered. */
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

/** Records the time of an opt-in or opt-out. The field's value stays as it is. */
function withConsentTimes(state: FieldState, { name, occurredAt }: Report): FieldState {
  const latest = (before: UnixSeconds | undefined) => Math.max(before ?? 0, occurredAt);
  if (isOptOut(name)) return { ...state, optOutAt: latest(state.optOutAt) };
  return isOptIn(name) ? { ...state, optInAt: latest(state.optInAt) } : state;
}

/**
 * Applies a report that sets a field. Returns the state to remember, and the reason why the field in Kommo keeps its
 * value (`keepReason`), or null where the field must be set.
 *
 * - Edge-triggered: setting the current value again is no change.
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
  const keepReason =
    before.value === value ? `${field} is already "${value}", so there is nothing to do.` : null;
  return { state: { ...marked, value, by, at: Math.max(before.at, at) }, keepReason };
}

function reasonToKeep(before: FieldState, marked: FieldState, field: string, report: Report): string | null {
  const later = `A later report has set ${field} to "${before.value}".`;
  const isOlder = report.occurredAt < before.at;
  // An opt-in that ends an opt-out sets the field even if the field's value is from a later report: the opt-out had
  // replaced the value of an open. The exception is a value set by a delivery failure.
  const endsOptOut = isOptedOut(before) && !isOptedOut(marked) && !isDeliveryFailure(before.by);
  if (!isOptedOut(marked)) return isOlder && !endsOptOut ? later : null;
  if (isOptIn(report.name)) return later;
  if (isEngagement(report.name))
    return `The client has opted out (${field} is "${before.value}"): only a new subscription changes that.`;
  return isOlder && !showsReachable(before.by) ? later : null;
}

/**
 * Whether sending an attribute could resubscribe a person. Customer.io reads `unsubscribed` as true for true, "true", 1
 * and "1", and as subscribed for everything else (Track API docs); `cio_subscription_preferences` lists the topics that
 * a person wants. A CRM field may opt a client out, but it is no explicit opt-in: it may be older than the client's click
 * on "unsubscribe".
 */
export function maySubscribe(attribute: string, value: Json): boolean {
  if (attribute === 'unsubscribed') return !/^(true|1)$/i.test(String(value));
  return attribute.startsWith('cio_subscription_preferences') && !isAllFalse(value);
}

function isAllFalse(value: Json): boolean {
  if (typeof value === 'object' && value !== null) return Object.values(value).every(isAllFalse);
  return value === false || value === 'false';
}
