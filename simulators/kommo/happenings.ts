/** Tells listeners what happens, and lets a caller wait for a state. */
export interface Happenings<T> {
  tell(happening: T): void;
  /** Returns a function that stops listening. */
  on(listener: (happening: T) => void): () => void;
  /** Resolves once `predicate` holds; it is tried now and after every happening. Rejects after `timeoutMs`. */
  waitFor(predicate: () => unknown, options?: { timeoutMs?: number; what?: string }): Promise<void>;
  /** Rejects everyone who still waits. */
  close(): void;
}

interface Waiter {
  check(): void;
  fail(error: Error): void;
}

export function createHappenings<T>(): Happenings<T> {
  const listeners = new Set<(happening: T) => void>();
  const waiters = new Set<Waiter>();
  let checking = false;

  // Once per turn of the event loop: a burst of happenings evaluates each predicate once.
  const checkSoon = (): void => {
    if (checking || waiters.size === 0) return;
    checking = true;
    setImmediate(() => {
      checking = false;
      for (const waiter of [...waiters]) waiter.check();
    });
  };

  return {
    tell(happening) {
      for (const listener of [...listeners]) listener(happening);
      checkSoon();
    },
    on(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    waitFor(predicate, { timeoutMs = 10_000, what = 'a state of the Kommo simulator' } = {}) {
      if (predicate()) return Promise.resolve();
      return new Promise((resolve, reject) => {
        const end = (finish: () => void): void => {
          clearTimeout(timer);
          waiters.delete(waiter);
          finish();
        };
        const waiter: Waiter = {
          check() {
            try {
              if (predicate()) end(resolve);
            } catch (error) {
              end(() => reject(error));
            }
          },
          fail: (error) => end(() => reject(error)),
        };
        const late = () => waiter.fail(new Error(`Waited ${timeoutMs} ms for ${what}, in vain.`));
        const timer = setTimeout(late, timeoutMs);
        waiters.add(waiter);
      });
    },
    close() {
      for (const waiter of [...waiters]) waiter.fail(new Error('The Kommo simulator was closed.'));
      listeners.clear();
    },
  };
}
