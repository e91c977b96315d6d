import { appJson, type Reply } from '../http/replies.ts';
import type { Person } from '../model/people.ts';
import type { Workspace } from '../model/workspace.ts';
import { parents } from '../reports/data.ts';
import type { Activity, MailMessage } from '../types.ts';
import { identifiersOf } from './identifiers.ts';

/** The newest first, at most 100 a page; `next` is where the next page starts, "" at the end. */
function page<T>(all: readonly T[], query: URLSearchParams): { items: T[]; next: string } {
  const limit = Math.min(Math.max(Number(query.get('limit') ?? 50) || 50, 1), 100);
  const start = Math.max(Number(query.get('start') ?? 0) || 0, 0);
  const items = all.slice(start, start + limit);
  return { items, next: start + limit < all.length ? String(start + limit) : '' };
}

/** `/v1/activities` and `/v1/customers/{id}/activities`, with `type`, `name`, `start` and `limit`. */
export function appActivities(ws: Workspace, query: URLSearchParams, person: Person | null): Reply {
  const type = query.get('type');
  const name = query.get('name');
  const matching = ws.activities.all.filter(
    (one) =>
      (!person || one.cioId === person.cioId || one.identifier === person.id) &&
      (!type || one.type === type) &&
      (!name || one.name === name),
  );
  const { items, next } = page(matching.reverse(), query);
  return appJson(200, {
    activities: items.length > 0 ? items.map((one) => shownActivity(ws, one)) : null,
    next,
  });
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
  const metric = query.get('metric');
  const campaign = query.get('campaign_id');
  const from = Number(query.get('start_ts') ?? 0);
  const to = Number(query.get('end_ts') ?? Number.POSITIVE_INFINITY);
  const type = query.get('type');
  const matching = [...ws.messages.values()].filter(
    (one) =>
      (!person || one.cioId === person.cioId) &&
      (!metric || one.metrics[metric] !== undefined) &&
      (!campaign || String(one.campaignId) === campaign) &&
      (!type || type === 'email') &&
      createdOf(one) >= from &&
      createdOf(one) <= to,
  );
  const { items, next } = page(matching.reverse(), query);
  return appJson(200, {
    messages: items.length > 0 ? items.map((one) => shownMessage(ws, one)) : null,
    next,
  });
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
    broadcast_id: null,
    trigger_event_id: parent?.triggerEventId,
    type: 'email',
    forgotten: false,
  };
}
