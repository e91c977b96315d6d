import type { Json } from '../../domain/entities.ts';

/** The own fields of a JSON object: `__proto__` and `constructor` are not inherited ones. */
export type Fields = Record<string, unknown>;

/**
 * What reaction texts may use of a report's data: all documented fields that hold one value, of every object type and of
 * the older format. A list, and not everything that comes: these names are put beside `deal` and `contact`, and
 * neither a message's HTML nor a surprise belongs there.
 */
const TEXT_FIELDS = [
  'subject',
  'href',
  'link_id',
  'recipient',
  'failure_message',
  'email_address',
  'customer_id',
  'tracked_response',
  'inbound_event_id',
  'to',
  'prefetched',
  'proxied',
  'synthetic',
  'machine',
  'campaign_id',
  'campaign_name',
  'broadcast_id',
  'broadcast_name',
  'newsletter_id',
  'newsletter_name',
  'transactional_message_id',
  'action_id',
  'parent_action_id',
  'content_id',
  'trigger_id',
  'trigger_event_id',
  'journey_id',
  'template_id',
  'message_id',
  'message_name',
];

/** A link can be long; no text of a note needs more. */
const MAX_VALUE = 4000;

/** Null where the value is no object. */
export function fieldsOf(value: unknown): Fields | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  return Object.assign(Object.create(null), value);
}

/** Fields that are missing, null or no single value are left out. */
export function textValues(data: Fields): Record<string, Json> {
  const values: Record<string, Json> = {};
  for (const name of TEXT_FIELDS) {
    const value = data[name];
    if (typeof value === 'string') values[name] = cleanText(value, MAX_VALUE);
    else if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value)))
      values[name] = value;
  }
  return values;
}

/** An id as text, whether it came as a text or a number. Null where it is blank, longer than `max` or something else. */
export function scalarText(value: unknown, max: number): string | null {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : null;
  if (typeof value !== 'string' || value.length > max) return null;
  const text = cleanText(value, max).trim();
  return text === '' ? null : text;
}

/** Text that PostgreSQL can store (it refuses NUL and lone surrogates, in JSON too), cut to `max` characters. */
export function cleanText(text: string, max: number): string {
  const clean = text.replaceAll('\0', '').toWellFormed();
  return clean.length <= max ? clean : `${clean.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
