import { appError, appJson, type Call, type Reply } from '../http/replies.ts';
import { identifierText } from '../model/identifiers.ts';
import { attributesOf, type Person } from '../model/people.ts';
import type { Workspace } from '../model/workspace.ts';
import { parseBody } from '../track/calls.ts';
import type { Json } from '../types.ts';
import { readFilter } from './filters.ts';
import { appRef, identifiersOf } from './identifiers.ts';
import { appActivities, appMessages, page } from './lists.ts';
import { objectsOf } from './objects.ts';
import { subscriptionPreferences } from './subscriptions.ts';

/** `/v1/customers…`: null for a path that does not exist. */
export function appPeople(ws: Workspace, call: Call): Reply | null {
  const [, , identifier, part] = call.path;
  if (call.method === 'GET' && identifier === undefined) return byEmail(ws, call.query);
  if (call.method === 'POST' && identifier === undefined) return search(ws, call);
  if (call.method === 'POST' && identifier === 'attributes' && part === undefined) return many(ws, call.body);
  if (call.method !== 'GET' || identifier === undefined) return null;
  const ref = appRef(identifier, call.query.get('id_type'));
  if (!ref) return appError(400, 'id_type must be id, email, phone or cio_id');
  const person = ws.people.find(ref);
  if (!person) return appError(404, 'customer not found');
  if (part === 'attributes') return appJson(200, { customer: shown(ws, person) });
  if (part === 'activities') return appActivities(ws, call.query, person);
  if (part === 'messages') return appMessages(ws, call.query, person);
  if (part === 'segments') return segments(ws, person);
  if (part === 'relationships') return objectsOf(ws, person, call.query);
  if (part === 'subscription_preferences') return subscriptionPreferences(ws, person);
  return null;
}

/** As at Customer.io, an unencoded `+` arrives as a space, so no person is found. */
function byEmail(ws: Workspace, query: URLSearchParams): Reply {
  const email = query.get('email');
  if (!email) return appError(400, 'email is required');
  const results = ws.people.withEmail(email).map((person) => ({
    email: attributesOf(person).email,
    id: person.id,
    cio_id: person.cioId,
  }));
  return appJson(200, { results });
}

/** `POST /v1/customers` with a filter. The order of what is found is not documented. */
function search(ws: Workspace, call: Call): Reply {
  const parsed = parseBody(call.body);
  const filter = 'value' in parsed ? readFilter(parsed.value.filter) : null;
  if (!filter) return appError(400, 'filter is not valid');
  const found = [...ws.people.all()].filter((person) => {
    const attributes = attributesOf(person);
    return filter({
      attribute: (name) => (name === 'cio_id' ? person.cioId : attributes[name]),
      isInSegment: (id) => ws.segments.get(id)?.members.has(person.cioId) ?? false,
    });
  });
  const { items, next } = page(found, call.query, { usual: 1000, most: 1000 });
  return appJson(200, {
    identifiers: items.map((person) => identifiersOf(ws, person)),
    ids: items.map(({ id }) => id ?? ''),
    next,
  });
}

function many(ws: Workspace, body: string): Reply {
  const parsed = parseBody(body);
  const ids = 'value' in parsed && Array.isArray(parsed.value.ids) ? parsed.value.ids : null;
  if (!ids || ids.length > 100) return appError(422, 'ids must have at most 100 entries', '/ids');
  const people = ids.map((id) => ws.people.find(appRef(identifierText(id) ?? '', null)!));
  return appJson(200, { customers: people.filter((one) => one !== undefined).map((one) => shown(ws, one)) });
}

/** A person as the App API shows them: every attribute is text there (Customer.io docs). */
function shown(ws: Workspace, person: Person) {
  const attributes = attributesOf(person);
  return {
    id: person.id ?? '',
    identifiers: { ...identifiersOf(ws, person) },
    attributes: Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, asText(value)])),
    timestamps: Object.fromEntries(person.stamps),
    unsubscribed: person.unsubscribed,
    devices: [...person.devices.values()],
  };
}

function asText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function segments(ws: Workspace, person: Person): Reply {
  const ids = ws.segments
    .all()
    .filter(({ members }) => members.has(person.cioId))
    .map(({ id }) => id);
  return appJson(200, { segments: ids.length > 0 ? ids.map((id) => ({ id, type: 'manual' })) : null });
}
