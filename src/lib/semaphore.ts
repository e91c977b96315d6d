/** Lets so many pieces of work begin at once. */
export type Semaphore = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * @param places how many may be under way.
 * @param patienceMs work that takes longer makes room for the next: it waits for somebody else's answer, and costs
 * nothing here.
 */
export function createSemaphore(places: number, patienceMs: number): Semaphore {
  const waiting: (() => void)[] = [];
  let free = places;

  function leave(): void {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  }

  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    let left = false;
    const leaveOnce = () => {
      if (!left) leave();
      left = true;
    };
    const timer = setTimeout(leaveOnce, patienceMs);
    try {
      return await work();
    } finally {
      clearTimeout(timer);
      leaveOnce();
    }
  };
}
