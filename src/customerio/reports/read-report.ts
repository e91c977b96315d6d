import { createHash } from 'node:crypto';
import { addressesOf, addressIn } from '../../domain/address.ts';
import type { MailReport, PersonRef } from '../../domain/events.ts';
import { type JsonObject, ownFields } from '../../lib/unknown-json.ts';
import { eventIdTime } from '../event-id.ts';
import { cleanText, scalarText, textValues } from './report-fields.ts';

export type ReportReading =
  | {
      ok: true;
      report: MailReport;
      /** One line for lists: "email opened by a machine: Your invoice (ann@example.com)". */
      summary: string;
    }
  | { ok: false; reason: string };

/** The parts that the current and the older format have in common. */
interface Envelope {
  objectType: string;
  metric: string;
  isLegacy: boolean;
  root: JsonObject;
  data: JsonObject;
}

/** Object types of two words; the older format joins type and metric by the same underscore. */
const TWO_WORD_TYPES = ['in_app'];
/** Metrics that a person's own settings can report. */
const SETTINGS_METRICS = ['subscribed', 'unsubscribed', 'cio_subscription_preferences_changed'];
/** The years 2001 and 5138: a number outside is not a time in seconds. Published samples have times as old as 2009. */
const EARLIEST = 1_000_000_000;
const LATEST = 100_000_000_000;
/** Characters of a recipient that are read: some dozens of addresses. */
const MAX_RECIPIENT = 4_000;

/**
 * Reads a reporting webhook's body, in the current format and in the older one (`event_type`). Pure, and never
 * throws. Lenient on purpose: authentic reports lack fields that Customer.io's schema calls required, and a refused
 * report is lost. A report is refused only if it is not a JSON object or has no type, no metric or no time.
 *
 * `receivedAt` (unix seconds) is used where neither the report nor its id contains a time, and where theirs is later: a
 * person who opened an email "tomorrow" would put every report until then before the open.
 *
 * - `machine` is true for `prefetched: true` on opens and `machine: true` on clicks. `proxied` alone is a person: Gmail's
 *   image proxy fetches when the person reads. `synthetic` (an open inferred from a click) is a person too, as
 *   Customer.io says it may be; the click that caused it has its own flag. A missing flag counts as false.
 * - `email_unsubscribed` has two meanings under one name: by a message's link, or by the person's settings
 *   (Customer.io docs: the type is then "the channel that triggered the change"). `values.about` is `message` or `person`.
 */
export function readReport(body: Buffer, receivedAt?: number): ReportReading {
  const root = parse(body);
  if (root === null) return refuse('The body is not a JSON object, so it is not a report of Customer.io.');
  const envelope = envelopeOf(root);
  if (envelope === null) {
    return refuse(
      'The report has neither object_type and metric nor event_type, so it does not say what happened.',
    );
  }
  const eventId = scalarText(root.event_id, 200);
  const reportedAt =
    timeOf(root.timestamp) ?? timeOf((eventIdTime(eventId ?? '') ?? 0) / 1000) ?? timeOf(receivedAt);
  if (reportedAt === null) return refuse('The report has no timestamp, so it cannot be put in order.');
  const occurredAt = Math.min(reportedAt, timeOf(receivedAt) ?? reportedAt);

  const { objectType, metric, data } = envelope;
  const about = aboutOf(envelope);
  const deliveryId = scalarText(data.delivery_id, 200) ?? scalarText(data.email_id, 200);
  const person = personOf(envelope);
  const machine = isMachine(metric, data);
  const report: MailReport = {
    kind: 'mail_report',
    name: `${objectType}_${metric}`,
    reportId: eventId ?? `body-${createHash('sha256').update(body).digest('hex').slice(0, 40)}`,
    person,
    occurredAt,
    deliveryId,
    recipients: recipientsIn(objectType, data),
    machine,
    values: {
      ...textValues(data),
      ...preferencesOf(metric, data),
      object_type: objectType,
      metric,
      occurred_at: occurredAt,
      about,
      ...(deliveryId === null ? {} : { delivery_id: deliveryId }),
    },
  };
  return { ok: true, report, summary: summaryOf(report, about) };
}

/** Broken UTF-8 becomes U+FFFD: the signature was valid, so the other values are still used. */
function parse(body: Buffer): JsonObject | null {
  try {
    return ownFields(JSON.parse(body.toString('utf8').replace(/^\uFEFF/, '')));
  } catch {
    return null;
  }
}

function envelopeOf(root: JsonObject): Envelope | null {
  const data = ownFields(root.data) ?? {};
  const metric = word(root.metric);
  // Customer.io docs spell it object_type_type for the preferences report; `customer` stands for an unknown channel.
  const objectType =
    word(root.object_type) ??
    word(root.object_type_type) ??
    (metric !== null && SETTINGS_METRICS.includes(metric) ? 'customer' : null);
  if (metric !== null && objectType !== null) return { objectType, metric, isLegacy: false, root, data };
  return legacyEnvelope(root, data);
}

function legacyEnvelope(root: JsonObject, data: JsonObject): Envelope | null {
  const type = word(root.event_type);
  if (type === null) return null;
  const known = TWO_WORD_TYPES.find((candidate) => type.startsWith(`${candidate}_`));
  const cut = known === undefined ? type.indexOf('_') : known.length;
  const objectType = type.slice(0, cut);
  const metric = type.slice(cut + 1);
  return cut > 0 && metric !== '' ? { objectType, metric, isLegacy: true, root, data } : null;
}

/** A name such as `email` or `in_app`. Unknown names pass, since a rule may use them. */
function word(value: unknown): string | null {
  return typeof value === 'string' && /^[a-z][a-z0-9_]{0,63}$/.test(value) ? value : null;
}

/** Unix seconds, given as a number or its digits; milliseconds are understood. */
function timeOf(value: unknown): number | null {
  const text = typeof value === 'string' ? value.trim() : null;
  const number = text !== null && /^\d{1,15}$/.test(text) ? Number(text) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) return null;
  const seconds = Math.floor(number >= LATEST ? number / 1000 : number);
  return seconds >= EARLIEST && seconds < LATEST ? seconds : null;
}

/** An `email_address` marks a change of a person's settings; not in the older format, where every report has one. */
function aboutOf({ objectType, metric, isLegacy, data }: Envelope): 'message' | 'person' {
  if (objectType === 'customer') return 'person';
  const hasAddress = Object.hasOwn(data, 'email_address');
  return !isLegacy && SETTINGS_METRICS.includes(metric) && hasAddress ? 'person' : 'message';
}

/**
 * Customer.io docs: JSON text such as `{"topics":{"topic_1":true}}`; in other reports `content` is the message's HTML. Docs and
 * metrics differ in the name of this report, so an object is understood as its text is.
 */
function preferencesOf(metric: string, { content }: JsonObject): Record<string, string> {
  if (!metric.endsWith('subscription_preferences_changed')) return {};
  const text = ownFields(content) === null ? content : JSON.stringify(content);
  return typeof text === 'string' ? { content: cleanText(text, 4000) } : {};
}

/** Customer.io docs: customer_id mirrors the id, and is blank for a deleted person. */
function personOf({ objectType, data }: Envelope): PersonRef {
  const identifiers = ownFields(data.identifiers) ?? {};
  const id = scalarText(identifiers.id, 200) ?? scalarText(data.customer_id, 200);
  const cioId = scalarText(identifiers.cio_id, 200);
  const stated = emailOf(identifiers.email) ?? emailOf(data.email_address);
  if (stated !== null) return { id, email: stated, cioId };
  const [email = null] = addressesOf(recipientText(objectType, data).slice(0, MAX_RECIPIENT));
  const isNamed = id !== null || cioId !== null;
  return { id, email, cioId, ...(email !== null && isNamed ? { emailIsRecipient: true } : {}) };
}

/** A list that is too long to be read is empty: the person's own address may be in what is left out. */
function recipientsIn(objectType: string, data: JsonObject): string[] {
  const text = recipientText(objectType, data);
  return text.length <= MAX_RECIPIENT ? addressesOf(text) : [];
}

/** For other channels the recipient is a phone number, a Slack channel or a URL. */
function recipientText(objectType: string, { recipient }: JsonObject): string {
  return objectType === 'email' && typeof recipient === 'string' ? recipient : '';
}

function emailOf(value: unknown): string | null {
  return typeof value === 'string' && value.length <= 1000 ? addressIn(value) : null;
}

function isMachine(metric: string, data: JsonObject): boolean {
  if (metric === 'opened') return data.prefetched === true || data.machine === true;
  return metric === 'clicked' && data.machine === true;
}

function summaryOf({ name, machine, person, values }: MailReport, about: 'message' | 'person'): string {
  const what = name.replaceAll('_', ' ') + (machine ? ' by a machine' : '');
  const detail = values.subject ?? values.href ?? values.failure_message ?? null;
  const settings = about === 'person' && !name.startsWith('customer_') ? ' (by the person’s settings)' : '';
  const who = person.email ?? person.id ?? person.cioId ?? 'nobody known';
  return cleanText(`${what}${settings}${detail === null ? '' : `: ${detail}`} (${who})`, 300);
}

function refuse(reason: string): ReportReading {
  return { ok: false, reason };
}
