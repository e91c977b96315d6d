import { type MonotonicClock, monotonicClock } from './monotonic-clock.ts';
import { withTimeout } from './timeout.ts';

export interface SamplerOptions<T> {
  /** Reads the value; expensive, and may fail or hang. */
  read(): Promise<T>;
  /** The shortest time between two readings, ms, however often the value is asked for. */
  everyMs: number;
  /** How long somebody who asks waits for a reading, ms. */
  waitMs: number;
  onError(error: unknown): void;
  clock?: MonotonicClock;
}

export interface Sample<T> {
  /** The last value that was read; null before the first one. */
  value: T | null;
  /** The value could not be read anew: the last reading failed, or still runs. */
  isStale: boolean;
}

/** Reading takes at most a twentieth of the time, so a slow reading makes the next one rarer. */
const SHARE = 20;
/** But a value is never older than this, ms, where it can be read. */
const MAX_AGE_MS = 60_000;

/** The last value of an expensive reading, for somebody who asks often and must be answered soon. */
export class Sampler<T> {
  readonly #options: SamplerOptions<T>;
  readonly #clock: MonotonicClock;
  #value: T | null = null;
  #hasFailed = false;
  #reading: Promise<void> | null = null;
  #nextAt = Number.NEGATIVE_INFINITY;

  constructor(options: SamplerOptions<T>) {
    this.#options = options;
    this.#clock = options.clock ?? monotonicClock;
  }

  /** Reads the value anew if it is time, and waits for that for a while. Never rejects. */
  async sample(): Promise<Sample<T>> {
    if (!this.#reading && this.#clock.now() >= this.#nextAt) this.#reading = this.#read();
    if (this.#reading) await withTimeout(this.#reading, this.#options.waitMs, '').catch(() => {});
    return { value: this.#value, isStale: this.#hasFailed || this.#reading !== null };
  }

  async #read(): Promise<void> {
    const { read, everyMs, onError } = this.#options;
    const beganAt = this.#clock.now();
    try {
      this.#value = await read();
      this.#hasFailed = false;
    } catch (error) {
      this.#hasFailed = true;
      onError(error);
    }
    const now = this.#clock.now();
    const pauseMs = this.#hasFailed ? 0 : Math.min(MAX_AGE_MS, SHARE * (now - beganAt));
    this.#nextAt = now + Math.max(everyMs, pauseMs);
    this.#reading = null;
  }
}
