import type { LimiterClock } from './clock.ts';

/** Which requests are considered: all of them by priority, or those of bulk work alone. */
export type Turn = 'any' | 'bulk';

/** A limiter with requests that wait for budgets which it shares with others. */
export interface ScheduledLimiter {
  /** Frees what is over, and refuses what must not be sent any more. Called before the other methods. */
  refresh(): void;
  /** How urgent the request is that may start now, the most urgent being 0; null where none may. */
  urgency(turn: Turn): number | null;
  startNext(turn: Turn): void;
  /** When another request may start, in monotonic ms; infinite where only the end of a request can change that. */
  nextStartAt(): number;
  /** Whether it waits for a start, or for a quiet moment. */
  readonly isWaiting: boolean;
  readonly hasBulkWaiting: boolean;
}

/** After so many starts of more urgent requests, bulk work that waits gets one, or a steady stream would keep it out. */
const URGENT_IN_A_ROW = 7;

/**
 * Starts the requests of all limiters that share budgets: the most urgent one first, and among equally urgent ones that of
 * the limiter whose last start is the longest ago. So a limiter with a backlog gets no more than its turn.
 */
export class RequestScheduler {
  readonly #clock: LimiterClock;
  /** Those with waiting requests. */
  readonly #waiting = new Set<ScheduledLimiter>();
  /** The number of the last start of each limiter. */
  readonly #lastStart = new WeakMap<ScheduledLimiter, number>();
  #starts = 0;
  /** Starts of urgent requests since the last one of bulk work that waits. */
  #urgentStarts = 0;
  #cancelTimer: (() => void) | null = null;

  constructor(clock: LimiterClock) {
    this.#clock = clock;
  }

  /**
   * Starts what may start now. To be called after everything that may let a request start.
   * @param changed the limiter that has another request, or one less
   */
  update(changed?: ScheduledLimiter): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    if (changed) this.#waiting.add(changed);
    for (const limiter of this.#waiting) limiter.refresh();
    while (this.#startNext());
    this.#setTimer();
  }

  #startNext(): boolean {
    const isBulkDue = this.#urgentStarts >= URGENT_IN_A_ROW;
    const bulk = isBulkDue ? this.#next('bulk') : null;
    const next = bulk ?? this.#next('any');
    if (next === null) return false;
    this.#starts += 1;
    this.#lastStart.set(next, this.#starts);
    const keepsBulkWaiting = bulk === null && [...this.#waiting].some(({ hasBulkWaiting }) => hasBulkWaiting);
    this.#urgentStarts = keepsBulkWaiting ? this.#urgentStarts + 1 : 0;
    next.startNext(bulk ? 'bulk' : 'any');
    return true;
  }

  #next(turn: Turn): ScheduledLimiter | null {
    let best: ScheduledLimiter | null = null;
    let least = Number.POSITIVE_INFINITY;
    for (const limiter of this.#waiting) {
      const urgency = limiter.urgency(turn);
      if (urgency === null || urgency > least) continue;
      if (best && urgency === least && this.#lastStartOf(limiter) >= this.#lastStartOf(best)) continue;
      best = limiter;
      least = urgency;
    }
    return best;
  }

  #lastStartOf(limiter: ScheduledLimiter): number {
    return this.#lastStart.get(limiter) ?? 0;
  }

  #setTimer(): void {
    let next = Number.POSITIVE_INFINITY;
    for (const limiter of this.#waiting) {
      if (limiter.isWaiting) next = Math.min(next, limiter.nextStartAt());
      else this.#waiting.delete(limiter);
    }
    // Infinite: the next change is the end of a request, which updates again.
    if (next === Number.POSITIVE_INFINITY) return;
    const ms = Math.max(1, Math.ceil(next - this.#clock.now()));
    this.#cancelTimer = this.#clock.setTimer(() => this.update(), ms);
  }
}
