import { type EventCall, track, trackAnonymous } from '../model/events.ts';
import type { Ref } from '../model/identifiers.ts';
import { identify } from '../model/identity.ts';
import { eventProblems, isObject, type Problem, problem } from '../model/limits.ts';
import type { Processing } from '../model/processing.ts';
import { deletePerson, merge, suppress, unsuppress } from '../model/removal.ts';
import { isUlid } from '../model/ulid.ts';
import type { Workspace } from '../model/workspace.ts';
import type { Json, JsonObject, StoredEvent } from '../types.ts';

/** What Track v1 and v2 share: an accepted call, and what becomes of it when it is processed. */
export function createTrackCalls(ws: Workspace, processing: Processing, isOurs: (cioId: string) => boolean) {
  return {
    ws,
    isOurs,
    identify: (ref: Ref, attributes: JsonObject, stamp: number | null) =>
      processing.submit(() => identify(ws, { ref, attributes, stamp })),
    track(ref: Ref, call: EventCall) {
      const receivedAt = ws.now();
      processing.submit(() => track(ws, ref, call, receivedAt));
    },
    trackAnonymous(anonymousId: string, call: EventCall) {
      const receivedAt = ws.now();
      processing.submit(() => trackAnonymous(ws, anonymousId, call, receivedAt));
    },
    remove: (ref: Ref) => processing.submit(() => deletePerson(ws, ref)),
    suppress: (ref: Ref) => processing.submit(() => suppress(ws, ref)),
    unsuppress: (ref: Ref) => processing.submit(() => unsuppress(ws, ref)),
    // "identify then merge at once may find no primary" (docs): the primary is looked up without the lag.
    merge(primary: Ref, secondary: Ref) {
      const person = ws.people.find(primary);
      processing.submit(() => merge(ws, person, secondary));
    },
    change: (apply: () => void) => processing.submit(apply),
  };
}

export type TrackCalls = ReturnType<typeof createTrackCalls>;

export interface RawEvent {
  id: Json | undefined;
  name: Json | undefined;
  type: Json | undefined;
  timestamp: Json | undefined;
  data: Json | undefined;
}

/**
 * Checks an event and reads it. Spaces around the name are trimmed. A timestamp that is not a number is not
 * understood: the time of receipt stands in for it.
 */
export function readEvent(
  raw: RawEvent,
  dataField: string,
  nonUlidIds: 'accept' | 'refuse',
): { event: EventCall } | { problems: Problem[] } {
  const problems = eventProblems(raw.name, raw.data, dataField);
  const type = (raw.type ?? 'event') as StoredEvent['type'];
  if (!['event', 'page', 'screen'].includes(type)) problems.push(problem('type', 'type is not supported'));
  const id = raw.id === undefined || raw.id === null || raw.id === '' ? null : String(raw.id);
  if (id !== null && nonUlidIds === 'refuse' && !isUlid(id)) {
    problems.push(problem('id', 'id must be a valid ULID'));
  }
  if (problems.length > 0) return { problems };
  const name = String(raw.name).trim();
  const data = isObject(raw.data) ? raw.data : {};
  return { event: { id, name, type, timestamp: unixSeconds(raw.timestamp), data } };
}

/** Whole seconds, as a number or as digits; null for anything else. */
export function unixSeconds(value: Json | undefined): number | null {
  if (typeof value === 'string' && /^\d+$/.test(value)) return Number(value);
  return typeof value === 'number' && Number.isFinite(value) ? Math.floor(value) : null;
}

export type Parsed = { value: JsonObject } | { problem: Problem };

/** Reads a body that must be a JSON object; an empty one counts as `{}`. */
export function parseBody(body: string): Parsed {
  if (body === '') return { value: {} };
  try {
    const value: unknown = JSON.parse(body);
    return isObject(value) ? { value } : { problem: problem('body', 'request body must be a JSON object') };
  } catch {
    return { problem: problem('body', 'request body is not valid JSON') };
  }
}
