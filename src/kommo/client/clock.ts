import { performance } from 'node:perf_hooks';

/** Time that never goes back, and timers on it. */
export interface LimiterClock {
  /** Monotonic ms. */
  now(): number;
  /** @returns a function that cancels the timer. */
  setTimer(run: () => void, ms: number): () => void;
}

export const limiterClock: LimiterClock = {
  now: () => performance.now(),
  setTimer(run, ms) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};
