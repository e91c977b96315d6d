import type { LimiterClock } from './clock.ts';
import { type Slot, Slots, WINDOW_MS } from './slots.ts';
import type { Priority } from './waiting-requests.ts';

function wholeRequests(requestsPerSecond: number): number {
  return Math.max(1, Math.floor(requestsPerSecond));
}

/** The most requests a second for bulk work: it leaves a quarter (at least one) to urgent work, and gets at least one. */
export function bulkShareOf(requestsPerSecond: number): number {
  const limit = wholeRequests(requestsPerSecond);
  return Math.max(1, limit - Math.max(1, Math.floor(limit / 4)));
}

/** A number of requests a second, of one client or of several together. */
export class RequestBudget {
  readonly #slots: Slots;
  #limit = 1;
  #bulkLimit = 1;

  constructor(requestsPerSecond: number, clock: Pick<LimiterClock, 'now'>) {
    this.#slots = new Slots(clock);
    this.setRate(requestsPerSecond);
  }

  /** Below 1, there is one request in more than a second. */
  setRate(requestsPerSecond: number): void {
    this.#limit = wholeRequests(requestsPerSecond);
    this.#bulkLimit = bulkShareOf(requestsPerSecond);
    this.#slots.windowMs = WINDOW_MS / Math.min(1, requestsPerSecond);
  }

  /** Whether a request may start, as of the last `expire`. */
  hasRoom(priority: Priority): boolean {
    return this.#slots.taken < (priority === 'bulk' ? this.#bulkLimit : this.#limit);
  }

  /** At most half of a second's requests are taken by urgent work, as of the last `expire`. */
  get isQuiet(): boolean {
    return this.#slots.takenByUrgent <= this.#limit / 2;
  }

  /** Requests that have started and not ended. */
  get inAir(): number {
    return this.#slots.inAir;
  }

  /** When the next request's place is free, in monotonic ms; infinite where that is not known yet, or all are free. */
  get nextFreeAt(): number {
    return this.#slots.nextFreeAt;
  }

  expire(): void {
    this.#slots.expire();
  }

  take(priority: Priority): Slot {
    return this.#slots.take(priority === 'bulk');
  }
}
