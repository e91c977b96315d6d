export interface LimiterOptions {
  /** How many calls may start within one window. */
  calls: number;
  windowMs: number;
  /** A clock that only goes forward, in ms. */
  now?: () => number;
  wait?: (ms: number) => Promise<void>;
}

/** Resolves when one more call may start, in the order of asking. */
export type Limiter = () => Promise<void>;

/** At most `calls` starts in any rolling window, in this process. */
export function createLimiter({ calls, windowMs, now = monotonic, wait = sleep }: LimiterOptions): Limiter {
  const starts: number[] = [];
  let turn = Promise.resolve();

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
    turn = turn.then(next);
    return turn;
  };
}

function monotonic(): number {
  return performance.now();
}

function sleep(ms: number): Promise<void> {
  // Timers may fire a little early.
  return new Promise((resolve) => setTimeout(resolve, Math.ceil(ms) + 1));
}
