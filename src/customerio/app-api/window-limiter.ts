export interface WindowLimiterOptions {
  /** How many calls may start within one window. */
  calls: number;
  windowMs: number;
  /** A clock that only goes forward, in ms. */
  now?: () => number;
  wait?: (ms: number) => Promise<void>;
}

/** Resolves when one more call may start, first come, first served. */
export type WindowLimiter = () => Promise<void>;

/**
 * Allows at most `calls` starts in any rolling window, in this process. p-throttle (`strict`) does not fit: it uses the
 * wall clock, so a clock that is set back stalls all calls for that long, and it releases waiting calls one by one.
 */
export function createWindowLimiter({
  calls,
  windowMs,
  now = monotonic,
  wait = sleep,
}: WindowLimiterOptions): WindowLimiter {
  const starts: number[] = [];
  let last = Promise.resolve();

  async function next(): Promise<void> {
    while (starts.length >= calls) {
      const left = starts[starts.length - calls]! + windowMs - now();
      if (left <= 0) break;
      await wait(left);
    }
    starts.push(now());
    if (starts.length > calls) starts.splice(0, starts.length - calls);
  }

  return () => {
    last = last.then(next);
    return last;
  };
}

function monotonic(): number {
  return performance.now();
}

function sleep(ms: number): Promise<void> {
  // Timers may fire a little early.
  return new Promise((resolve) => setTimeout(resolve, Math.ceil(ms) + 1));
}
