import { asObject, asText, textOrNull } from '../../lib/unknown-json.ts';
import { type AppTransport, identifierPart, objectIn } from './transport.ts';

/** A message of Customer.io, as far as reports need it. */
export interface Message {
  /** As `delivery_id` in reports. */
  id: string;
  /** `email`, `push`, `twilio`, ... */
  type: string;
  recipient: string | null;
  subject: string | null;
  failureMessage: string | null;
  /** The sender: whichever of these it has. Ids are texts. */
  parent: {
    campaign_id: string | null;
    broadcast_id: string | null;
    newsletter_id: string | null;
    action_id: string | null;
    trigger_event_id: string | null;
  };
}

/** A message by its `delivery_id`; null where there is none. Messages are kept for 6 months (Customer.io docs). */
export async function readMessage(transport: AppTransport, deliveryId: string): Promise<Message | null> {
  const answer = await transport.find({
    method: 'GET',
    path: `/v1/messages/${identifierPart(deliveryId)}`,
    template: '/v1/messages/{id}',
  });
  if (answer === null) return null;
  const message = asObject(objectIn(answer, 'message'));
  return {
    id: deliveryId,
    type: asText(message.type),
    recipient: textOrNull(message.recipient),
    subject: textOrNull(message.subject),
    failureMessage: textOrNull(message.failure_message),
    parent: {
      campaign_id: textOrNull(message.campaign_id),
      broadcast_id: textOrNull(message.broadcast_id),
      newsletter_id: textOrNull(message.newsletter_id),
      action_id: textOrNull(message.action_id),
      trigger_event_id: textOrNull(message.trigger_event_id),
    },
  };
}
