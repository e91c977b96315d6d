import { attributesOf, type Person } from '../model/people.ts';
import type { Workspace } from '../model/workspace.ts';
import type { JsonObject, MailMessage } from '../types.ts';

/**
 * The person part of a report. `customer_id` mirrors the id and is blank without one, or when the person was
 * deleted; an id-only workspace sends no other identifier (Customer.io docs).
 */
export function personFields(ws: Workspace, person: Person | undefined, cioId: string): JsonObject {
  const id = person?.id ?? null;
  const email = person?.email ?? null;
  return {
    customer_id: id ?? '',
    identifiers: ws.rules.idOnly ? { id } : { cio_id: cioId, email, id },
  };
}

/** What a customer report carries: no parent, and the address in `email_address`. */
export function customerFields(ws: Workspace, person: Person): JsonObject {
  const email = attributesOf(person).email;
  return { ...personFields(ws, person, person.cioId), email_address: email ?? null };
}

export interface MailParent {
  actionId: number;
  journeyId: string;
  /** null: the reports do not have it. */
  triggerEventId: string | null;
  /** Of a broadcast. */
  triggerId?: number;
}

export const parents = new WeakMap<MailMessage, MailParent>();

/** The sender and the person of one message; the part that all its reports share. */
export function messageFields(ws: Workspace, message: MailMessage): JsonObject {
  const parent = parents.get(message);
  const person = ws.people.find({ kind: 'cio_id', value: message.cioId });
  const who = personFields(ws, person, message.cioId);
  if (message.transactionalMessageId !== null)
    return {
      ...who,
      delivery_id: message.deliveryId,
      transactional_message_id: message.transactionalMessageId,
    };
  const sender: JsonObject =
    message.broadcastId === null
      ? { campaign_id: message.campaignId, ...nameOf(ws, 'campaign', message) }
      : {
          broadcast_id: message.broadcastId,
          trigger_id: parent?.triggerId ?? 1,
          ...nameOf(ws, 'broadcast', message),
        };
  return {
    ...who,
    ...sender,
    action_id: parent?.actionId ?? 1,
    delivery_id: message.deliveryId,
    journey_id: parent?.journeyId ?? '',
    parent_action_id: (parent?.actionId ?? 1) - 1,
    ...(parent?.triggerEventId ? { trigger_event_id: parent.triggerEventId } : {}),
  };
}

function nameOf(ws: Workspace, kind: 'campaign' | 'broadcast', message: MailMessage): JsonObject {
  if (ws.rules.switches.senderNames === 'absent') return {};
  const sender =
    kind === 'campaign'
      ? [...ws.campaigns.values()].find(({ id }) => id === message.campaignId)
      : ws.broadcasts.get(String(message.broadcastId));
  return sender ? { [`${kind}_name`]: sender.name } : {};
}
