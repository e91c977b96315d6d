import { performance } from 'node:perf_hooks';

/** Two clocks: the monotonic one stands still while a machine sleeps, the wall's can be set back. */
export interface Instant {
  monotonic: number;
  wall: number;
}

export function now(): Instant {
  return { monotonic: performance.now(), wall: Date.now() };
}

/** How long ago that was at the most, in ms. */
export function elapsedMs({ monotonic, wall }: Instant): number {
  return Math.max(performance.now() - monotonic, Date.now() - wall);
}
