import { DeliveryError } from '../../domain/errors.ts';
import type { LimiterClock } from './clock.ts';

/** The first pause after a 429 without a `Retry-After`: short, since Kommo's limit is about the requests of one second. */
const FIRST_PAUSE_MS = 5_000;
/** The longest pause that Kommo does not name. One call in this time is no burden, and the end is noticed within two minutes. */
const MAX_PAUSE_MS = 90_000;

export type CircuitState = 'closed' | 'open' | 'half_open';

/**
 * Stops calling Kommo while it asks for that: too many 429s end in a block that only Kommo's support lifts.
 *
 * - `closed`: Kommo answers. Calls go out as the rate limiter allows.
 * - `open`: Kommo has answered 429 or has blocked the account. Nothing is sent; every call fails at once with
 *   `throttled` and the time that is left. Becomes `half_open` when that time is over.
 * - `half_open`: it is not known whether Kommo answers. One request is in the air at a time. An answer closes the
 *   circuit, another 429 or block opens it again; a gateway's page or a broken connection proves nothing and changes
 *   nothing.
 */
export class CircuitBreaker {
  readonly #clock: Pick<LimiterClock, 'now'>;
  #state: CircuitState;
  #openUntil = Number.NEGATIVE_INFINITY;
  #openedAt = Number.NEGATIVE_INFINITY;
  #reason = new DeliveryError('throttled', 'Kommo asks to slow down.');
  /** Consecutive pauses whose length Kommo did not name. */
  #pauses = 0;

  constructor(initial: 'closed' | 'half_open', clock: Pick<LimiterClock, 'now'>) {
    this.#state = initial;
    this.#clock = clock;
  }

  get state(): CircuitState {
    if (this.#state === 'open' && this.#clock.now() >= this.#openUntil) this.#state = 'half_open';
    return this.#state;
  }

  /** The error for a call that must not be sent now, with the time left; null unless the circuit is open. */
  refusal(): DeliveryError | null {
    if (this.state !== 'open') return null;
    const { message, status } = this.#reason;
    const retryAfterMs = this.#openUntil - this.#clock.now();
    return new DeliveryError('throttled', message, { status, retryAfterMs });
  }

  /** Kommo itself has answered. Ignored while open: the answer belongs to a call from before the pause. */
  succeeded(): void {
    if (this.state === 'open') return;
    this.#state = 'closed';
    this.#pauses = 0;
  }

  /**
   * Records a failed call.
   * @param startedAt when the call was sent, on this breaker's clock.
   * @returns the error to throw, with its waiting time.
   */
  failed(error: DeliveryError, startedAt: number): DeliveryError {
    // Only Kommo itself refuses an item, so Kommo answers.
    if (error.failure === 'permanent') this.succeeded();
    if (error.failure !== 'throttled') return error;
    const ms = error.retryAfterMs ?? this.#pauseMs(startedAt);
    this.#open(ms, error);
    return new DeliveryError('throttled', error.message, { status: error.status, retryAfterMs: ms });
  }

  /** Several calls in the air can meet the same limit: that is one pause, not several. */
  #pauseMs(startedAt: number): number {
    if (startedAt > this.#openedAt) this.#pauses += 1;
    return Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (Math.max(1, this.#pauses) - 1));
  }

  /** A shorter pause never ends a longer one. */
  #open(ms: number, reason: DeliveryError): void {
    const now = this.#clock.now();
    this.#openedAt = now;
    if (now + ms > this.#openUntil) {
      this.#openUntil = now + ms;
      this.#reason = reason;
    }
    this.#state = 'open';
  }
}
