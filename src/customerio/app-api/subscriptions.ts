import { asList, asObject, asText, textOrNull } from '../../lib/unknown-json.ts';
import type { IdType } from './people.ts';
import { type AppTransport, identifierPart, listIn, objectIn, unexpectedAnswer } from './transport.ts';

/** A topic of the workspace's subscription center. */
export interface SubscriptionTopic {
  /** As in `cio_subscription_preferences.topics`: `topic_4`. */
  key: string;
  name: string;
  /** What holds for a person without a preference of their own. */
  isSubscribedByDefault: boolean;
}

/** A channel of the subscription center: `email`, `twilio` (SMS), `push`, `whatsapp`, ... */
export interface SubscriptionChannel {
  type: string;
  name: string;
  isSubscribedByDefault: boolean;
}

/** What a person receives, with the defaults of the workspace filled in. */
export interface SubscriptionPreferences {
  /** Unsubscribed from everything. */
  unsubscribed: boolean;
  topics: { key: string; name: string; isSubscribed: boolean }[];
}

export async function readTopics(transport: AppTransport): Promise<SubscriptionTopic[]> {
  const answer = await transport.send(get('/v1/subscription_topics'));
  return listIn(answer, 'topics').map((entry) => {
    const { id, identifier, name, subscribed_by_default: byDefault } = asObject(entry);
    return {
      key: topicKey(textOrNull(identifier) ?? id),
      name: asText(name),
      isSubscribedByDefault: byDefault === true,
    };
  });
}

/** Empty where the subscription center has no channels. */
export async function readChannels(transport: AppTransport): Promise<SubscriptionChannel[]> {
  const answer = await transport.send(get('/v1/subscription_channels'));
  return listIn(answer, 'channels').map((entry) => {
    const { type, name, subscribed_by_default: byDefault } = asObject(entry);
    return { type: asText(type), name: asText(name), isSubscribedByDefault: byDefault === true };
  });
}

/** Null where there is no such person. */
export async function readPreferences(
  transport: AppTransport,
  idType: IdType,
  id: string,
): Promise<SubscriptionPreferences | null> {
  const answer = await transport.find({
    ...get(`/v1/customers/${identifierPart(id)}/subscription_preferences?id_type=${idType}`),
    template: '/v1/customers/{id}/subscription_preferences',
  });
  if (answer === null) return null;
  const { unsubscribed, topics } = objectIn(answer, 'customer');
  return {
    unsubscribed: unsubscribed === true,
    topics: asList(topics).map(({ id: topic, identifier, name, subscribed }) => ({
      key: topicKey(textOrNull(identifier) ?? topic),
      name: asText(name),
      isSubscribed: subscribed === true,
    })),
  };
}

/**
 * The address of the person's own preference page, valid for 24 hours. Null where there is no such person, for which
 * Customer.io answers 400 (docs: `GET /v1/subscription_center/{customer_id}/token`).
 * @param id Customer.io's `id` of the person
 */
export async function readCenterLink(transport: AppTransport, id: string): Promise<string | null> {
  const answer = await transport.find(
    {
      ...get(`/v1/subscription_center/${identifierPart(id)}/token`),
      template: '/v1/subscription_center/{id}/token',
    },
    [400, 404],
  );
  if (answer === null) return null;
  const url = textOrNull(asObject(answer.body.json).url);
  if (url === null || !/^https?:\/\//.test(url)) throw unexpectedAnswer(answer);
  return url;
}

/** Customer.io gives a topic's id as 4, "4" or "topic_4". */
function topicKey(id: unknown): string {
  const text = asText(id);
  return /^\d+$/.test(text) ? `topic_${text}` : text;
}

function get(path: string) {
  return { method: 'GET' as const, path, template: path };
}
