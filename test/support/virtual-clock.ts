import type { LimiterClock } from '../../src/kommo/client/clock.ts';

/** A clock that jumps from timer to timer; promises settle between the jumps. */
export function virtualClock() {
  let time = 0;
  let timers: { at: number; run: () => void }[] = [];
  const clock: LimiterClock = {
    now: () => time,
    setTimer(run, ms) {
      const timer = { at: time + ms, run };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
  };
  const settle = async () => {
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  };
  return {
    clock,
    settle,
    at: (ms: number, run: () => void) => void clock.setTimer(run, ms - time),
    async runUntil(end: number) {
      for (;;) {
        await settle();
        const next = timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        timers = timers.filter((timer) => timer !== next);
        time = Math.max(time, next.at);
        next.run();
      }
      time = end;
    },
  };
}

/** The most arrivals in any rolling window of `ms`, both ends included. */
export function mostInWindow(arrivals: number[], ms: number): number {
  const sorted = arrivals.toSorted((a, b) => a - b);
  let most = 0;
  let first = 0;
  for (const [index, end] of sorted.entries()) {
    while (sorted[first]! < end - ms) first += 1;
    most = Math.max(most, index - first + 1);
  }
  return most;
}
