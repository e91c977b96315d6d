import { appJson, type Reply } from '../http/replies.ts';
import type { Person } from '../model/people.ts';
import type { Workspace } from '../model/workspace.ts';
import { parents } from '../reports/data.ts';
import type { Activity, MailMessage } from '../types.ts';
import { appRef, identifiersOf } from './identifiers.ts';

interface Limits {
  usual: number;
  most: number;
}

/** The newest first, in pages; `next` is where the next page starts, "" at the end. */
export function page<T>(
  all: readonly T[],
  query: URLSearchParams,
  { usual, most }: Limits,
): { items: T[]; next: string } {
  const limit = Math.min(Math.max(Number(query.get('limit') ?? usual) || usual, 1), most);
  const start = Math.max(Number(query.get('start') ?? 0) || 0, 0);
  const items = all.slice(start, start + limit);
  return { items, next: start + limit < all.length ? String(start + limit) : '' };
}

/** Activities are kept for 30 days (Customer.io docs). */
const activityLife = 30 * 86_400;

/** `/v1/activities`, of the whole workspace or with `customer_id` and `id_type` of one person. */
export function workspaceActivities(ws: Workspace, query: URLSearchParams): Reply {
  const wanted = query.get('customer_id');
  if (wanted === null) return appActivities(ws, query, null);
  const ref = appRef(wanted, query.get('id_type'));
  const person = ref && ws.people.find(ref);
  return person ? appActivities(ws, query, person) : appJson(200, { activities: null, next: '' });
}

/** Activities with `type`, `name`, `deleted`, `start` and `limit`; those of deleted people only when asked for. */
export function appActivities(ws: Workspace, query: URLSearchParams, person: Person | null): Reply {
  const type = query.get('type');
  const name = query.get('name');
  const withDeleted = query.get('deleted') === 'true';
  const oldest = ws.seconds() - activityLife;
  const isGone = (cioId: string | null) =>
    cioId !== null && !ws.people.find({ kind: 'cio_id', value: cioId });
  const matching = ws.activities.all.filter(
    (one) =>
      one.timestamp >= oldest &&
      (withDeleted || !isGone(one.cioId)) &&
      (!person || isAbout(one, person)) &&
      (!type || one.type === type) &&
      (!name || one.name === name),
  );
  const { items, next } = page(matching.reverse(), query, { usual: 10, most: 100 });
  return appJson(200, {
    activities: items.length > 0 ? items.map((one) => shownActivity(ws, one)) : null,
    next,
  });
}

/** A refused call is kept under the identifier of its payload only. */
function isAbout({ cioId, identifier }: Activity, person: Person): boolean {
  return cioId === person.cioId || (identifier !== null && [person.id, person.email].includes(identifier));
}

function shownActivity(ws: Workspace, activity: Activity) {
  const person = activity.cioId ? ws.people.find({ kind: 'cio_id', value: activity.cioId }) : undefined;
  const { id, type, name, timestamp, data, deliveryId } = activity;
  return {
    id,
    type,
    name,
    timestamp,
    data,
    customer_id: person?.id ?? activity.identifier ?? '',
    ...(person ? { customer_identifiers: identifiersOf(ws, person) } : {}),
    ...(deliveryId ? { delivery_id: deliveryId, delivery_type: 'email' } : {}),
  };
}

/** `/v1/messages` and `/v1/customers/{id}/messages`, with `metric`, `campaign_id`, `type`, `start_ts`, `end_ts`. */
export function appMessages(ws: Workspace, query: URLSearchParams, person: Person | null): Reply {
  const matching = messagesOf(ws, query, person);
  const { items, next } = page(matching.reverse(), query, { usual: 50, most: 1000 });
  return appJson(200, {
    messages: items.length > 0 ? items.map((one) => shownMessage(ws, one)) : null,
    next,
  });
}

/** The messages that the same query finds, oldest first; also with `broadcast_id` and `action_id`. */
export function messagesOf(ws: Workspace, query: URLSearchParams, person: Person | null): MailMessage[] {
  const metric = query.get('metric');
  const campaign = query.get('campaign_id');
  const broadcast = query.get('broadcast_id');
  const action = query.get('action_id');
  const from = Number(query.get('start_ts') ?? 0);
  const to = Number(query.get('end_ts') ?? Number.POSITIVE_INFINITY);
  const type = query.get('type');
  return [...ws.messages.values()].filter(
    (one) =>
      (!person || one.cioId === person.cioId) &&
      (!metric || one.metrics[metric] !== undefined) &&
      (!campaign || String(one.campaignId) === campaign) &&
      (!broadcast || String(one.broadcastId) === broadcast) &&
      (!action || String(parents.get(one)?.actionId) === action) &&
      (!type || type === 'email') &&
      createdOf(one) >= from &&
      createdOf(one) <= to,
  );
}

export function appMessage(ws: Workspace, deliveryId: string): Reply | null {
  const message = ws.messages.get(deliveryId);
  return message ? appJson(200, { message: shownMessage(ws, message) }) : null;
}

function createdOf(message: MailMessage): number {
  return Math.min(...Object.values(message.metrics));
}

function shownMessage(ws: Workspace, message: MailMessage) {
  const person = ws.people.find({ kind: 'cio_id', value: message.cioId });
  const parent = parents.get(message);
  const created = createdOf(message);
  return {
    id: message.deliveryId,
    deduplicate_id: `${message.deliveryId}:${created}`,
    msg_template_id: parent?.actionId,
    action_id: parent?.actionId,
    parent_action_id: (parent?.actionId ?? 1) - 1,
    customer_id: person?.id ?? '',
    customer_identifiers: person ? identifiersOf(ws, person) : { id: null },
    recipient: message.recipient,
    subject: message.subject,
    metrics: message.metrics,
    created,
    failure_message: message.failureMessage,
    newsletter_id: null,
    content_id: null,
    campaign_id: message.campaignId,
    broadcast_id: message.broadcastId,
    trigger_event_id: parent?.triggerEventId,
    type: 'email',
    forgotten: false,
  };
}
