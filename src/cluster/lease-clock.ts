import { performance } from 'node:perf_hooks';

/** A time by both clocks of a machine, ms: the monotonic one stops while the machine sleeps, the wall clock can be set back. */
export interface Instant {
  monotonic: number;
  wall: number;
}

/** The clock of the leases: real time, even where the queue has a test clock. */
export interface LeaseClock {
  now(): Instant;
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(handle: unknown): void;
}

export const systemLeaseClock: LeaseClock = {
  now: () => ({ monotonic: performance.now(), wall: Date.now() }),
  setTimeout: (callback, ms) => setTimeout(callback, ms),
  clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout),
};

/** The longest time that can have passed, ms: a clock that stopped or was set back shows too little. */
export function elapsedMs(since: Instant, now: Instant): number {
  return Math.max(now.monotonic - since.monotonic, now.wall - since.wall);
}
