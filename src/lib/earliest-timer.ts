/** What a timer needs of a clock; pg-boss's `Clock` has it. */
export interface TimerClock {
  /** Unix time, ms. */
  now(): number;
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(handle: unknown): void;
}

/** The longest delay that Node's timers know, ms: a longer one fires at once (Node docs, `setTimeout`). */
const MAX_DELAY_MS = 2 ** 31 - 1;

/**
 * One timer for several reasons to wake up: it fires at the earliest of the times it was asked for. Firing clears it,
 * so whoever still waits for a later time asks again when it has looked at its work.
 */
export class EarliestTimer {
  readonly #clock: TimerClock;
  readonly #onFire: () => void;
  #pending: { handle: unknown; at: number } | null = null;
  #isStopped = false;

  constructor(clock: TimerClock, onFire: () => void) {
    this.#clock = clock;
    this.#onFire = onFire;
  }

  /**
   * Fires at this time (unix ms) or before: an earlier time stays, a later one gives way. A past time fires at once, and a
   * time that is weeks away fires early. A part of a millisecond, as jitter has, is rounded up: times are stored as integers.
   */
  fireNoLaterThan(time: number): void {
    if (this.#isStopped || (this.#pending && this.#pending.at <= time)) return;
    this.#clear();
    const delay = Math.min(Math.max(1, Math.ceil(time - this.#clock.now())), MAX_DELAY_MS);
    const handle = this.#clock.setTimeout(() => this.#fire(), delay);
    this.#pending = { handle, at: time };
  }

  /** Never fires again. */
  stop(): void {
    this.#isStopped = true;
    this.#clear();
  }

  #fire(): void {
    this.#pending = null;
    this.#onFire();
  }

  #clear(): void {
    if (this.#pending) this.#clock.clearTimeout(this.#pending.handle);
    this.#pending = null;
  }
}
