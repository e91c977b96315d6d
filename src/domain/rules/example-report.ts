import type { Json, UnixSeconds } from '../entities.ts';

/** Values of a report that nobody has received yet, for previews of a reaction's texts. @param name `email_opened` */
export function exampleReport(name: string, recipient: string, now: UnixSeconds): Record<string, Json> {
  return {
    subject: 'Your proposal',
    href: 'https://example.com/pricing',
    recipient,
    failure_message: 'Mailbox full',
    metric: name.slice(name.indexOf('_') + 1),
    occurred_at: now,
    delivery_id: 'example',
    campaign_id: 1,
    campaign_name: 'Example campaign',
    newsletter_name: 'Example newsletter',
    broadcast_name: 'Example broadcast',
    message_name: 'Example message',
  };
}

/** Stands for the link to a client's preference page in previews, which make no call for it. */
export const EXAMPLE_PREFERENCES_URL = 'https://track.customer.io/u/i/example/';
