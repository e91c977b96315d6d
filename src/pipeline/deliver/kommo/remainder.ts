import type { Clock } from 'pg-boss';

/** The longest wait of a remainder, ms. */
const LONGEST_WAIT_MS = 1_000;

/**
 * Lets what is left after a full batch wait for the actions that the planning of a backlog is about to add. Without it each
 * planned batch would be followed by a call for its few last notes: 20,000 notes would take a quarter more calls.
 */
export class Remainder {
  readonly #clock: Clock;
  readonly #expectsMore: () => boolean;
  readonly #wake: () => void;
  #followsFullBatch = false;
  /** Since when the remainder has waited, ms; null where none waits. */
  #since: number | null = null;

  /** @param wake called when the wait is over, at the latest `LONGEST_WAIT_MS` after it began. */
  constructor(clock: Clock, expectsMore: () => boolean, wake: () => void) {
    this.#clock = clock;
    this.#expectsMore = expectsMore;
    this.#wake = wake;
  }

  /** @param isFull whether the next batch is full, or leaves other due actions. */
  mayWait(isFull: boolean): boolean {
    const now = this.#clock.now();
    if (!isFull && this.#followsFullBatch && this.#expectsMore()) {
      if (this.#since === null) {
        this.#since = now;
        this.#clock.setTimeout(this.#wake, LONGEST_WAIT_MS);
      }
      if (now < this.#since + LONGEST_WAIT_MS) return true;
    }
    this.#followsFullBatch = isFull;
    this.#since = null;
    return false;
  }
}
