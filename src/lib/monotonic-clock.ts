import { setTimeout } from 'node:timers/promises';

/** Measures spans of time in ms; unlike the time of day it never jumps. Tests pass one that they move by hand. */
export interface MonotonicClock {
  /** Ms since some fixed moment. */
  now(): number;
  sleep(ms: number): Promise<unknown>;
}

export const monotonicClock: MonotonicClock = {
  now: () => performance.now(),
  sleep: (ms) => setTimeout(ms),
};
