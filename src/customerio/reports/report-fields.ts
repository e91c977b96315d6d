import type { Json } from '../../domain/entities.ts';
import { removeControls } from '../../lib/control-characters.ts';
import type { JsonObject } from '../../lib/unknown-json.ts';

/**
 * The fields of a report that reaction texts may use: all documented fields with a single value, of every object type and
 * of the older format. A fixed list, because the names share a namespace with `deal` and `contact`: an unknown field could
 * shadow them, and a message's HTML would fill a note.
 */
export const TEXT_FIELDS = [
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

/** The longest value, in characters: enough for a long link. */
const MAX_VALUE = 4000;

/**
 * The text fields of a report, without control characters: subjects, links and the words of mail servers come from
 * strangers. Fields that are missing, null, lists or objects are left out.
 */
export function textValues(data: JsonObject): Record<string, Json> {
  const values: Record<string, Json> = {};
  for (const name of TEXT_FIELDS) {
    const value = data[name];
    if (typeof value === 'string') values[name] = removeControls(cleanText(value, MAX_VALUE));
    else if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value)))
      values[name] = value;
  }
  return values;
}

/** An id given as text or number, as text. Null where it is blank, longer than `max` or of another type. */
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
