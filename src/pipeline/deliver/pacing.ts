import type { MonotonicClock } from '../../lib/monotonic-clock.ts';

/**
 * With this many calls in flight a round waits `BUSY_WAIT_MS` (ms), so that one commit and one query serve several calls.
 * With fewer calls a round never waits for more outcomes.
 */
const BUSY_CALLS = 8;
const BUSY_WAIT_MS = 20;
/** A round within `BURST_MS` of a call's start belongs to a burst and waits `BURST_WAIT_MS` for more actions; both in ms. */
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
