export interface BackoffOptions {
  /** The wait after the first failure, ms. */
  firstMs: number;
  /** The longest wait, ms. */
  maxMs: number;
  /**
   * A number from 0 up to 1, for jitter: the wait is shortened by up to a half, so that what failed together does not
   * come back together. Without it the wait is exact.
   */
  random?: number;
}

/**
 * The wait before the next attempt, in ms: it doubles with every failure, up to `maxMs`.
 * @param failures how many attempts have failed in a row, from 1.
 */
export function backoff(failures: number, { firstMs, maxMs, random = 1 }: BackoffOptions): number {
  // Beyond 2^52 doubling is no longer exact, and every useful wait has reached its maximum long before.
  const doublings = Math.min(52, Math.max(0, failures - 1));
  return Math.round(Math.min(maxMs, firstMs * 2 ** doublings) * (0.5 + random / 2));
}
