import { appJson, type Call, type Reply } from '../http/replies.ts';
import { sendTransactional } from '../mail/transactional.ts';
import { objectRef, type Ref } from '../model/identifiers.ts';
import { identify } from '../model/identity.ts';
import { isObject } from '../model/limits.ts';
import type { Workspace } from '../model/workspace.ts';
import { parseBody } from '../track/calls.ts';
import type { Json, JsonObject } from '../types.ts';
import { notSimulated } from './not-simulated.ts';

/** Transactional calls have errors of their own shape (Customer.io docs). */
const refused = (error: string): Reply => appJson(400, { meta: { error } });

const text = (value: Json | undefined): string | null =>
  typeof value === 'string' && value.trim() !== '' ? value : null;

/** `POST /v1/send/email`. The other channels are not simulated. */
export function send(ws: Workspace, call: Call): Reply {
  if (call.method !== 'POST' || call.path[2] !== 'email' || call.path.length !== 3)
    return notSimulated(`Sending by ${call.path[2] ?? 'nothing'}`);
  const parsed = parseBody(call.body);
  if ('problem' in parsed) return refused(parsed.problem.message);
  return sendEmail(ws, parsed.value);
}

function sendEmail(ws: Workspace, body: JsonObject): Reply {
  if (body.send_at !== undefined) return notSimulated('Sending at a later time');
  const to = text(body.to);
  if (to === null) return refused("missing 'to' field");
  const read = objectRef(body.identifiers, 'identifiers', ['id', 'email', 'cio_id']);
  if ('problem' in read) return refused(read.problem.message);
  const { transactional_message_id: id } = body;
  const templateId = typeof id === 'number' || text(id) !== null ? (id as number | string) : null;
  const missing = ['from', 'subject', 'body'].find((key) => text(body[key]) === null);
  if (templateId === null && missing !== undefined)
    return refused(`missing '${missing}' field, without a transactional_message_id`);
  const person = personFor(ws, read.ref);
  if (!person) return refused('no such person');
  const message = sendTransactional(ws, person, {
    templateId,
    to,
    subject: text(body.subject),
    body: text(body.body),
    from: text(body.from),
    replyTo: text(body.reply_to),
    data: isObject(body.message_data) ? body.message_data : {},
    sendToUnsubscribed: body.send_to_unsubscribed !== false,
    queueDraft: body.queue_draft === true,
  });
  return appJson(200, { delivery_id: message.deliveryId, queued_at: ws.seconds() });
}

/** Whether an unknown person is created is a switch. A cio_id that nobody has creates nobody. */
function personFor(ws: Workspace, ref: Ref) {
  const known = ws.people.find(ref);
  if (known || ref.kind === 'cio_id' || ws.rules.switches.transactionalToUnknown === 'refused') return known;
  identify(ws, { ref, attributes: {}, stamp: null });
  return ws.people.find(ref);
}
