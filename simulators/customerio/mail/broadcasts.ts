import type { Broadcast, BroadcastTrigger } from '../model/broadcasts.ts';
import { addressOf, attributesOf, type Person } from '../model/people.ts';
import { isSubscribed } from '../model/topics.ts';
import { ulid } from '../model/ulid.ts';
import type { Workspace } from '../model/workspace.ts';
import { parents } from '../reports/data.ts';
import type { JsonObject } from '../types.ts';
import { deliver, storeMessage } from './deliveries.ts';
import { render } from './template.ts';

/** A person who gets a broadcast, with the data for `{{trigger.name}}`. */
export interface BroadcastRecipient {
  person: Person;
  data: JsonObject;
}

/** Sends one email to each recipient who has not unsubscribed from everything or from the broadcast's topic. */
export function sendBroadcast(
  ws: Workspace,
  broadcast: Broadcast,
  trigger: BroadcastTrigger,
  recipients: BroadcastRecipient[],
): void {
  const { topic } = broadcast;
  const wanted = recipients.filter(
    ({ person }) => !person.unsubscribed && (!topic || isSubscribed(ws, person, topic)),
  );
  for (const recipient of wanted) sendEmail(ws, broadcast, trigger, recipient);
}

function sendEmail(
  ws: Workspace,
  broadcast: Broadcast,
  trigger: BroadcastTrigger,
  { person, data }: BroadcastRecipient,
): void {
  const rendered = render(broadcast.subject, { customer: attributesOf(person), trigger: data });
  const message = storeMessage(ws, person, {
    broadcastId: broadcast.id,
    recipient: addressOf(person) ?? '',
    subject: rendered.text,
    from: null,
    replyTo: null,
    links: broadcast.links ?? ['https://example.com/broadcast'],
  });
  const { actionId } = broadcast;
  parents.set(message, { actionId, journeyId: ulid(ws.now()), triggerEventId: null, triggerId: trigger.id });
  deliver(ws, message, rendered.missing, `<h1>${rendered.text}</h1>`);
}
