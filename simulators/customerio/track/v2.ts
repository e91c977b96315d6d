import { accepted, type Call, notFoundTrack, type Reply, refusedV2, trackJson } from '../http/replies.ts';
import { objectRef, type Ref, refProblems } from '../model/identifiers.ts';
import {
  attributeProblems,
  isObject,
  limits,
  longerThan,
  missing,
  type Problem,
  problem,
} from '../model/limits.ts';
import type { StoredObject } from '../model/objects.ts';
import { objectFor, relateObject } from '../model/relationships.ts';
import type { Workspace } from '../model/workspace.ts';
import type { Json, JsonObject } from '../types.ts';
import { parseBody, readEvent, type TrackCalls, unixSeconds } from './calls.ts';
import { deliveryReport } from './public-calls.ts';

/** A valid item becomes the function that applies it. */
type Checked = { apply: () => void } | { problems: Problem[] };

/** Answers `/api/v2/entity` and `/api/v2/batch` for a caller who is signed in. */
export function trackV2(calls: TrackCalls, call: Call): Reply {
  const resource = call.path[2];
  if (call.method !== 'POST' || call.path.length !== 3) return notFoundTrack;
  if (resource === 'entity') return entity(calls, call.body);
  if (resource === 'batch') return batch(calls, call.body);
  return notFoundTrack;
}

function entity(calls: TrackCalls, body: string): Reply {
  if (longerThan(body, limits.itemBytes))
    return refusedV2([problem('', 'request cannot be larger than 32 KB')]);
  const parsed = parseBody(body);
  if ('problem' in parsed) return refusedV2([parsed.problem]);
  const checked = checkItem(calls, parsed.value);
  if ('problems' in checked) return refusedV2(checked.problems);
  checked.apply();
  return accepted;
}

/** Refuses a batch as a whole when it cannot be read; else applies what is valid and names the rest with 207. */
function batch(calls: TrackCalls, body: string): Reply {
  if (longerThan(body, limits.batchBytes))
    return refusedV2([problem('batch', 'batch cannot be larger than 500 KB')]);
  const parsed = parseBody(body);
  if ('problem' in parsed) return refusedV2([parsed.problem]);
  const items = parsed.value.batch;
  if (!Array.isArray(items) || items.length === 0)
    return refusedV2([missing('batch', 'batch must not be empty')]);
  const errors: JsonObject[] = [];
  for (const [batch_index, item] of items.entries()) {
    const checked = checkItem(calls, item);
    if ('apply' in checked) checked.apply();
    else
      for (const { reason, field, message } of checked.problems) {
        errors.push({ batch_index, reason, field, message });
      }
  }
  const reply = errors.length === 0 ? accepted : trackJson(207, { errors });
  return { ...reply, items: items.length };
}

export function checkItem(calls: TrackCalls, item: Json): Checked {
  if (!isObject(item)) return refuse(problem('', 'item must be an object'));
  // The length of the item as the server would write it: a caller's spaces do not count here.
  if (longerThan(JSON.stringify(item), limits.itemBytes))
    return refuse(problem('', 'item cannot be larger than 32 KB'));
  if (item.type === 'person') return checkPerson(calls, item);
  if (item.type === 'object') return checkObject(calls, item);
  if (item.type === 'delivery') return checkDelivery(calls, item);
  return refuse(problem('type', 'type must be person, object or delivery'));
}

function refuse(...problems: Problem[]): Checked {
  return { problems };
}

function checkPerson(calls: TrackCalls, item: JsonObject): Checked {
  if (item.action === 'merge') return checkMerge(calls, item);
  const kinds = calls.ws.rules.idOnly
    ? (['id', 'cio_id', 'anonymous_id'] as const)
    : (['id', 'email', 'phone', 'cio_id', 'anonymous_id'] as const);
  const read = objectRef(item.identifiers, 'identifiers', kinds);
  if ('problem' in read) return refuse(read.problem);
  const problems = refProblems(read.ref, calls.isOurs);
  if (problems.length > 0) return refuse(...problems);
  return checkAction(calls, item, read.ref);
}

function checkAction(calls: TrackCalls, item: JsonObject, ref: Ref): Checked {
  switch (item.action) {
    case 'identify':
      return checkIdentify(calls, item, ref);
    case 'event':
    case 'page':
    case 'screen':
      return checkEvent(calls, item, ref);
    case 'delete':
      return { apply: () => calls.remove(ref) };
    case 'suppress':
      return { apply: () => calls.suppress(ref) };
    case 'unsuppress':
      return { apply: () => calls.unsuppress(ref) };
    case 'add_device':
    case 'delete_device':
      return checkDevice(calls, item, ref);
    case 'add_relationships':
    case 'delete_relationships':
      return checkRelationships(calls, item, ref);
    default:
      return refuse(problem('action', 'action is not supported'));
  }
}

function checkIdentify(calls: TrackCalls, item: JsonObject, ref: Ref): Checked {
  const attributes = item.attributes ?? {};
  if (!isObject(attributes)) return refuse(problem('attributes', 'attributes must be an object'));
  const problems = attributeProblems(attributes);
  if (item.timestamp !== undefined && unixSeconds(item.timestamp) === null) {
    problems.push(problem('timestamp', 'timestamp must be a unix timestamp in seconds'));
  }
  if (problems.length > 0) return refuse(...problems);
  // Relationships stand beside the attributes, as a plain list (Customer.io docs).
  const { cio_relationships: relationships } = item;
  const change: JsonObject = Array.isArray(relationships)
    ? { cio_relationships: { action: 'add_relationships', relationships } }
    : {};
  // Here the ordering stamp is the item's own timestamp, not `_timestamp`.
  return { apply: () => calls.identify(ref, { ...attributes, ...change }, unixSeconds(item.timestamp)) };
}

/** The data of an event is called `attributes` here. */
function checkEvent(calls: TrackCalls, item: JsonObject, ref: Ref): Checked {
  const { id, name, action: type, timestamp, attributes: data } = item;
  if (timestamp !== undefined && unixSeconds(timestamp) === null) {
    return refuse(problem('timestamp', 'timestamp must be a unix timestamp in seconds'));
  }
  const read = readEvent({ id, name, type, timestamp, data }, 'attributes', calls.ws.rules.nonUlidIds);
  if ('problems' in read) return refuse(...read.problems);
  const { event } = read;
  if (ref.kind !== 'anonymous_id') return { apply: () => calls.track(ref, event) };
  return { apply: () => calls.trackAnonymous(ref.value, event) };
}

function checkMerge(calls: TrackCalls, item: JsonObject): Checked {
  const primary = objectRef(item.primary, 'primary', ['id', 'email', 'cio_id']);
  if ('problem' in primary) return refuse(primary.problem);
  const secondary = objectRef(item.secondary, 'secondary', ['id', 'email', 'cio_id']);
  if ('problem' in secondary) return refuse(secondary.problem);
  return { apply: () => calls.merge(primary.ref, secondary.ref) };
}

function checkDevice(calls: TrackCalls, item: JsonObject, ref: Ref): Checked {
  const { device } = item;
  if (!isObject(device) || typeof device.token !== 'string')
    return refuse(missing('device', 'device is required'));
  const token = device.token;
  return {
    apply: () =>
      calls.change(() => {
        const devices = calls.ws.people.find(ref)?.devices;
        if (item.action === 'add_device') devices?.set(token, device);
        else devices?.delete(token);
      }),
  };
}

function checkRelationships(calls: TrackCalls, item: JsonObject, ref: Ref): Checked {
  const relationships = item.cio_relationships;
  if (!Array.isArray(relationships))
    return refuse(missing('cio_relationships', 'cio_relationships is required'));
  const change: JsonObject = { action: String(item.action), relationships };
  return { apply: () => calls.identify(ref, { cio_relationships: change }, null) };
}

function checkObject(calls: TrackCalls, item: JsonObject): Checked {
  const identifiers = isObject(item.identifiers) ? item.identifiers : {};
  const { object_type_id: type, object_id: id, cio_object_id: cioId } = identifiers;
  if (cioId === undefined && (type === undefined || id === undefined)) {
    return refuse(
      missing('identifiers', 'identifiers must have object_type_id and object_id, or cio_object_id'),
    );
  }
  if (
    !['identify', 'identify_anonymous', 'delete', 'add_relationships', 'delete_relationships'].includes(
      String(item.action),
    )
  ) {
    return refuse(problem('action', 'action is not supported'));
  }
  return { apply: () => calls.change(() => changeObject(calls.ws, item)) };
}

/** By `cio_object_id` an object is changed and never made (Customer.io docs). */
function changeObject(ws: Workspace, item: JsonObject): void {
  const { action, attributes, cio_relationships: relationships } = item;
  const object = objectFor(ws, item.identifiers, action === 'identify' || action === 'add_relationships');
  if (!object) return;
  if (action === 'delete') {
    ws.objects.remove(object);
    return;
  }
  if (action === 'identify')
    applyObjectAttributes(object, isObject(attributes) ? attributes : {}, ws.seconds());
  if (action === 'delete_relationships') relateObject(ws, object, relationships, action);
  else if (action !== 'identify_anonymous') relateObject(ws, object, relationships, 'add_relationships');
}

/** null and "" remove an attribute (Customer.io docs). */
function applyObjectAttributes(object: StoredObject, attributes: JsonObject, at: number): void {
  for (const [name, value] of Object.entries(attributes)) {
    object.stamps.set(name, at);
    if (value === null || value === '') object.attributes.delete(name);
    else object.attributes.set(name, value);
  }
}

function checkDelivery(calls: TrackCalls, item: JsonObject): Checked {
  const id = isObject(item.identifiers) ? item.identifiers.id : undefined;
  if (typeof id !== 'string') return refuse(missing('identifiers.id', 'identifiers.id is required'));
  const name = String(item.name);
  if (!['opened', 'converted', 'delivered'].includes(name)) {
    return refuse(problem('name', 'name must be opened, converted or delivered'));
  }
  return { apply: () => deliveryReport(calls.ws, id, name, {}) };
}
