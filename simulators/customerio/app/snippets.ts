import { appError, appJson, type Call, type Reply } from '../http/replies.ts';
import type { Workspace } from '../model/workspace.ts';
import { parseBody } from '../track/calls.ts';
import { unknownCall } from './not-simulated.ts';

// Customer.io docs; the second is a workspace's default.
const MAX_NAME = 150;
const MAX_VALUE = 16_000;

/** `/v1/snippets`: POST makes a new one, PUT makes or changes one, both by the name (Customer.io docs). */
export function snippets(ws: Workspace, call: Call): Reply {
  const [, , name] = call.path;
  if (name === undefined && call.method === 'GET')
    return appJson(200, { snippets: ws.snippets.size > 0 ? [...ws.snippets.values()] : null });
  if (name === undefined && (call.method === 'POST' || call.method === 'PUT')) return write(ws, call);
  if (name === undefined || call.method !== 'DELETE') return unknownCall(call);
  if (!ws.snippets.delete(name)) return appError(404, 'not found');
  return { ...appJson(204, null), body: '' };
}

function write(ws: Workspace, call: Call): Reply {
  const parsed = parseBody(call.body);
  const body = 'value' in parsed ? parsed.value : {};
  if (typeof body.name !== 'string' || typeof body.value !== 'string') return appError(400, 'bad request');
  const [name, value] = [body.name.trim(), body.value.trim()];
  if (name === '' || value === '' || name.length > MAX_NAME || value.length > MAX_VALUE)
    return appError(400, 'bad request');
  if (call.method === 'POST' && ws.snippets.has(name))
    return appError(422, 'name has already been taken', '/name');
  const snippet = { name, value, updated_at: ws.seconds() };
  ws.snippets.set(name, snippet);
  return appJson(200, { snippet });
}
