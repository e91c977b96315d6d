import { asObject, asText, type JsonObject, ownProperty, textOrNull } from '../../lib/unknown-json.ts';
import { type IdType, type PersonIdentifiers, readIdentifiers } from './people.ts';
import { type AppTransport, identifierPart, listIn } from './transport.ts';

/** An entry of the workspace's activity log. */
export interface Activity {
  /** A ULID. */
  id: string;
  /** Such as `opened_email`, `attribute_change`, `failed_attribute_change`. */
  type: string;
  /** The name of an event; blank for most other types. */
  name: string;
  /** Unix seconds. */
  timestamp: number;
  person: PersonIdentifiers;
  /** The message, for activities of messages. */
  deliveryId: string | null;
  /** For `attribute_change`: `{<attribute>: {from, to}}`. For `failed_attribute_change`: `{<attribute>: {reason, value}}`. */
  data: JsonObject;
}

export interface ActivityPage {
  /** The newest first. */
  activities: Activity[];
  /** The `start` of the next page; null at the end. */
  next: string | null;
}

export interface ActivityQuery {
  /** The `next` of the page before; none for the newest page. */
  start?: string | null | undefined;
  /** At most 100, which is the default. */
  limit?: number | undefined;
  /** Only activities with this name of an event, or of this attribute. */
  name?: string | undefined;
  /** Only activities of this person. */
  person?: { idType: IdType; id: string } | undefined;
}

const MAX_PAGE = 100;
/** An activity carries what a call sent, up to 32 KB; most have some hundred bytes. */
const MAX_PAGE_BYTES = 8_000_000;

/**
 * A page of the activity log of the workspace or of one person (Customer.io docs: `GET /v1/activities`,
 * `GET /v1/customers/{id}/activities`; 30 days are guaranteed). Empty for a person that does not exist.
 */
export async function readActivities(
  transport: AppTransport,
  type: string,
  { start, limit = MAX_PAGE, name, person }: ActivityQuery = {},
): Promise<ActivityPage> {
  const query = new URLSearchParams({ type, limit: String(Math.min(limit, MAX_PAGE)) });
  if (name !== undefined) query.set('name', name);
  if (start) query.set('start', start);
  if (person) query.set('id_type', person.idType);
  const base = person ? `/v1/customers/${identifierPart(person.id)}/activities` : '/v1/activities';
  const answer = await transport.find(
    {
      method: 'GET',
      path: `${base}?${query}`,
      template: person ? '/v1/customers/{id}/activities' : base,
      maxBytes: MAX_PAGE_BYTES,
    },
    person ? [404] : [],
  );
  if (answer === null) return { activities: [], next: null };
  return {
    activities: listIn(answer, 'activities').map((entry) => readActivity(asObject(entry))),
    next: textOrNull(ownProperty(answer.body.json, 'next')),
  };
}

/** `customer_id` is the only identifier in a workspace that identifies by `id` alone. */
function readActivity(entry: JsonObject): Activity {
  const person = readIdentifiers(asObject(entry.customer_identifiers));
  const data = asObject(entry.data);
  return {
    id: asText(entry.id),
    type: asText(entry.type),
    name: asText(entry.name),
    timestamp: typeof entry.timestamp === 'number' ? entry.timestamp : 0,
    person: { ...person, id: person.id ?? textOrNull(entry.customer_id) },
    deliveryId: textOrNull(entry.delivery_id) ?? textOrNull(data.delivery_id),
    data,
  };
}
