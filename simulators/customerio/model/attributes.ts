import { customerFields } from '../reports/data.ts';
import type { Json, JsonObject, ObjectType } from '../types.ts';
import { isInstruction, isObject, limits } from './limits.ts';
import type { Person } from './people.ts';
import { relatePerson } from './relationships.ts';
import type { Workspace } from './workspace.ts';

/** Applies the plain attributes of an identify call, each unless a newer update of it came before. */
export function applyAttributes(
  ws: Workspace,
  person: Person,
  attributes: JsonObject,
  stamp: number | null,
): void {
  const skipped: string[] = [];
  const at = stamp ?? ws.seconds();
  for (const [name, value] of Object.entries(attributes)) {
    if (isInstruction(name) || name === 'id' || (name === 'email' && !ws.rules.idOnly)) continue;
    if (stamp !== null && stamp < (person.stamps.get(name) ?? 0)) {
      skipped.push(name);
      continue;
    }
    person.stamps.set(name, at);
    setAttribute(ws, person, name, value);
  }
  if (skipped.length > 0) {
    ws.activities.add({
      type: 'skipped_update',
      data: { attributes: skipped, reason: 'A newer update was already processed.' },
      cioId: person.cioId,
    });
  }
  applyPreferences(ws, person, attributes);
  relatePerson(ws, person, attributes.cio_relationships);
}

function setAttribute(ws: Workspace, person: Person, name: string, value: Json): void {
  // Removal by null or "" is documented for objects and commonly done for people.
  if (value === null || value === '') {
    person.attributes.delete(name);
  } else if (!person.attributes.has(name) && person.attributes.size >= limits.attributes) {
    const reason = `A person cannot have more than ${limits.attributes} attributes.`;
    ws.activities.add({
      type: 'failed_attribute_change',
      data: { [name]: { reason, value } },
      cioId: person.cioId,
    });
    return;
  } else {
    person.attributes.set(name, value);
  }
  if (name === 'unsubscribed') setUnsubscribed(ws, person, meansUnsubscribed(value));
}

/** `true`, "true" in any case, 1 and "1" unsubscribe; everything else subscribes (Customer.io docs). */
export function meansUnsubscribed(value: Json | undefined): boolean {
  return value === true || value === 1 || value === '1' || String(value).toLowerCase() === 'true';
}

/**
 * Changes the person's setting, and reports it when it really changed.
 * @param channel what triggered the change, and so names the report
 */
export function setUnsubscribed(
  ws: Workspace,
  person: Person,
  unsubscribed: boolean,
  channel: ObjectType = 'customer',
): void {
  if (person.unsubscribed === unsubscribed) return;
  logChange(ws, person, 'unsubscribed', person.unsubscribed, unsubscribed);
  person.unsubscribed = unsubscribed;
  person.attributes.set('unsubscribed', unsubscribed);
  ws.reports.emit({
    objectType: channel,
    metric: unsubscribed ? 'unsubscribed' : 'subscribed',
    data: customerFields(ws, person),
    subscription: unsubscribed ? 'customer_unsubscribed' : 'customer_subscribed',
  });
}

const topicPrefix = 'cio_subscription_preferences.topics.';

function applyPreferences(ws: Workspace, person: Person, attributes: JsonObject): void {
  const whole = attributes.cio_subscription_preferences;
  let topics = isObject(whole) && isObject(whole.topics) ? booleans(whole.topics) : { ...person.topics };
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith(topicPrefix))
      topics = { ...topics, [name.slice(topicPrefix.length)]: value === true };
  }
  const before = JSON.stringify(person.topics);
  person.topics = topics;
  if (JSON.stringify(topics) === before) return;
  logPreferences(ws, person, before);
  reportPreferences(ws, person);
}

/** The activity of a changed attribute; values are text. Only changes of consent are kept here. */
export function logChange(ws: Workspace, person: Person, name: string, from: Json, to: Json): void {
  const text = (value: Json) => (typeof value === 'string' ? value : JSON.stringify(value));
  const data = { [name]: { from: text(from), to: text(to) } };
  ws.activities.add({ type: 'attribute_change', name, data, cioId: person.cioId });
}

/** `before` is the JSON of the topics. */
export function logPreferences(ws: Workspace, person: Person, before: string): void {
  const name = 'cio_subscription_preferences';
  logChange(ws, person, name, `{"topics":${before}}`, { topics: person.topics });
}

function booleans(topics: JsonObject): Record<string, boolean> {
  return Object.fromEntries(Object.entries(topics).map(([name, value]) => [name, value === true]));
}

/** `content` is JSON in a string, and sent only to webhooks with Body Content on. */
export function reportPreferences(ws: Workspace, person: Person) {
  return ws.reports.emit({
    objectType: 'customer',
    metric: 'cio_subscription_preferences_changed',
    data: { ...customerFields(ws, person), content: JSON.stringify({ topics: person.topics }) },
  });
}
