import type { Person } from '../model/people.ts';
import { attributesOf } from '../model/people.ts';
import type { Workspace } from '../model/workspace.ts';
import type { JsonObject, MailMessage } from '../types.ts';
import { deliver, reportEmail, storeMessage } from './deliveries.ts';
import { render } from './template.ts';

export interface TransactionalEmail {
  /** The id of the template; null where the call brings subject and body. */
  templateId: number | string | null;
  to: string;
  /** null: that of the template, of which the simulator knows no more than its id. */
  subject: string | null;
  body: string | null;
  from: string | null;
  replyTo: string | null;
  /** For `{{trigger.name}}` in the subject. */
  data: JsonObject;
  sendToUnsubscribed: boolean;
  /** Keeps it as a draft. */
  queueDraft: boolean;
}

/** Which transactional message an email without a template belongs to is not documented. */
const WITHOUT_TEMPLATE = 1;

/** Sends a transactional email to a person, also to somebody who is unsubscribed unless the call says otherwise. */
export function sendTransactional(ws: Workspace, person: Person, email: TransactionalEmail): MailMessage {
  const { templateId, subject, body } = email;
  const variables = { customer: attributesOf(person), trigger: email.data };
  const rendered = render(subject ?? `Transactional message ${templateId}`, variables);
  const message = storeMessage(ws, person, {
    transactionalMessageId: templateId ?? WITHOUT_TEMPLATE,
    recipient: addressIn(email.to),
    subject: rendered.text,
    from: email.from,
    replyTo: email.replyTo,
    links: ['https://example.com/transactional'],
  });
  if (email.queueDraft) reportEmail(ws, message, 'drafted');
  else if (person.unsubscribed && !email.sendToUnsubscribed) leaveOut(ws, message);
  else deliver(ws, message, rendered.missing, body ?? `<h1>${rendered.text}</h1>`);
  return message;
}

/** Which report follows is not documented, so none does. */
function leaveOut(ws: Workspace, message: MailMessage): void {
  message.state = 'dropped';
  message.failureMessage = 'The person is unsubscribed.';
  ws.emitter.emit(() => ({ type: 'email_not_sent', message }));
}

/** `Ann <ann@acme.example>` is for ann@acme.example. */
const addressIn = (text: string): string => /<([^<>]+)>\s*$/.exec(text)?.[1] ?? text.trim();
