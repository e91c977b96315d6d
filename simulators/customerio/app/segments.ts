import { appError, appJson, type Call, type Reply } from '../http/replies.ts';
import { isObject } from '../model/limits.ts';
import type { Segment, Workspace } from '../model/workspace.ts';
import { parseBody } from '../track/calls.ts';
import { identifiersOf } from './identifiers.ts';
import { page } from './lists.ts';
import { unknownCall } from './not-simulated.ts';

const noContent: Reply = { ...appJson(204, null), body: '' };
const notFound = appError(404, 'segment not found');

/** Only manual segments are simulated; those of Customer.io's own rules are made in its web page. */
const shown = (segment: Segment) => ({
  id: segment.id,
  deduplicate_id: `${segment.id}:${segment.createdAt}`,
  name: segment.name,
  description: segment.description,
  state: 'finished',
  progress: null,
  type: 'manual',
  tags: null,
  created_at: segment.createdAt,
  updated_at: segment.createdAt,
});

/** `/v1/segments…` (Customer.io docs, "Segments"). */
export function segments(ws: Workspace, call: Call): Reply {
  const [, , id, part] = call.path;
  if (id === undefined && call.method === 'GET') return list(ws);
  if (id === undefined && call.method === 'POST') return create(ws, call.body);
  const segment = ws.segments.get(id ?? '');
  if (!segment) return notFound;
  if (part === undefined && call.method === 'GET') return appJson(200, { segment: shown(segment) });
  if (part === undefined && call.method === 'DELETE') {
    ws.segments.remove(segment);
    return noContent;
  }
  if (part === 'customer_count' && call.method === 'GET')
    return appJson(200, { count: segment.members.size });
  if (part === 'membership' && call.method === 'GET') return membership(ws, segment, call.query);
  return unknownCall(call);
}

function list(ws: Workspace): Reply {
  const all = ws.segments.all().map(shown);
  return appJson(200, { segments: all.length > 0 ? all : null });
}

function create(ws: Workspace, body: string): Reply {
  const parsed = parseBody(body);
  const given = 'value' in parsed && isObject(parsed.value.segment) ? parsed.value.segment : {};
  const { name, description = '' } = given;
  if (typeof name !== 'string' || name === '') return appError(422, 'name cannot be blank', '/segment/name');
  return appJson(200, { segment: shown(ws.segments.create(name, String(description))) });
}

function membership(ws: Workspace, { members }: Segment, query: URLSearchParams): Reply {
  const people = [...members]
    .map((cioId) => ws.people.find({ kind: 'cio_id', value: cioId }))
    .filter((person) => person !== undefined);
  const { items, next } = page(people, query, { usual: 1000, most: 30_000 });
  return appJson(200, {
    identifiers: items.map((person) => identifiersOf(ws, person)),
    ids: items.map(({ id }) => id ?? ''),
    next,
  });
}
