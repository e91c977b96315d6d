import { appError, appJson, type Call, type Reply } from '../http/replies.ts';
import { sendBroadcast } from '../mail/broadcasts.ts';
import { addTrigger, type Broadcast, type BroadcastTrigger } from '../model/broadcasts.ts';
import { ulid } from '../model/ulid.ts';
import type { Workspace } from '../model/workspace.ts';
import { parseBody } from '../track/calls.ts';
import { namesDataFile, readAudience } from './broadcast-audience.ts';
import { appMessages } from './lists.ts';
import { notSimulated, unknownCall } from './not-simulated.ts';

const shown = ({ id, name, createdAt, actionId }: Broadcast) => ({
  id,
  deduplicate_id: `${id}:${createdAt}`,
  name,
  type: 'triggered_broadcast',
  created: createdAt,
  updated: createdAt,
  first_started: createdAt,
  state: 'running',
  active: true,
  tags: null,
  actions: [{ id: actionId, type: 'email' }],
});

const actionOf = ({ id, actionId, name, subject }: Broadcast) => ({
  id: actionId,
  broadcast_id: id,
  name,
  type: 'email',
  subject,
});

/** A trigger is processed at once. */
const shownTrigger = (broadcast: Broadcast, { id, createdAt }: BroadcastTrigger) => ({
  id,
  broadcast_id: broadcast.id,
  created_at: createdAt,
  processed_at: createdAt,
});

/** As Customer.io words what it cannot find or read: with a reference for its support. */
const referred = (ws: Workspace, status: 400 | 404, what: string): Reply =>
  appError(status, `${what} (reference ${ulid(ws.now())})`);

/** `/v1/broadcasts…`: what a broadcast is, its triggers and messages. All else is done in Customer.io's web page. */
export function broadcasts(ws: Workspace, call: Call): Reply {
  const [, , id, part, partId] = call.path;
  if (call.method !== 'GET') return unknownCall(call);
  if (id === undefined) {
    const all = ws.broadcasts.all().map(shown);
    return appJson(200, { broadcasts: all.length > 0 ? all : null });
  }
  const broadcast = ws.broadcasts.get(id);
  if (!broadcast) return referred(ws, 404, 'not found');
  if (part === undefined) return appJson(200, { broadcast: shown(broadcast) });
  if (part === 'triggers')
    return appJson(200, { triggers: broadcast.triggers.map((one) => shownTrigger(broadcast, one)) });
  if (part === 'messages') {
    const query = new URLSearchParams(call.query);
    query.set('broadcast_id', id);
    return appMessages(ws, query, null);
  }
  if (part === 'actions' && partId === undefined) return appJson(200, { actions: [actionOf(broadcast)] });
  if (part === 'actions' && call.path.length === 5)
    return partId === String(broadcast.actionId)
      ? appJson(200, { action: actionOf(broadcast) })
      : referred(ws, 404, 'not found');
  return unknownCall(call);
}

/** Whether a call starts a broadcast: it has a limit of its own. */
export const isBroadcastTrigger = ({ method, path }: Pick<Call, 'method' | 'path'>): boolean =>
  method === 'POST' && path.includes('campaigns') && path.at(-1) === 'triggers';

/** `/v1/campaigns/{broadcast_id}/triggers`: starts a broadcast, and says what became of a trigger. */
export function broadcastTriggers(ws: Workspace, call: Call): Reply {
  const [, , id = '', , triggerId, part] = call.path;
  if (call.method === 'POST' && triggerId === undefined) return limited(ws) ?? trigger(ws, id, call.body);
  const broadcast = ws.broadcasts.get(id);
  const known = broadcast?.triggers.find((one) => String(one.id) === triggerId);
  if (call.method !== 'GET') return unknownCall(call);
  if (!broadcast || !known) return referred(ws, 404, 'not found');
  if (part === undefined) return appJson(200, shownTrigger(broadcast, known));
  // The shape, `next` included, is that of an example in Customer.io's list of errors.
  return part === 'errors' ? appJson(200, { errors: known.errors, next: 0 }) : unknownCall(call);
}

/** One request every 10 seconds; the text of the refusal is not documented. */
function limited(ws: Workspace): Reply | null {
  const { broadcasts, rules } = ws;
  const sinceLast = broadcasts.lastTriggerAt === null ? null : ws.now() - broadcasts.lastTriggerAt;
  if (sinceLast !== null && sinceLast < rules.broadcastIntervalMs)
    return appError(429, 'Your request is over the limit of one broadcast every 10 seconds.');
  broadcasts.lastTriggerAt = ws.now();
  return null;
}

function trigger(ws: Workspace, id: string, text: string): Reply {
  const parsed = parseBody(text);
  if ('problem' in parsed) return referred(ws, 400, 'bad request');
  const broadcast = ws.broadcasts.get(id);
  if (!broadcast) return referred(ws, 404, 'not found');
  if (namesDataFile(parsed.value)) return notSimulated('Recipients in a file');
  const { recipients, errors } = readAudience(ws, parsed.value);
  const added = addTrigger(broadcast, ws.seconds(), errors);
  // The detail names the trigger whose errors can be read (Customer.io docs); its wording is not documented.
  if (errors.length > 0) return appError(422, `trigger ${added.id} failed validation`);
  sendBroadcast(ws, broadcast, added, recipients);
  return appJson(200, { id: added.id });
}
