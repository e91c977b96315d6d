import { DeliveryError } from '../domain/errors.ts';
import type { KommoClient } from '../kommo/index.ts';

export interface WebhookState {
  /**
   * - `good`: a webhook of the account leads to this connection
   * - `disabled`: it does, but Kommo has switched it off
   * - `missing`: no webhook leads here
   * - `unknown`: not read yet, or Kommo does not let us read it
   */
  state: 'good' | 'disabled' | 'missing' | 'unknown';
  /** When it was last read, ms; null: never. */
  checkedAt: number | null;
  /** What to do, or why the state is unknown. Null where all is well. */
  words: string | null;
}

type Kommo = Pick<KommoClient, 'webhooks'>;

export interface WebhookStatusOptions {
  connection: string;
  /** Whether this process runs the connection: only then may it call Kommo. */
  isRunHere(): boolean;
  now(): number;
}

/** How old the state may be, in ms: one call in ten minutes, of the 4,200 that the rate limit allows. */
const MAX_AGE_MS = 10 * 60_000;
/** The same after a reading that failed. */
const RETRY_AFTER_MS = 60_000;

/**
 * Whether Kommo's webhook to a connection exists and is switched on. `current` answers at once with the last reading, and
 * starts another one in the background when that is too old: a page never waits for Kommo.
 */
export class WebhookStatus {
  readonly #options: WebhookStatusOptions;
  #kommo: Kommo | null = null;
  #state: WebhookState = { state: 'unknown', checkedAt: null, words: 'Not checked yet.' };
  #nextReadAt = 0;
  #isReading = false;

  constructor(options: WebhookStatusOptions) {
    this.#options = options;
  }

  /** The client with which this process runs the connection: its rate limiter counts all calls to the account. */
  setClient(kommo: Kommo): void {
    this.#kommo = kommo;
  }

  current(): WebhookState {
    const { isRunHere, now } = this.#options;
    if (this.#kommo && !this.#isReading && isRunHere() && now() >= this.#nextReadAt)
      void this.#read(this.#kommo);
    return this.#state;
  }

  /** The next call of `current` starts another reading, for example because the webhook was just fixed. */
  invalidate(): void {
    this.#nextReadAt = 0;
  }

  async #read(kommo: Kommo): Promise<void> {
    const { connection, now } = this.#options;
    this.#isReading = true;
    this.#nextReadAt = now() + MAX_AGE_MS;
    try {
      const webhooks = await kommo.webhooks({ priority: 'bulk' });
      this.#state = { ...stateOf(webhooks, connection), checkedAt: now() };
    } catch (error) {
      this.#nextReadAt = now() + RETRY_AFTER_MS;
      const words = error instanceof DeliveryError ? error.message : 'Kommo could not be read.';
      if (this.#state.checkedAt === null) this.#state = { state: 'unknown', checkedAt: null, words };
    } finally {
      this.#isReading = false;
    }
  }
}

/** No text here quotes the destination: it holds the webhook's secret. */
function stateOf(
  webhooks: Awaited<ReturnType<Kommo['webhooks']>>,
  connection: string,
): Pick<WebhookState, 'state' | 'words'> {
  const ours = webhooks.filter(({ destination }) => destination.includes(`/webhooks/kommo/${connection}/`));
  if (ours.length === 0)
    return {
      state: 'missing',
      words: 'Kommo has no webhook for this connection. The page Connections says what to do.',
    };
  if (ours.every(({ disabled }) => disabled))
    return {
      state: 'disabled',
      words:
        'Kommo has switched the webhook off after too many bad answers. Switch it on again in Kommo’s settings.',
    };
  return { state: 'good', words: null };
}
