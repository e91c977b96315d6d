import type { ObjectType } from '../types.ts';

/** One of a metric's own fields; `?` marks those that are not in every report. */
type OwnField =
  | 'subject'
  | 'recipient'
  | 'recipients'
  | 'failure_message'
  | 'href'
  | 'link_id'
  | 'tracked_response'
  | 'inbound_event_id'
  | 'to';

type Metrics = Record<string, readonly OwnField[]>;

const failure = ['failure_message'] as const;

/** Own fields of every metric, by object type (Customer.io App API docs, "Reporting webhooks"). */
export const metrics: Record<ObjectType, Metrics> = {
  customer: { subscribed: [], unsubscribed: [], cio_subscription_preferences_changed: [] },
  email: {
    drafted: ['subject', 'recipient'],
    // The schemas of attempted and failed lack fields that all others have.
    attempted: failure,
    sent: ['subject', 'recipient'],
    delivered: ['subject', 'recipient'],
    opened: ['subject', 'recipient'],
    clicked: ['subject', 'recipient', 'href', 'link_id'],
    converted: ['subject', 'recipient'],
    unsubscribed: ['subject', 'recipient'],
    bounced: ['subject', 'recipient', 'failure_message'],
    dropped: ['subject', 'recipient', 'failure_message'],
    spammed: ['subject', 'recipient'],
    failed: ['subject', 'failure_message'],
    undeliverable: ['subject', 'recipient', 'failure_message'],
    // In the list of subscriptions, but no schema is published.
    deferred: ['subject', 'recipient', 'failure_message'],
  },
  push: {
    drafted: [],
    attempted: failure,
    sent: ['recipients'],
    delivered: ['recipients'],
    opened: ['recipients'],
    clicked: ['recipients', 'href', 'link_id'],
    converted: ['recipients'],
    bounced: ['recipients'],
    dropped: ['recipients'],
    failed: failure,
    undeliverable: failure,
  },
  sms: {
    drafted: [],
    attempted: failure,
    sent: ['recipient'],
    delivered: ['recipient'],
    clicked: ['recipient', 'href', 'link_id'],
    converted: ['recipient'],
    bounced: ['recipient', 'failure_message'],
    dropped: ['recipient', 'failure_message'],
    failed: failure,
    undeliverable: failure,
    replied: ['inbound_event_id', 'to', 'recipient'],
  },
  whatsapp: {
    drafted: [],
    attempted: failure,
    sent: ['recipient'],
    delivered: ['recipient'],
    opened: ['recipient'],
    clicked: ['recipient', 'href', 'link_id'],
    converted: ['recipient'],
    bounced: ['recipient', 'failure_message'],
    dropped: ['recipient', 'failure_message'],
    failed: failure,
    undeliverable: failure,
    replied: ['inbound_event_id', 'to', 'recipient'],
  },
  slack: {
    drafted: [],
    attempted: failure,
    sent: ['recipient'],
    clicked: ['recipient', 'href', 'link_id'],
    converted: ['recipient'],
    failed: failure,
    undeliverable: failure,
  },
  webhook: {
    drafted: [],
    attempted: failure,
    sent: ['recipient'],
    clicked: ['recipient', 'href', 'link_id'],
    converted: ['recipient'],
    failed: failure,
    undeliverable: failure,
  },
  in_app: {
    drafted: [],
    attempted: failure,
    sent: ['recipient'],
    opened: [],
    clicked: ['recipient', 'href', 'link_id', 'tracked_response'],
    converted: ['recipient'],
    failed: failure,
    undeliverable: failure,
  },
};

// These two pairs have a payload but cannot be subscribed to (the docs' enum lacks them).
const notSubscribable = new Set(['slack_undeliverable', 'customer_cio_subscription_preferences_changed']);

/** The values that `events` of a reporting webhook may hold. */
export const subscriptionNames: readonly string[] = [
  'customer_subscription_preferences_changed',
  ...Object.entries(metrics)
    .flatMap(([type, own]) => Object.keys(own).map((metric) => `${type}_${metric}`))
    .filter((name) => !notSubscribable.has(name)),
];

/** The subscription that a report belongs to. The preferences event has another name in the payload. */
export function subscriptionOf(objectType: ObjectType, metric: string): string {
  if (metric === 'cio_subscription_preferences_changed') return 'customer_subscription_preferences_changed';
  return `${objectType}_${metric}`;
}
