import type { Happening } from '../types.ts';

export interface Happenings {
  /** Takes a function, so that nothing is built while nobody listens. */
  tell(make: () => Happening): void;
  /** Lets those who wait look again. */
  changed(): void;
  on(listener: (happening: Happening) => void): () => void;
  waitFor<T>(predicate: () => T, options?: { timeoutMs?: number; what?: string }): Promise<NonNullable<T>>;
  close(): void;
}

interface Waiter {
  check(): void;
  fail(error: Error): void;
}

/** Tells listeners what happens, and wakes those who wait for a state. */
export function createHappenings(): Happenings {
  const listeners = new Set<(happening: Happening) => void>();
  const waiters = new Set<Waiter>();
  let checking = false;

  // Once per turn of the event loop: a burst of happenings evaluates each predicate once.
  const checkSoon = () => {
    if (checking || waiters.size === 0) return;
    checking = true;
    setImmediate(() => {
      checking = false;
      for (const waiter of [...waiters]) waiter.check();
    });
  };

  return {
    tell(make) {
      if (listeners.size > 0) {
        const happening = make();
        for (const listener of [...listeners]) listener(happening);
      }
      checkSoon();
    },
    changed: checkSoon,
    on(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    waitFor: (predicate, options = {}) => waitIn(waiters, predicate, options),
    close() {
      for (const waiter of [...waiters]) waiter.fail(new Error('The simulator was closed while waiting.'));
      listeners.clear();
    },
  };
}

function waitIn<T>(
  waiters: Set<Waiter>,
  predicate: () => T,
  { timeoutMs = 10_000, what = predicate.toString() }: { timeoutMs?: number; what?: string },
): Promise<NonNullable<T>> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      clearTimeout(timer);
      waiters.delete(waiter);
      act();
    };
    const waiter: Waiter = {
      check() {
        try {
          const value = predicate();
          if (value) settle(() => resolve(value as NonNullable<T>));
        } catch (error) {
          settle(() => reject(error));
        }
      },
      fail: (error) => settle(() => reject(error)),
    };
    const timer = setTimeout(
      () => waiter.fail(new Error(`Waited ${timeoutMs} ms in vain for: ${what}`)),
      timeoutMs,
    );
    waiters.add(waiter);
    waiter.check();
  });
}
