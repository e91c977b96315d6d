import { accepted, type Call, notFoundTrack, type Reply, refusedV1, trackJson } from '../http/replies.ts';
import { objectRef, pathRef, type Ref, refProblems } from '../model/identifiers.ts';
import { attributeProblems, isObject, limits, missing, type Problem, problem } from '../model/limits.ts';
import type { Json, JsonObject } from '../types.ts';
import { parseBody, type RawEvent, readEvent, type TrackCalls, unixSeconds } from './calls.ts';

export interface Account {
  region: 'us' | 'eu';
  environmentId: number;
}

const hosts = { us: 'https://track.customer.io', eu: 'https://track-eu.customer.io' };

/** Answers `/api/v1/…` for a caller who is signed in. */
export function trackV1(calls: TrackCalls, account: Account, call: Call): Reply {
  const [, , resource, ...rest] = call.path;
  if (call.method === 'GET' && resource === 'accounts' && rest[0] === 'region') return region(account);
  const parsed = parseBody(call.body);
  if ('problem' in parsed) return refusedV1([parsed.problem]);
  const body = parsed.value;
  if (resource === 'customers' && rest[0] !== undefined) return customer(calls, call.method, rest, body);
  if (call.method !== 'POST') return notFoundTrack;
  if (resource === 'events') return anonymousEvent(calls, body);
  if (resource === 'merge_customers') return merge(calls, body);
  if (resource === 'segments' && rest[0]) return segment(calls, rest[0], rest[1], body, call.query);
  if (resource === 'forms' && rest[1] === 'submit') return form(calls, body);
  return notFoundTrack;
}

/** The credential test: either host answers it, and names the right one. */
function region({ region, environmentId }: Account): Reply {
  return trackJson(200, { url: hosts[region], region, environment_id: environmentId });
}

function customer(calls: TrackCalls, method: string, path: string[], body: JsonObject): Reply {
  const [identifier, action, device] = path as [string, string?, string?];
  const ref = pathRef(identifier, calls.ws.rules.idOnly);
  const problems = refProblems(ref, calls.isOurs);
  if (problems.length > 0) return refusedV1(problems);
  switch (`${method} ${action ?? ''}`) {
    case 'PUT ':
      return identify(calls, ref, body);
    case 'DELETE ':
      return ok(calls.remove(ref));
    case 'POST events':
      return event(calls, ref, body);
    case 'POST suppress':
      return ok(calls.suppress(ref));
    case 'POST unsuppress':
      return ok(calls.unsuppress(ref));
    case 'PUT devices':
      return addDevice(calls, ref, body);
    case 'DELETE devices':
      return device === undefined ? notFoundTrack : ok(removeDevice(calls, ref, device));
    default:
      return notFoundTrack;
  }
}

/** Every call that was understood is answered alike, whatever comes of it. */
function ok(_processed: unknown): Reply {
  return accepted;
}

function identify(calls: TrackCalls, ref: Ref, attributes: JsonObject): Reply {
  const problems = attributeProblems(attributes);
  if (problems.length > 0) return refusedV1(problems);
  return ok(calls.identify(ref, attributes, unixSeconds(attributes._timestamp)));
}

function event(calls: TrackCalls, ref: Ref, body: JsonObject): Reply {
  const read = readEvent(body as unknown as RawEvent, 'data', calls.ws.rules.nonUlidIds);
  if ('problems' in read) return refusedV1(read.problems);
  return ok(calls.track(ref, read.event));
}

/** An empty anonymous_id is allowed with a recipient in the data: an "invite" event. */
function anonymousEvent(calls: TrackCalls, body: JsonObject): Reply {
  const read = readEvent(body as unknown as RawEvent, 'data', calls.ws.rules.nonUlidIds);
  if ('problems' in read) return refusedV1(read.problems);
  const id = body.anonymous_id;
  const invite = read.event.data.recipient !== undefined;
  if ((typeof id !== 'string' || id === '') && !invite) {
    return refusedV1([missing('anonymous_id', 'anonymous_id is required')]);
  }
  return ok(calls.trackAnonymous(typeof id === 'string' ? id : '', read.event));
}

/** The one v1 error with a singular `error`. */
function merge(calls: TrackCalls, body: JsonObject): Reply {
  const sides = (['primary', 'secondary'] as const).map((side) =>
    objectRef(body[side], side, ['id', 'email', 'cio_id']),
  );
  const wrong = sides.find((side) => 'problem' in side);
  if (wrong && 'problem' in wrong) return trackJson(400, { meta: { error: wrong.problem.text } });
  const [primary, secondary] = sides.map((side) => (side as { ref: Ref }).ref) as [Ref, Ref];
  return ok(calls.merge(primary, secondary));
}

function addDevice(calls: TrackCalls, ref: Ref, { device }: JsonObject): Reply {
  const problems: Problem[] = [];
  if (!isObject(device) || typeof device.id !== 'string')
    problems.push(missing('device', 'device is required'));
  else if (!['ios', 'android', 'web'].includes(String(device.platform))) {
    problems.push(problem('device.platform', 'platform is not supported'));
  }
  if (problems.length > 0) return refusedV1(problems);
  const known = device as JsonObject;
  return ok(calls.change(() => void calls.ws.people.find(ref)?.devices.set(String(known.id), known)));
}

function removeDevice(calls: TrackCalls, ref: Ref, device: string): void {
  calls.change(() => void calls.ws.people.find(ref)?.devices.delete(device));
}

function segment(
  calls: TrackCalls,
  id: string,
  action: string | undefined,
  body: JsonObject,
  query: URLSearchParams,
): Reply {
  if (action !== 'add_customers' && action !== 'remove_customers') return notFoundTrack;
  const ids: Json[] = Array.isArray(body.ids) ? body.ids : [];
  if (ids.length === 0 || ids.length > limits.segmentIds) {
    return refusedV1([problem('ids', `ids must have 1 to ${limits.segmentIds} entries`)]);
  }
  const kind = query.get('id_type') ?? 'id';
  if (kind !== 'id' && kind !== 'email' && kind !== 'cio_id') {
    return refusedV1([problem('id_type', 'id_type must be id, email or cio_id')]);
  }
  return ok(
    calls.change(() =>
      changeSegment(
        calls,
        id,
        action,
        ids.map((value) => ({ kind, value: String(value) })),
      ),
    ),
  );
}

function changeSegment(calls: TrackCalls, id: string, action: string, refs: Ref[]): void {
  const { members } = calls.ws.segments.getOrCreate(id);
  for (const person of refs.map(calls.ws.people.find)) {
    if (person && action === 'add_customers') members.add(person.cioId);
    else if (person) members.delete(person.cioId);
  }
}

/** A form identifies by its email or id field; its answer has no body. */
function form(calls: TrackCalls, body: JsonObject): Reply {
  const data = isObject(body.data) ? body.data : {};
  const identifier = data.email ?? data.id;
  if (typeof identifier !== 'string') return refusedV1([missing('data', 'data needs an email or an id')]);
  calls.identify(pathRef(identifier, calls.ws.rules.idOnly), data, null);
  return { ...accepted, status: 204, body: '' };
}
