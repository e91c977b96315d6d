import { appError, appJson, type Call, type Reply } from '../http/replies.ts';
import { identifierText } from '../model/identifiers.ts';
import type { StoredObject } from '../model/objects.ts';
import type { Person } from '../model/people.ts';
import type { Workspace } from '../model/workspace.ts';
import { parseBody } from '../track/calls.ts';
import type { Json } from '../types.ts';
import { readFilter } from './filters.ts';
import { identifiersOf } from './identifiers.ts';
import { page } from './lists.ts';
import { unknownCall } from './not-simulated.ts';

const identifiersOfObject = ({ id, cioObjectId }: StoredObject) => ({
  cio_object_id: cioObjectId,
  object_id: id,
});

/** `/v1/object_types` */
export function objectTypes(ws: Workspace): Reply {
  const types = ws.objects.typeIds().map((id) => ({
    id,
    name: `Objects ${id}`,
    singular_name: `Object ${id}`,
    slug: `objects_${id}`,
    singular_slug: `object_${id}`,
    enabled: true,
    icon: '',
  }));
  return appJson(200, { types: types.length > 0 ? types : null });
}

/** `/v1/objects`: search, and one object's attributes and people. */
export function objects(ws: Workspace, call: Call): Reply {
  const [, , typeId, id, part] = call.path;
  if (call.method === 'POST' && typeId === undefined) return search(ws, call);
  if (call.method !== 'GET' || typeId === undefined || id === undefined) return unknownCall(call);
  const byCioId = call.query.get('id_type') === 'cio_object_id';
  const object = byCioId ? ws.objects.findByCioId(id) : ws.objects.find(typeId, id);
  if (!object || object.typeId !== typeId) return appError(404, 'object not found');
  if (part === 'attributes') return appJson(200, { object: shown(object) });
  return part === 'relationships' ? peopleOf(ws, object, call.query) : unknownCall(call);
}

const shown = (object: StoredObject) => ({
  attributes: Object.fromEntries([...object.attributes].map(([name, value]) => [name, asText(value)])),
  timestamps: Object.fromEntries(object.stamps),
  identifiers: { object_type_id: object.typeId, ...identifiersOfObject(object) },
});

const asText = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

function search(ws: Workspace, call: Call): Reply {
  const parsed = parseBody(call.body);
  const body = 'value' in parsed ? parsed.value : {};
  const typeId = identifierText(body.object_type_id);
  const filter = readFilter(body.filter);
  if (typeId === null) return appError(400, 'object_type_id is required');
  if (!filter) return appError(400, 'filter is not valid');
  const found = ws.objects
    .ofType(typeId)
    .filter((object) =>
      filter({ attribute: (name) => object.attributes.get(name), isInSegment: () => false }),
    );
  const { items, next } = page(found, call.query, { usual: 1000, most: 1000 });
  return appJson(200, {
    identifiers: items.map(identifiersOfObject),
    ids: items.map(({ id }) => id),
    next,
  });
}

function peopleOf(ws: Workspace, object: StoredObject, query: URLSearchParams): Reply {
  const people = [...object.people.keys()]
    .map((cioId) => ws.people.find({ kind: 'cio_id', value: cioId }))
    .filter((person) => person !== undefined);
  const { items, next } = page(people, query, { usual: 100, most: 1000 });
  const relationship = (person: Person) => ({
    identifiers: identifiersOf(ws, person),
    object_type_id: object.typeId,
    object_type_disabled: false,
  });
  return appJson(200, { cio_relationships: items.map(relationship), next });
}

/** `/v1/customers/{id}/relationships` */
export function objectsOf(ws: Workspace, person: Person, query: URLSearchParams): Reply {
  const { items, next } = page(ws.objects.relatedTo(person.cioId), query, { usual: 100, most: 1000 });
  const relationship = (object: StoredObject) => ({
    identifiers: identifiersOfObject(object),
    object_type_id: object.typeId,
    object_type_disabled: false,
  });
  return appJson(200, { cio_relationships: items.map(relationship), next });
}
