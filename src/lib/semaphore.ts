/** Runs work as soon as there is a place for it. @throws SemaphoreFull */
export type Semaphore = <T>(work: () => Promise<T>) => Promise<T>;

/** Too much work is waiting for a place already; this work was not started. */
export class SemaphoreFull extends Error {
  constructor() {
    super('Too much is waiting already.');
    this.name = 'SemaphoreFull';
  }
}

/**
 * @param places how much work may be in progress at once
 * @param patienceMs work that takes longer makes room for the next: for work that mostly waits for another server, and
 * costs little here. Null: work keeps its place until its end
 * @param maxWaiting how much work may wait for a place
 *
 * p-limit knows no patience and no bound on what waits.
 */
export function createSemaphore(
  places: number,
  patienceMs: number | null,
  maxWaiting = Number.POSITIVE_INFINITY,
): Semaphore {
  const waiting: (() => void)[] = [];
  let free = places;

  function release(): void {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  }

  return async (work) => {
    if (free > 0) free -= 1;
    else if (waiting.length >= maxWaiting) throw new SemaphoreFull();
    else await new Promise<void>((resolve) => waiting.push(resolve));
    let released = false;
    const releaseOnce = () => {
      if (!released) release();
      released = true;
    };
    const timer = patienceMs === null ? undefined : setTimeout(releaseOnce, patienceMs);
    try {
      return await work();
    } finally {
      clearTimeout(timer);
      releaseOnce();
    }
  };
}
