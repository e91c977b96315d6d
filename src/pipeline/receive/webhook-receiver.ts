import { SELF_TEST_AGENT } from '../../domain/self-test.ts';
import type { Millis, Source } from '../../store/database/schema.ts';
import type { RawRequest } from '../../store/inbox.ts';
import type { Intake } from './intake.ts';
import { RepeatedReports } from './repeated-reports.ts';

export interface WebhookReceiverOptions {
  /** Resolves when the database is open. A webhook that comes earlier waits for that. */
  intake(): Promise<Pick<Intake, 'store'>>;
  /** Counts a webhook by its sender and its outcome. */
  count(source: Source, outcome: 'stored' | 'failed' | 'refused'): void;
  /** Called for each webhook that the other side has sent and that was stored, and for each that could not be. */
  onReceived?(webhook: Pick<RawRequest, 'connection' | 'source'>, outcome: 'stored' | 'failed'): void;
  onRefused?(refusal: RefusedWebhook): void;
  /** Unix time, ms. */
  now(): Millis;
}

/** A webhook that was refused. `connection` is null where there is no such connection. */
export interface RefusedWebhook {
  source: Source;
  connection: string | null;
  code: string;
  reason: string;
  isSelfTest: boolean;
}

/** The first step of the pipeline: stores a webhook's raw request before it is answered. */
export class WebhookReceiver {
  readonly #options: WebhookReceiverOptions;
  readonly #reports = new RepeatedReports({ now: () => performance.now() });

  constructor(options: WebhookReceiverOptions) {
    this.#options = options;
  }

  /**
   * Resolves when the webhook is on disk.
   * @param proof what a report was signed by; one that comes again with the same proof is not stored again
   * @throws where it could not be stored. The answer must then be an error, so that the sender retries.
   */
  receive(webhook: Omit<RawRequest, 'receivedAt'>, proof: string | null = null): Promise<void> {
    const store = () => this.#store({ ...webhook, receivedAt: this.#options.now() });
    return proof === null ? store() : this.#reports.storeOnce(`${webhook.connection} ${proof}`, store);
  }

  async #store(request: RawRequest): Promise<void> {
    try {
      const intake = await this.#options.intake();
      await intake.store(request);
    } catch (error) {
      this.#note(request, 'failed');
      throw error;
    }
    this.#note(request, 'stored');
  }

  /** Counts a webhook with a wrong secret or signature, or for a connection that does not exist. */
  refuse(refusal: RefusedWebhook): void {
    this.#options.count(refusal.source, 'refused');
    if (!refusal.isSelfTest) this.#options.onRefused?.(refusal);
  }

  #note(webhook: RawRequest, outcome: 'stored' | 'failed'): void {
    this.#options.count(webhook.source, outcome);
    const isSelfTest = webhook.headers['user-agent'] === SELF_TEST_AGENT;
    // A test that Stagepost sends to itself does not show that the other side sends webhooks.
    if (!isSelfTest || outcome === 'failed') this.#options.onReceived?.(webhook, outcome);
  }
}
