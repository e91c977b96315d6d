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
  triggerEventId: string;
}

export const parents = new WeakMap<MailMessage, MailParent>();

/** The campaign and the person of one message; the part that all its reports share. */
export function messageFields(ws: Workspace, message: MailMessage): JsonObject {
  const parent = parents.get(message);
  const person = ws.people.find({ kind: 'cio_id', value: message.cioId });
  return {
    ...personFields(ws, person, message.cioId),
    action_id: parent?.actionId ?? 1,
    campaign_id: message.campaignId,
    delivery_id: message.deliveryId,
    journey_id: parent?.journeyId ?? '',
    parent_action_id: (parent?.actionId ?? 1) - 1,
    trigger_event_id: parent?.triggerEventId ?? '',
  };
}
