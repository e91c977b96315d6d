import { randomBytes } from 'node:crypto';
import type { Person } from '../model/people.ts';
import type { Workspace } from '../model/workspace.ts';
import { messageFields } from '../reports/data.ts';
import type { JsonObject, MailMessage } from '../types.ts';

type NewMessage = Pick<MailMessage, 'recipient' | 'subject' | 'from' | 'replyTo' | 'links'> &
  Partial<Pick<MailMessage, 'event' | 'campaignId' | 'broadcastId' | 'transactionalMessageId'>>;

/** Puts an email about a person into the mailbox of its recipient. What becomes of it is up to `deliver`. */
export function storeMessage(ws: Workspace, person: Person, fresh: NewMessage): MailMessage {
  const message: MailMessage = {
    event: '',
    campaignId: null,
    broadcastId: null,
    transactionalMessageId: null,
    ...fresh,
    deliveryId: `R${randomBytes(20).toString('base64url').slice(1)}=`,
    cioId: person.cioId,
    state: 'sent',
    metrics: {},
    failureMessage: null,
  };
  ws.messages.set(message.deliveryId, message);
  const key = message.recipient.toLowerCase();
  const mailbox = ws.mailboxes.get(key);
  if (mailbox) mailbox.push(message);
  else ws.mailboxes.set(key, [message]);
  return message;
}

/**
 * Sends an email, with the reports on its way.
 * @param missing the first variable without a value, which fails the message
 */
export function deliver(ws: Workspace, message: MailMessage, missing: string | null, content: string): void {
  if (!isDeliverable(ws, message, missing)) {
    ws.emitter.emit(() => ({ type: 'email_not_sent', message }));
    return;
  }
  reportEmail(ws, message, 'drafted');
  reportEmail(ws, message, 'sent', { content, headers: {} });
  const key = message.recipient.toLowerCase();
  const bounce = ws.nextBounces.get(key);
  if (bounce !== undefined) {
    ws.nextBounces.delete(key);
    bounceMessage(ws, message, bounce);
  } else {
    reportEmail(ws, message, 'delivered');
  }
  ws.emitter.emit(() => ({ type: 'email_sent', message }));
}

/** Reports the messages that never leave: no recipient, a broken template, an address that bounced before. */
function isDeliverable(ws: Workspace, message: MailMessage, missing: string | null): boolean {
  if (missing !== null) {
    endMessage(ws, message, 'failed', `Variable '${missing}' is missing`);
  } else if (message.recipient === '') {
    endMessage(ws, message, 'failed', "The 'To' address is blank");
  } else if (ws.suppressions.has(message.recipient)) {
    reportEmail(ws, message, 'drafted');
    endMessage(ws, message, 'dropped', 'Suppressed');
  } else {
    return true;
  }
  return false;
}

/** Reports one metric of an email and notes its first time in the message. */
export function reportEmail(ws: Workspace, message: MailMessage, metric: string, own: JsonObject = {}) {
  message.metrics[metric] ??= ws.seconds();
  const data: JsonObject = { ...messageFields(ws, message), subject: message.subject, ...own };
  if (metric !== 'failed') data.recipient = message.recipient;
  ws.activities.add({
    type: `${metric}_email`,
    name: message.event,
    // All that an activity says of a message: no address, no reason, no machine flags (Customer.io docs).
    data: {
      delivered: message.metrics.delivered ?? null,
      delivery_id: message.deliveryId,
      opened: message.metrics.opened === undefined ? null : true,
    },
    cioId: message.cioId,
    deliveryId: message.deliveryId,
  });
  return ws.reports.emit({ objectType: 'email', metric, data });
}

export function endMessage(
  ws: Workspace,
  message: MailMessage,
  state: 'bounced' | 'dropped' | 'failed',
  failureMessage: string,
): void {
  message.state = state;
  message.failureMessage = failureMessage;
  reportEmail(ws, message, state, { failure_message: failureMessage });
}

/** A hard bounce (5xx) puts the address on the mail provider's suppression list: later messages are dropped. */
export function bounceMessage(ws: Workspace, message: MailMessage, failureMessage: string): void {
  endMessage(ws, message, 'bounced', failureMessage);
  if (/^5/.test(failureMessage)) ws.suppressions.add('bounces', message.recipient, failureMessage);
}
