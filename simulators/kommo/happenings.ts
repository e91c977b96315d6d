type Truthy<T> = Exclude<T, false | null | undefined | 0 | ''>;

/** Tells listeners what happens, and lets a caller wait for a state. */
export interface Happenings<H> {
  /** The happening is made only when somebody listens; null tells nobody, but waiting callers look again. */
  tell(make: () => H | null): void;
  /** Returns a function that stops listening. */
  on(listener: (happening: H) => void): () => void;
  /** Resolves with the first true value of `look`, tried now and after every happening. Rejects after `timeoutMs`. */
  waitFor<T>(look: () => T, options?: { timeoutMs?: number; what?: string }): Promise<Truthy<T>>;
  /** Rejects everyone who still waits. */
  close(): void;
}

interface Waiter {
  check(): void;
  fail(error: Error): void;
}

export function createHappenings<H>(): Happenings<H> {
  const listeners = new Set<(happening: H) => void>();
  const waiters = new Set<Waiter>();
  let checking = false;

  // Once per turn of the event loop: a burst of happenings makes each waiting caller look once.
  const checkSoon = (): void => {
    if (checking || waiters.size === 0) return;
    checking = true;
    setImmediate(() => {
      checking = false;
      for (const waiter of [...waiters]) waiter.check();
    });
  };

  const wait = <T>(look: () => T, timeoutMs: number, what: string): Promise<Truthy<T>> =>
    new Promise((resolve, reject) => {
      const end = (finish: () => void): void => {
        clearTimeout(timer);
        waiters.delete(waiter);
        finish();
      };
      const waiter: Waiter = {
        check() {
          try {
            const seen = look();
            if (seen) end(() => resolve(seen as Truthy<T>));
          } catch (error) {
            end(() => reject(error));
          }
        },
        fail: (error) => end(() => reject(error)),
      };
      const late = () => waiter.fail(new Error(`Waited ${timeoutMs} ms for ${what}, in vain.`));
      const timer = setTimeout(late, timeoutMs);
      waiters.add(waiter);
      waiter.check();
    });

  return {
    tell(make) {
      const happening = listeners.size > 0 ? make() : null;
      if (happening !== null) for (const listener of [...listeners]) listener(happening);
      checkSoon();
    },
    on(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    waitFor: (look, { timeoutMs = 15_000, what = 'a state of the Kommo simulator' } = {}) =>
      wait(look, timeoutMs, what),
    close() {
      for (const waiter of [...waiters]) waiter.fail(new Error('The Kommo simulator was closed.'));
      listeners.clear();
    },
  };
}
