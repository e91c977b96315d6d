import { identifierText, pathRef } from '../model/identifiers.ts';
import { isObject, missing, problem } from '../model/limits.ts';
import { isUlid } from '../model/ulid.ts';
import type { Parsed } from '../track/calls.ts';
import type { Json, JsonObject } from '../types.ts';

export interface Rules {
  idOnly: boolean;
  nonUlidIds: 'accept' | 'refuse';
}

/**
 * What a call of the Pipelines API does to the workspace, written as an item of Track v2; null for a valid call that
 * does nothing.
 */
export function itemOf(call: JsonObject, rules: Rules): Parsed | null {
  if (call.type === 'group') return groupItem(call, rules);
  const identifiers = identifiersOf(call, rules);
  if (!identifiers) return { problem: missing('userId', 'userId or anonymousId is required') };
  const person = { type: 'person', identifiers, ...timeOf(call) };
  const properties = objectOr(call.properties);
  switch (call.type) {
    case 'identify':
      return { value: { ...person, action: 'identify', attributes: traitsOf(call) } };
    case 'track':
      return trackItem(call, person, properties, rules);
    // Segments look at the address of a page, and so it is the name of the event in Track too.
    case 'page':
      return viewItem(call, person, properties.url ?? call.name, rules);
    case 'screen':
      return viewItem(call, person, call.name, rules);
    default:
      return { problem: problem('type', 'type must be identify, track, page, screen or group') };
  }
}

/** Semantic events act on people, devices and objects, and are not stored as events (Customer.io docs). */
function trackItem(call: JsonObject, person: JsonObject, properties: JsonObject, rules: Rules): Parsed {
  switch (call.event) {
    case 'User Deleted':
      return { value: { ...person, action: 'delete' } };
    case 'User Suppressed':
      return { value: { ...person, action: 'suppress' } };
    case 'User Unsuppressed':
      return { value: { ...person, action: 'unsuppress' } };
    case 'Device Created or Updated':
      return { value: { ...person, action: 'add_device', device: deviceOf(call, properties) } };
    case 'Device Deleted':
      return { value: { ...person, action: 'delete_device', device: deviceOf(call, properties) } };
    case 'Relationship Deleted': {
      const relationship = { identifiers: objectIdentifiers(properties.objectTypeId, properties.objectId) };
      return { value: { ...person, action: 'delete_relationships', cio_relationships: [relationship] } };
    }
    case 'Object Deleted': {
      const identifiers = objectIdentifiers(properties.objectTypeId, properties.objectId);
      return { value: { type: 'object', action: 'delete', identifiers } };
    }
    default:
      return eventItem(call, person, call.event, rules);
  }
}

/** The docs show the device in `context`, and in `properties` for the library of browsers. */
const deviceOf = (call: JsonObject, properties: JsonObject): JsonObject =>
  objectOr(isObject(properties.device) ? properties.device : objectOr(call.context).device);

/** A view may have no name here, unlike in Track; that nothing comes of it then is an assumption. */
function viewItem(call: JsonObject, person: JsonObject, name: Json | undefined, rules: Rules): Parsed | null {
  return name === undefined ? null : eventItem(call, person, name, rules);
}

function eventItem(call: JsonObject, person: JsonObject, name: Json | undefined, rules: Rules): Parsed {
  const { messageId, properties: attributes = {}, type } = call;
  // The rule about ids of events is one of Track: a client of this API sends a UUID.
  const mayHaveId = rules.nonUlidIds === 'accept' || (typeof messageId === 'string' && isUlid(messageId));
  const id: JsonObject = mayHaveId && messageId !== undefined ? { id: messageId } : {};
  const action = type === 'track' ? 'event' : String(type);
  return { value: { ...person, ...id, action, attributes, ...(name === undefined ? {} : { name }) } };
}

/**
 * A group is an object of the type in its traits, of the first type where they name none. Nobody waits here to be
 * related: an anonymous caller changes the object only.
 */
function groupItem(call: JsonObject, rules: Rules): Parsed {
  const groupId = identifierText(call.groupId);
  if (groupId === null) return { problem: missing('groupId', 'groupId is required') };
  const { objectTypeId, relationshipAttributes, ...attributes } = objectOr(call.traits);
  const userId = identifierText(call.userId);
  const relationship: JsonObject = {
    ...(userId === null ? {} : { identifiers: personIdentifiers(userId, rules) }),
    ...(isObject(relationshipAttributes) ? { relationship_attributes: relationshipAttributes } : {}),
  };
  return {
    value: {
      type: 'object',
      action: 'identify',
      identifiers: objectIdentifiers(objectTypeId, groupId),
      attributes,
      ...(userId === null ? {} : { cio_relationships: [relationship] }),
    },
  };
}

function objectIdentifiers(type: Json | undefined, id: Json | undefined): JsonObject {
  return { object_type_id: identifierText(type) ?? '1', ...(id === undefined ? {} : { object_id: id }) };
}

function identifiersOf(call: JsonObject, rules: Rules): JsonObject | null {
  const userId = identifierText(call.userId);
  if (userId !== null) return personIdentifiers(userId, rules);
  const anonymousId = identifierText(call.anonymousId);
  return anonymousId === null ? null : { anonymous_id: anonymousId };
}

function personIdentifiers(userId: string, rules: Rules): JsonObject {
  const { kind, value } = pathRef(userId, rules.idOnly);
  return { [kind]: value };
}

/** With both ids, what the anonymous visitor did becomes the person's. */
function traitsOf(call: JsonObject): Json {
  if (call.traits !== undefined && !isObject(call.traits)) return call.traits;
  const both = identifierText(call.userId) !== null && identifierText(call.anonymousId) !== null;
  return { ...call.traits, ...(both ? { anonymous_id: call.anonymousId as Json } : {}) };
}

/** ISO 8601 becomes unix seconds; one that cannot be read is left out, and the time of receipt stands in. */
function timeOf(call: JsonObject): JsonObject {
  const at = typeof call.timestamp === 'string' ? Date.parse(call.timestamp) : Number.NaN;
  return Number.isNaN(at) ? {} : { timestamp: Math.floor(at / 1000) };
}

const objectOr = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});
