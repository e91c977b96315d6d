import { performance } from 'node:perf_hooks';

/** A moment by both clocks of a machine, ms: the monotonic one stands still while it sleeps, the wall's can be set back. */
export interface Instant {
  monotonic: number;
  wall: number;
}

/** Leases are renewed by the machine's real time, whatever clock the queue has. */
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

/** The longest that it can have been, ms: a clock that stood still or was set back shows too little. */
export function elapsedMs(since: Instant, now: Instant): number {
  return Math.max(now.monotonic - since.monotonic, now.wall - since.wall);
}
