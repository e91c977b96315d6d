import type { Json, JsonObject, Report } from '../types.ts';

export interface WireOptions {
  format: 'current' | 'legacy';
  /** Body Content: without it `content`, `headers` and `variables` are left out. */
  withContent: boolean;
}

const contentKeys = new Set(['content', 'headers', 'variables']);

/** The bytes of one report: compact JSON with sorted keys, as real deliveries are. One object, never an array. */
export function wireBody(report: Report, options: WireOptions): string {
  const shown = options.withContent ? report : { ...report, data: withoutContent(report.data) };
  const plain: JsonObject = options.format === 'legacy' ? legacy(shown) : { ...shown };
  return JSON.stringify(sorted(plain));
}

function withoutContent(data: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(data).filter(([key]) => !contentKeys.has(key)));
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, sorted(value[key] as Json)]));
}

/**
 * The format of about 2012 to 2020, as public client code of that time has it: `event_type` instead of
 * object_type and metric, ids as text, `email_id` for the delivery, an address that may carry a name.
 */
function legacy(report: Report): JsonObject {
  const { data } = report;
  const old: JsonObject = { customer_id: data.customer_id ?? '' };
  const address = data.recipient ?? data.email_address;
  if (address !== undefined) old.email_address = address;
  if (data.delivery_id !== undefined) old.email_id = data.delivery_id;
  for (const key of ['campaign_id', 'newsletter_id', 'template_id'] as const) {
    if (data[key] !== undefined) old[key] = String(data[key]);
  }
  if (data.action_id !== undefined) old.message_id = String(data.action_id);
  for (const key of [
    'campaign_name',
    'subject',
    'href',
    'link_id',
    'failure_message',
    'variables',
  ] as const) {
    if (data[key] !== undefined) old[key] = data[key];
  }
  return {
    data: old,
    event_id: report.event_id,
    event_type: `${report.object_type}_${report.metric}`,
    timestamp: report.timestamp,
  };
}
