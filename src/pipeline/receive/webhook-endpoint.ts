import { LargeReport, type RefusalCode, reportHeadersProblem, verifyReport } from '../../customerio/index.ts';
import type { Secret } from '../../lib/secret.ts';

/** A header as Node gives it: a list where it occurs more than once. */
type Header = string | string[] | undefined;

export interface WebhookEndpointOptions {
  kommo: { webhookSecret: Secret };
  /** Several keys during a rotation: a signature by any of them is valid. */
  customerio: { signingKeys: Secret[] };
}

/** Verifies that a connection's webhook comes from Kommo (by a secret) or from Customer.io (by a signature). */
export function createWebhookEndpoint({ kommo, customerio }: WebhookEndpointOptions) {
  const keys = customerio.signingKeys.map((key) => key.reveal());
  return {
    webhookSecret: kommo.webhookSecret.reveal(),
    /** @returns the problem of a report's headers alone, or null. */
    refuseHeaders: (timestamp: Header, signature: Header) =>
      reportHeadersProblem({ timestamp, signature, nowMs: Date.now() }),
    /** @returns why a report is refused, or null. */
    refuseReport(
      timestamp: Header,
      signature: Header,
      body: Buffer,
    ): { code: RefusalCode; reason: string } | null {
      // Real time, even where the pipeline has a test clock: Customer.io signs the real time.
      const verdict = verifyReport({ keys, timestamp, signature, body, nowMs: Date.now() });
      return verdict.ok ? null : verdict;
    },
    /** Begins a report that is too large to be held. */
    openLargeReport(timestamp: Header, signature: Header) {
      const report = new LargeReport({ keys, timestamp, signature, nowMs: Date.now() });
      return {
        heldBytes: () => report.bytes,
        write: (chunk: Buffer) => report.write(chunk),
        end() {
          const { verdict, body } = report.end();
          return { refused: verdict.ok ? null : verdict, body };
        },
      };
    },
  };
}
