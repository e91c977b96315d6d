import type { CircuitBreaker } from './circuit-breaker.ts';
import { type LimiterClock, limiterClock } from './clock.ts';
import { type Slot, Slots } from './slots.ts';
import { type Priority, type WaitingRequest, WaitingRequests } from './waiting-requests.ts';

export interface RateLimiterOptions {
  requestsPerSecond: number;
  /** Must use the same clock. */
  breaker: CircuitBreaker;
  clock?: LimiterClock;
  /** Nothing starts before this monotonic time: an earlier process may have sent until it died. */
  quietUntilMs?: number;
  /** Called at each start. An error that it returns refuses the request. */
  refuse?: (() => Error | null) | undefined;
}

function wholeRequests(requestsPerSecond: number): number {
  return Math.max(1, Math.floor(requestsPerSecond));
}

/** The most requests a second for bulk work: it leaves a quarter (at least one) to urgent work, and gets at least one. */
export function bulkShareOf(requestsPerSecond: number): number {
  const limit = wholeRequests(requestsPerSecond);
  return Math.max(1, limit - Math.max(1, Math.floor(limit / 4)));
}

type LimiterState = 'starting' | 'running' | 'probing' | 'stopped';

/**
 * Lets at most N requests arrive at Kommo in any rolling second, whatever the network's jitter. Written here because no
 * maintained library counts a request from its possible arrival until its answer, with priorities and a reserve that bulk
 * work leaves to urgent work.
 *
 * - `starting`: until `quietUntilMs`. Requests wait.
 * - `running`: requests start as slots are free, by priority.
 * - `probing`: the circuit is half-open. One request at a time.
 * - `stopped`: the circuit is open. Requests are refused with the breaker's error.
 *
 * The state follows from the clock and the breaker; `#update` acts on it, after everything that may have changed it.
 */
export class RateLimiter {
  readonly #clock: LimiterClock;
  readonly #breaker: CircuitBreaker;
  readonly #refuse: () => Error | null;
  readonly #quietUntil: number;
  readonly #limit: number;
  readonly #bulkLimit: number;
  readonly #slots: Slots;
  readonly #waiting = new WaitingRequests<Slot>();
  readonly #quietListeners = new Set<() => void>();
  #cancelTimer: (() => void) | null = null;

  constructor({ requestsPerSecond, breaker, clock = limiterClock, ...options }: RateLimiterOptions) {
    this.#clock = clock;
    this.#breaker = breaker;
    this.#refuse = options.refuse ?? (() => null);
    this.#quietUntil = options.quietUntilMs ?? Number.NEGATIVE_INFINITY;
    this.#limit = wholeRequests(requestsPerSecond);
    this.#bulkLimit = bulkShareOf(this.#limit);
    this.#slots = new Slots(clock, () => this.#update());
  }

  /** Waits for a slot. Rejects with `signal.reason` on abort, or with the breaker's error. */
  acquire(priority: Priority, signal?: AbortSignal): Promise<Slot> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = () => {
        this.#waiting.delete(request);
        reject(signal!.reason);
        this.#update();
      };
      const forget = () => signal?.removeEventListener('abort', onAbort);
      const request: WaitingRequest<Slot> = {
        priority,
        since: this.#clock.now(),
        grant(slot) {
          forget();
          resolve(slot);
        },
        refuse(error) {
          forget();
          reject(error);
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiting.add(request);
      this.#update();
    });
  }

  /** No request waits, and at least half of a second's requests could start now. */
  isQuiet(): boolean {
    if (this.#state() !== 'running' || !this.#waiting.isEmpty) return false;
    this.#slots.expire();
    return this.#slots.taken <= this.#limit / 2;
  }

  /**
   * Resolves when `isQuiet()`, at the latest after `ms`: in a stream of events, a read that starts later covers more of
   * them. Resolves at once unless `running`: it is not known when the limiter will be quiet, and the request itself will
   * fail or wait.
   */
  whenQuiet(ms: number): Promise<void> {
    if (ms <= 0 || this.#state() !== 'running' || this.isQuiet()) return Promise.resolve();
    return new Promise((resolve) => {
      const listener = () => {
        cancel();
        this.#quietListeners.delete(listener);
        resolve();
      };
      const cancel = this.#clock.setTimer(listener, ms);
      this.#quietListeners.add(listener);
      this.#update();
    });
  }

  #state(): LimiterState {
    if (this.#breaker.state === 'open') return 'stopped';
    if (this.#clock.now() < this.#quietUntil) return 'starting';
    return this.#breaker.state === 'half_open' ? 'probing' : 'running';
  }

  #update(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.#slots.expire();
    // Before the state is read: the circuit may become half-open in between, but not open.
    const refusal = this.#breaker.refusal();
    if (refusal) this.#waiting.refuseAll(refusal);
    const state = this.#state();
    if (state === 'running' || state === 'probing') this.#startWaiting();
    if (this.#quietListeners.size > 0 && this.isQuiet())
      for (const listener of this.#quietListeners) listener();
    if (this.#waiting.isEmpty && this.#quietListeners.size === 0) return;
    const now = this.#clock.now();
    const next = state === 'starting' ? this.#quietUntil : this.#slots.nextFreeAt;
    // Infinite: the next change is the end of a request, which updates again.
    if (next === Number.POSITIVE_INFINITY) return;
    this.#cancelTimer = this.#clock.setTimer(() => this.#update(), Math.max(1, Math.ceil(next - now)));
  }

  #startWaiting(): void {
    const mayStart = (priority: Priority) => this.#mayStart(priority);
    for (;;) {
      const request = this.#waiting.next(this.#clock.now(), mayStart);
      if (request === undefined) return;
      this.#waiting.delete(request);
      const refusal = this.#refuse();
      if (refusal) request.refuse(refusal);
      else request.grant(this.#slots.take());
    }
  }

  #mayStart(priority: Priority): boolean {
    if (this.#breaker.state === 'half_open' && this.#slots.inAir > 0) return false;
    return this.#slots.taken < (priority === 'bulk' ? this.#bulkLimit : this.#limit);
  }
}
