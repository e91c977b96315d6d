import type { Json, JsonObject } from '../types.ts';
import { identifierText, objectRef } from './identifiers.ts';
import { isObject } from './limits.ts';
import type { StoredObject } from './objects.ts';
import type { Person } from './people.ts';
import type { Workspace } from './workspace.ts';

type Change = 'add_relationships' | 'delete_relationships';

/** The object that identifiers name. @param create whether an unknown object_id makes one; a cio_object_id never does */
export function objectFor(
  ws: Workspace,
  identifiers: Json | undefined,
  create: boolean,
): StoredObject | undefined {
  if (!isObject(identifiers)) return undefined;
  const type = identifierText(identifiers.object_type_id);
  const id = identifierText(identifiers.object_id);
  const cioId = identifierText(identifiers.cio_object_id);
  if (cioId !== null) return ws.objects.findByCioId(cioId);
  if (type === null || id === null) return undefined;
  return create ? ws.objects.getOrCreate(type, id) : ws.objects.find(type, id);
}

/** `{ action, relationships }`, as a person's call carries it: each relationship names an object. */
export function relatePerson(ws: Workspace, person: Person, change: Json | undefined): void {
  if (!isObject(change) || !Array.isArray(change.relationships)) return;
  if (change.action !== 'add_relationships' && change.action !== 'delete_relationships') return;
  for (const relationship of change.relationships) {
    if (!isObject(relationship)) continue;
    const object = objectFor(ws, relationship.identifiers, change.action === 'add_relationships');
    setRelationship(person, object, relationship, change.action);
  }
}

/** As an object's call carries it: each relationship names a person. One that nobody is, relates to nobody. */
export function relateObject(
  ws: Workspace,
  object: StoredObject,
  list: Json | undefined,
  change: Change,
): void {
  for (const relationship of Array.isArray(list) ? list : []) {
    const read = objectRef(isObject(relationship) ? relationship.identifiers : undefined, 'identifiers', [
      'id',
      'email',
      'cio_id',
    ]);
    const person = 'ref' in read ? ws.people.find(read.ref) : undefined;
    const identifiers = { object_type_id: object.typeId, object_id: object.id };
    if (person) setRelationship(person, object, { ...(relationship as JsonObject), identifiers }, change);
  }
}

function setRelationship(
  person: Person,
  object: StoredObject | undefined,
  relationship: JsonObject,
  change: Change,
): void {
  const key = JSON.stringify(relationship.identifiers);
  const { relationship_attributes: attributes } = relationship;
  if (change === 'add_relationships') {
    person.relationships.set(key, relationship);
    object?.people.set(person.cioId, isObject(attributes) ? attributes : {});
  } else {
    person.relationships.delete(key);
    object?.people.delete(person.cioId);
  }
}
