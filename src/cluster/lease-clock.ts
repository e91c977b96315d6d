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

/** Rejects where the work takes longer; it is not stopped, but whoever waits for it must decide in time. */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let late: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    late = setTimeout(() => reject(new Error('The database did not answer in time.')), ms);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(late);
    work.catch(() => {});
  }
}
