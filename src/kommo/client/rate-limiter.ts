import type { CircuitBreaker } from './circuit-breaker.ts';
import { type LimiterClock, limiterClock } from './clock.ts';
import type { SharedLimits } from './kommo-limits.ts';
import { RequestBudget } from './request-budget.ts';
import { RequestScheduler, type ScheduledLimiter, type Turn } from './request-scheduler.ts';
import type { Slot } from './slots.ts';
import { type Priority, urgencyOf, type WaitingRequest, WaitingRequests } from './waiting-requests.ts';

export interface RateLimiterOptions {
  requestsPerSecond: number;
  /** Must use the same clock. */
  breaker: CircuitBreaker;
  clock?: LimiterClock;
  /** Nothing starts before this monotonic time: an earlier process may have sent until it died. */
  quietUntilMs?: number;
  /** Called at each start. An error that it returns refuses the request. */
  refuse?: (() => Error | null) | undefined;
  /** The limits that the requests share with those of other limiters; absent: there are none. */
  shared?: SharedLimits | undefined;
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
 * The state follows from the clock and the breaker. The scheduler acts on it, after everything that may have changed it.
 */
export class RateLimiter implements ScheduledLimiter {
  readonly #clock: LimiterClock;
  readonly #breaker: CircuitBreaker;
  readonly #refuse: () => Error | null;
  readonly #quietUntil: number;
  readonly #own: RequestBudget;
  /** The one whose requests in the air are all that the breaker knows of. */
  readonly #account: RequestBudget;
  /** A request needs room in each of them. */
  readonly #budgets: readonly RequestBudget[];
  readonly #scheduler: RequestScheduler;
  readonly #waiting = new WaitingRequests<Slot>();
  readonly #quietListeners = new Set<() => void>();

  constructor({ requestsPerSecond, breaker, clock = limiterClock, ...options }: RateLimiterOptions) {
    const { refuse, quietUntilMs, shared } = options;
    this.#clock = clock;
    this.#breaker = breaker;
    this.#refuse = refuse ?? (() => null);
    this.#quietUntil = quietUntilMs ?? Number.NEGATIVE_INFINITY;
    this.#own = new RequestBudget(requestsPerSecond, clock);
    this.#account = shared?.account ?? this.#own;
    this.#budgets = [this.#own, shared?.account, shared?.common].filter((budget) => budget != null);
    this.#scheduler = shared?.scheduler ?? new RequestScheduler(clock);
  }

  /** Waits for a slot. Rejects with `signal.reason` on abort, or with the breaker's error. */
  acquire(priority: Priority, signal?: AbortSignal): Promise<Slot> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = () => {
        this.#waiting.delete(request);
        reject(signal!.reason);
        this.#scheduler.update(this);
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
      this.#scheduler.update(this);
    });
  }

  /**
   * No urgent request waits, and at least half of a second's requests are not taken by urgent ones. Bulk work does not count: it
   * gives way, and a stage change that waited for its end would wait for as long as the contacts of the account are read.
   */
  isQuiet(): boolean {
    if (this.#state() !== 'running' || !this.#waiting.isWithoutUrgent) return false;
    this.#own.expire();
    return this.#own.isQuiet;
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
      this.#scheduler.update(this);
    });
  }

  #state(): LimiterState {
    if (this.#breaker.state === 'open') return 'stopped';
    if (this.#clock.now() < this.#quietUntil) return 'starting';
    return this.#breaker.state === 'half_open' ? 'probing' : 'running';
  }

  get isWaiting(): boolean {
    return !this.#waiting.isEmpty || this.#quietListeners.size > 0;
  }

  get hasBulkWaiting(): boolean {
    return this.#waiting.hasBulk;
  }

  refresh(): void {
    for (const budget of this.#budgets) budget.expire();
    // Before the state is read: the circuit may become half-open in between, but not open.
    const refusal = this.#breaker.refusal();
    if (refusal) this.#waiting.refuseAll(refusal);
    if (this.#quietListeners.size > 0 && this.isQuiet())
      for (const listener of this.#quietListeners) listener();
  }

  urgency(turn: Turn): number | null {
    const request = this.#next(turn);
    return request ? urgencyOf(request, this.#clock.now()) : null;
  }

  startNext(turn: Turn): void {
    const request = this.#next(turn);
    if (!request) return;
    this.#waiting.delete(request);
    const refusal = this.#refuse();
    if (refusal) request.refuse(refusal);
    else request.grant(this.#take(request.priority));
  }

  nextStartAt(): number {
    if (this.#state() === 'starting') return this.#quietUntil;
    const priority = this.#waiting.highest;
    const full = priority ? this.#budgets.filter((budget) => !budget.hasRoom(priority)) : [];
    if (full.length === 0) return this.#own.nextFreeAt;
    const freeAt = Math.max(...full.map((budget) => budget.nextFreeAt));
    return this.#quietListeners.size > 0 ? Math.min(freeAt, this.#own.nextFreeAt) : freeAt;
  }

  #next(turn: Turn): WaitingRequest<Slot> | undefined {
    const state = this.#state();
    if (state !== 'running' && state !== 'probing') return undefined;
    if (!this.#mayStart('live')) return undefined;
    return this.#waiting.next(this.#clock.now(), (priority) => this.#mayStart(priority), turn);
  }

  #mayStart(priority: Priority): boolean {
    if (this.#breaker.state === 'half_open' && this.#account.inAir > 0) return false;
    return this.#budgets.every((budget) => budget.hasRoom(priority));
  }

  /** A place in each budget, as one. */
  #take(priority: Priority): Slot {
    const slots = this.#budgets.map((budget) => budget.take(priority));
    return {
      sent: () => {
        for (const slot of slots) slot.sent();
        this.#scheduler.update(this);
      },
      done: (arrived) => {
        for (const slot of slots) slot.done(arrived);
        this.#scheduler.update(this);
      },
    };
  }
}
