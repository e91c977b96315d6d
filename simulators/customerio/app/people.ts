import { appError, appJson, type Call, type Reply } from '../http/replies.ts';
import { identifierText, type Ref } from '../model/identifiers.ts';
import { attributesOf, type Person } from '../model/people.ts';
import type { Workspace } from '../model/workspace.ts';
import { parseBody } from '../track/calls.ts';
import type { Json } from '../types.ts';
import { identifiersOf } from './identifiers.ts';
import { appActivities, appMessages } from './lists.ts';

/** `/v1/customers…`: null for a path that does not exist. */
export function appPeople(ws: Workspace, call: Call): Reply | null {
  const [, , identifier, part] = call.path;
  if (call.method === 'GET' && identifier === undefined) return byEmail(ws, call.query);
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
  if (part === 'subscription_preferences') return preferences(ws, person);
  return null;
}

function appRef(value: string, idType: string | null): Ref | null {
  const kind = idType ?? 'id';
  if (kind !== 'id' && kind !== 'email' && kind !== 'phone' && kind !== 'cio_id') return null;
  return { kind, value };
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

function many(ws: Workspace, body: string): Reply {
  const parsed = parseBody(body);
  const ids = 'value' in parsed && Array.isArray(parsed.value.ids) ? parsed.value.ids : null;
  if (!ids || ids.length > 100) return appError(422, 'ids must have at most 100 entries', '/ids');
  const people = ids.map((id) => ws.people.find({ kind: 'id', value: identifierText(id) ?? '' }));
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
  const ids = [...ws.segments].filter(([, members]) => members.has(person.cioId)).map(([id]) => Number(id));
  return appJson(200, { segments: ids.length > 0 ? ids.map((id) => ({ id, type: 'manual' })) : null });
}

function preferences(ws: Workspace, person: Person): Reply {
  const topics = Object.entries(person.topics).map(([id, subscribed]) => ({ identifier: id, subscribed }));
  return appJson(200, {
    customer: {
      id: person.id,
      identifiers: identifiersOf(ws, person),
      topics,
      unsubscribed: person.unsubscribed,
    },
  });
}
