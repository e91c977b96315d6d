import { accepted, type Call, notFoundTrack, type Reply } from '../http/replies.ts';
import { bounceMessage, endMessage, reportEmail } from '../mail/deliveries.ts';
import { createMailbox } from '../mail/mailbox.ts';
import type { Workspace } from '../model/workspace.ts';
import type { JsonObject } from '../types.ts';
import { parseBody } from './calls.ts';

const metrics = ['bounced', 'clicked', 'converted', 'deferred', 'delivered', 'dropped', 'opened', 'spammed'];

/**
 * The calls that need no credentials, since whoever holds a delivery id got the message: `POST /api/v1/metrics`,
 * `POST /api/v1/push/events` and `POST /unsubscribe/{delivery_id}`. Returns null for any other call.
 */
export function publicCall(ws: Workspace, call: Call): Reply | null {
  if (call.method !== 'POST') return null;
  const path = call.path.join('/');
  if (path !== 'api/v1/metrics' && path !== 'api/v1/push/events' && call.path[0] !== 'unsubscribe')
    return null;
  const parsed = parseBody(call.body);
  const body = 'value' in parsed ? parsed.value : {};
  if (call.path[0] === 'unsubscribe') return unsubscribe(ws, call.path[1] ?? '', body);
  // The docs know no other answer than 200 for these two.
  if (path === 'api/v1/metrics' && metrics.includes(String(body.metric))) {
    deliveryReport(ws, String(body.delivery_id), String(body.metric), body);
  }
  return accepted;
}

function unsubscribe(ws: Workspace, deliveryId: string, body: JsonObject): Reply {
  if (ws.messages.get(deliveryId)?.state !== 'sent') return { ...notFoundTrack, status: 400 };
  if (body.unsubscribe === true) createMailbox(ws).unsubscribe(deliveryId);
  return accepted;
}

/** A metric that the caller's own mail system measured, by delivery id. An unknown delivery id is ignored. */
export function deliveryReport(ws: Workspace, deliveryId: string, metric: string, body: JsonObject): void {
  const message = ws.messages.get(deliveryId);
  if (!message) return;
  const reason = typeof body.reason === 'string' ? body.reason : '';
  const mailbox = createMailbox(ws);
  const needsArrival = ['clicked', 'opened', 'spammed'].includes(metric);
  if (needsArrival && message.state !== 'sent') return;
  if (metric === 'bounced') bounceMessage(ws, message, reason);
  else if (metric === 'dropped') endMessage(ws, message, 'dropped', reason);
  else if (metric === 'clicked')
    mailbox.click(deliveryId, typeof body.href === 'string' ? body.href : undefined);
  else if (metric === 'opened') mailbox.open(deliveryId);
  else if (metric === 'spammed') mailbox.spam(deliveryId);
  else if (metric === 'deferred') reportEmail(ws, message, 'deferred', { failure_message: reason });
  else reportEmail(ws, message, metric);
}
