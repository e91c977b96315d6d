/** Timers that can all be cancelled, by owner or at once, in a clock that may run faster than the wall's. */
export interface Timers {
  /** Calls `then` after `realMs`. */
  after(realMs: number, owner: unknown, then: () => void): { fireNow(): void };
  cancel(owner: unknown): number;
  cancelAll(): void;
  readonly size: number;
}

/** Longest wait setTimeout can hold; a longer one would fire at once. */
const longest = 2 ** 31 - 1;

export function createTimers(): Timers {
  const running = new Map<NodeJS.Timeout, unknown>();
  return {
    after(realMs, owner, then) {
      const fire = () => {
        clearTimeout(timer);
        if (running.delete(timer)) then();
      };
      const timer = setTimeout(fire, Math.min(realMs, longest));
      running.set(timer, owner);
      return { fireNow: fire };
    },
    cancel(owner) {
      const mine = [...running].filter(([, whose]) => whose === owner);
      for (const [timer] of mine) {
        clearTimeout(timer);
        running.delete(timer);
      }
      return mine.length;
    },
    cancelAll() {
      for (const timer of running.keys()) clearTimeout(timer);
      running.clear();
    },
    get size() {
      return running.size;
    },
  };
}
