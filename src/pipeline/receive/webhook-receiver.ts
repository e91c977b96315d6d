import type { Millis, Source } from '../../store/database/schema.ts';
import type { RawRequest } from '../../store/inbox.ts';
import type { Intake } from './intake.ts';
import { RepeatedReports } from './repeated-reports.ts';

export interface WebhookReceiverOptions {
  /** Resolves when the database is open. A webhook that comes earlier waits for that. */
  intake(): Promise<Pick<Intake, 'store'>>;
  /** Counts a webhook by its sender and its outcome. */
  count(source: Source, outcome: 'stored' | 'failed' | 'refused'): void;
  /** Unix time, ms. */
  now(): Millis;
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
      this.#options.count(request.source, 'failed');
      throw error;
    }
    this.#options.count(request.source, 'stored');
  }

  /** Counts a webhook with a wrong secret or signature, or for a connection that does not exist. */
  refuse(source: Source): void {
    this.#options.count(source, 'refused');
  }
}
