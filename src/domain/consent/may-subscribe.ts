import type { Json } from '../entities.ts';

/**
 * Whether sending an attribute could resubscribe a person. Customer.io reads `unsubscribed` as true for true, "true", 1
 * and "1", and as subscribed for everything else (Track API docs); `cio_subscription_preferences` lists the topics that
 * a person wants. A CRM field may opt a client out, but it is no explicit opt-in: it may be older than the client's click
 * on "unsubscribe".
 */
export function maySubscribe(attribute: string, value: Json): boolean {
  if (attribute === 'unsubscribed') return !/^(true|1)$/i.test(String(value));
  return attribute.startsWith('cio_subscription_preferences') && !isAllFalse(value);
}

function isAllFalse(value: Json): boolean {
  if (typeof value === 'object' && value !== null) return Object.values(value).every(isAllFalse);
  return value === false || value === 'false';
}
