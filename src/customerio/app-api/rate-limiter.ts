/** `live`: a person or a moved deal waits for the answer. `bulk`: reconciliation, look-ups ahead of time. */
export type Priority = 'live' | 'bulk';

export interface RateLimiterOptions {
  /** How many calls may start within one window. */
  calls: number;
  windowMs: number;
  /** A clock that only goes forward, in ms. */
  now?: () => number;
  wait?: (ms: number) => Promise<void>;
}

/** What the client needs of a limiter, so that a test can count calls instead. */
export interface CallLimiter {
  /** Resolves when one more call may start. */
  take(priority: Priority): Promise<void>;
  /** No call starts within this time, in ms. */
  pause(ms: number): void;
}

/** Of so many starts in a row, one is for waiting bulk calls, so that steady live work cannot stop them for good. */
const STARTS_PER_BULK_START = 10;

/**
 * Allows at most `calls` starts in any rolling window, in this process: live calls before bulk calls, and within a
 * priority first come, first served. p-throttle (`strict`) does not fit: it uses the wall clock, so a clock that is set
 * back stalls all calls for that long, and it knows no priorities.
 */
export class RateLimiter implements CallLimiter {
  readonly #options: Required<RateLimiterOptions>;
  /** The times of the latest starts, oldest first, at most `calls`. */
  readonly #starts: number[] = [];
  readonly #waiting: Record<Priority, (() => void)[]> = { live: [], bulk: [] };
  #liveStartsInARow = 0;
  #pausedUntil = Number.NEGATIVE_INFINITY;
  #isReleasing = false;

  constructor(options: RateLimiterOptions) {
    this.#options = { now: monotonic, wait: sleep, ...options };
  }

  take(priority: Priority): Promise<void> {
    const turn = new Promise<void>((resolve) => this.#waiting[priority].push(resolve));
    if (!this.#isReleasing) void this.#release();
    return turn;
  }

  pause(ms: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#options.now() + ms);
  }

  async #release(): Promise<void> {
    this.#isReleasing = true;
    while (this.#waiting.live.length + this.#waiting.bulk.length > 0) {
      // A call that was just released runs first, so that it can still pause the limiter.
      await null;
      const left = this.#nextStart() - this.#options.now();
      if (left > 0) {
        await this.#options.wait(left);
        continue;
      }
      this.#starts.push(this.#options.now());
      if (this.#starts.length > this.#options.calls) this.#starts.shift();
      this.#next()();
    }
    this.#isReleasing = false;
  }

  #nextStart(): number {
    const { calls, windowMs } = this.#options;
    const windowEnd = this.#starts.length < calls ? Number.NEGATIVE_INFINITY : this.#starts[0]! + windowMs;
    return Math.max(windowEnd, this.#pausedUntil);
  }

  #next(): () => void {
    const { live, bulk } = this.#waiting;
    const isBulk =
      live.length === 0 || (bulk.length > 0 && this.#liveStartsInARow >= STARTS_PER_BULK_START - 1);
    this.#liveStartsInARow = isBulk ? 0 : this.#liveStartsInARow + 1;
    return (isBulk ? bulk : live).shift()!;
  }
}

function monotonic(): number {
  return performance.now();
}

function sleep(ms: number): Promise<void> {
  // Timers may fire a little early.
  return new Promise((resolve) => setTimeout(resolve, Math.ceil(ms) + 1));
}
