import { asObject, asText, type JsonObject, textOrNull } from '../lib/unknown-json.ts';
import type { Activity } from './app-api/activities.ts';

/**
 * What Customer.io accepts with 200 and then refuses is in its activity log only (Customer.io docs, "Activity logs";
 * `failed_attribute_change` seen in public threads as `{"email":{"reason":"…","value":"…"}}`).
 */
export const REFUSAL_TYPES = ['failed_attribute_change', 'failed_event', 'skipped_update'] as const;

/** A part of an accepted call that was refused. */
export interface Refusal {
  /** The identifiers by which the call may have named the person. */
  identifiers: string[];
  /** `identify` or `track`: the kind of call. */
  call: 'identify' | 'track';
  /** The refused attribute or event; null where the whole update was refused. */
  name: string | null;
  /** The value that was refused; null where the log does not say. */
  value: string | null;
  /** Customer.io's reason. */
  reason: string;
  /** Unix seconds. */
  at: number;
}

/** The refusals of an activity: one for each attribute that it names. */
export function refusalsIn(activity: Activity): Refusal[] {
  const { type, data, person, timestamp: at } = activity;
  const named = [person.id, person.email, person.cioId].filter((name) => name !== null);
  if (type === 'failed_event') {
    const reason = asText(data.reason) || reasonIn(data) || UNKNOWN;
    return [{ identifiers: named, call: 'track', name: activity.name || null, value: null, reason, at }];
  }
  const attributes = Object.entries(data).filter(([, detail]) => asText(asObject(detail).reason) !== '');
  if (attributes.length === 0)
    return [
      {
        identifiers: named,
        call: 'identify',
        name: null,
        value: null,
        reason: asText(data.reason) || UNKNOWN,
        at,
      },
    ];
  return attributes.map(([name, detail]) => {
    const { reason, value } = asObject(detail);
    const text = textOrNull(value);
    const identifier = IDENTIFIERS.has(name) ? text : null;
    return {
      identifiers: identifier === null ? named : [...named, identifier],
      call: 'identify' as const,
      name,
      value: text,
      reason: asText(reason),
      at,
    };
  });
}

const IDENTIFIERS = new Set(['id', 'email', 'cio_id']);
const UNKNOWN = 'Customer.io gives no reason.';

/** `failed_event` names the reason under the identifier, as `failed_attribute_change` does. */
function reasonIn(data: JsonObject): string {
  const details = Object.values(data).map((detail) => asText(asObject(detail).reason));
  return details.find((reason) => reason !== '') ?? '';
}
