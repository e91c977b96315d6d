export interface Processing {
  /** Runs the change at once, or after the lag. `share` (0 to 1) shortens the lag of calls that overtake. */
  submit(change: () => void, share?: number): void;
  readonly pending: number;
  close(): void;
}

/**
 * 200 means accepted, not processed: changes come `lagMs` later, plus a random part of `jitterMs`, which puts
 * them out of order ("We may not process your API calls in the order you send them", Customer.io docs).
 */
export function createProcessing(
  lagMs: number,
  jitterMs: number,
  random: () => number,
  done: () => void,
): Processing {
  const timers = new Set<NodeJS.Timeout>();
  return {
    submit(change, share = 1) {
      const wait = (lagMs + jitterMs * random()) * share;
      if (wait <= 0) {
        change();
        done();
        return;
      }
      const timer = setTimeout(() => {
        timers.delete(timer);
        change();
        done();
      }, wait);
      timers.add(timer);
    },
    get pending() {
      return timers.size;
    },
    close() {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}
