import { verifyReport } from '../../customerio/index.ts';
import type { Secret } from '../../lib/secret.ts';

/** A header as Node gives it: a list where it came more than once. */
type Header = string | string[] | undefined;

export interface WebhookEndpointOptions {
  kommo: { webhookSecret: Secret };
  /** Several keys while they are rotated: any of them may have signed. */
  customerio: { signingKeys: Secret[] };
}

/** What proves that a webhook of a connection comes from Kommo (a secret) or from Customer.io (a signature). */
export function createWebhookEndpoint({ kommo, customerio }: WebhookEndpointOptions) {
  const keys = customerio.signingKeys.map((key) => key.reveal());
  return {
    webhookSecret: kommo.webhookSecret.reveal(),
    /** @returns the reason why a report is refused, or null. */
    refuseReport(timestamp: Header, signature: Header, body: Buffer): string | null {
      // The time of day and not the pipeline's clock: Customer.io signs its own time.
      const verdict = verifyReport({ keys, timestamp, signature, body, nowMs: Date.now() });
      return verdict.ok ? null : verdict.reason;
    },
  };
}
