import type { MonotonicClock } from '../../lib/monotonic-clock.ts';

/**
 * With so many calls in flight their outcomes are stored together, after this wait, in ms: one commit and one query of
 * the queue for several. Fewer calls never wait.
 */
const BUSY_CALLS = 8;
const BUSY_WAIT_MS = 20;
/** A round this soon after a call went out is one of a burst, and waits this long for what else is stored; both in ms. */
const BURST_MS = 10;
const BURST_WAIT_MS = 5;

/** How long a lane waits before a round, so that one commit and one query serve several calls. */
export class Pacing {
  readonly #clock: MonotonicClock;
  #lastCallAt = Number.NEGATIVE_INFINITY;

  constructor(clock: MonotonicClock) {
    this.#clock = clock;
  }

  callStarted(): void {
    this.#lastCallAt = this.#clock.now();
  }

  /** The wait before the next round, in ms; 0 for a lane that has little to do. */
  waitMs(callsInFlight: number): number {
    if (callsInFlight >= BUSY_CALLS) return BUSY_WAIT_MS;
    return this.#clock.now() - this.#lastCallAt < BURST_MS ? BURST_WAIT_MS : 0;
  }
}
