import { appError, appJson, type Call, type Reply } from '../http/replies.ts';
import type { Person } from '../model/people.ts';
import { isSubscribed, topicIdentifier } from '../model/topics.ts';
import type { Workspace } from '../model/workspace.ts';
import { appRef, identifiersOf } from './identifiers.ts';

export function subscriptionTopics({ rules }: Workspace): Reply {
  const topics = rules.topics.map(({ id, name, description = '', subscribedByDefault = true }) => ({
    id,
    identifier: topicIdentifier({ id }),
    name,
    description,
    subscribed_by_default: subscribedByDefault,
  }));
  return appJson(200, { topics });
}

export function subscriptionChannels({ rules }: Workspace): Reply {
  const channels = rules.channels.map(({ subscribedByDefault = true, description = '', ...channel }) => ({
    ...channel,
    description,
    subscribed_by_default: subscribedByDefault,
  }));
  return appJson(200, { channels });
}

/** `/v1/customers/{id}/subscription_preferences`: every topic with what holds for the person. */
export function subscriptionPreferences(ws: Workspace, person: Person): Reply {
  const topics = ws.rules.topics.map(({ id, name, description = '' }) => ({
    id,
    name,
    description,
    subscribed: isSubscribed(ws, person, topicIdentifier({ id })),
  }));
  return appJson(200, {
    customer: {
      id: person.id ?? '',
      identifiers: identifiersOf(ws, person),
      unsubscribed: person.unsubscribed,
      topics,
      header: { title: 'Email preferences', subtitle: 'Choose what you want to receive.' },
    },
  });
}

/** `/v1/subscription_center/{customer_id}/token`: a link to the person's own page, 400 for unknown people. */
export function subscriptionToken(ws: Workspace, call: Call): Reply {
  const [, , identifier = '', action] = call.path;
  if (call.method !== 'GET' || action !== 'token') return appError(404, 'not found');
  const ref = appRef(identifier, call.query.get('id_type'));
  const person = ref && ws.people.find(ref);
  if (!person) return appError(400, 'customer not found');
  const token = Buffer.from(`${person.cioId}:${ws.seconds() + 86_400}`).toString('base64url');
  return appJson(200, { token, url: `https://track.customer.io/u/i/${token}/` });
}
