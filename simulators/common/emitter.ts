type Truthy<T> = Exclude<T, false | null | undefined | 0 | ''>;

/** Publishes events to listeners and lets callers wait for a state. */
export interface Emitter<Event> {
  /** Takes a function, so that no event is built without listeners; null publishes nothing, but wakes waiting callers. */
  emit(make: () => Event | null): void;
  /** Wakes waiting callers: some state may have changed. */
  changed(): void;
  /** Returns a function that removes the listener. */
  on(listener: (event: Event) => void): () => void;
  /** Resolves with the first truthy value of `predicate`, evaluated now and after every change. Rejects after `timeoutMs`. */
  waitFor<T>(predicate: () => T, options?: { timeoutMs?: number; what?: string }): Promise<Truthy<T>>;
  /** Rejects every caller that still waits. */
  close(): void;
}

interface Waiter {
  check(): void;
  fail(error: Error): void;
}

/** @param name whose events these are, for error messages */
export function createEmitter<Event>(name: string, defaultTimeoutMs = 40_000): Emitter<Event> {
  const listeners = new Set<(event: Event) => void>();
  const waiters = new Set<Waiter>();
  let isCheckScheduled = false;

  // Once per turn of the event loop: a burst of events evaluates each predicate once.
  function scheduleCheck(): void {
    if (isCheckScheduled || waiters.size === 0) return;
    isCheckScheduled = true;
    setImmediate(() => {
      isCheckScheduled = false;
      for (const waiter of [...waiters]) waiter.check();
    });
  }

  function waitFor<T>(predicate: () => T, timeoutMs: number, what: string): Promise<Truthy<T>> {
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void): void => {
        clearTimeout(timer);
        waiters.delete(waiter);
        finish();
      };
      const waiter: Waiter = {
        check() {
          try {
            const value = predicate();
            if (value) settle(() => resolve(value as Truthy<T>));
          } catch (error) {
            settle(() => reject(error));
          }
        },
        fail: (error) => settle(() => reject(error)),
      };
      const onTimeout = () => waiter.fail(new Error(`Timed out after ${timeoutMs} ms, waiting for: ${what}`));
      const timer = setTimeout(onTimeout, timeoutMs);
      waiters.add(waiter);
      waiter.check();
    });
  }

  return {
    emit(make) {
      const event = listeners.size > 0 ? make() : null;
      if (event !== null) for (const listener of [...listeners]) listener(event);
      scheduleCheck();
    },
    changed: scheduleCheck,
    on(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    waitFor: (predicate, { timeoutMs = defaultTimeoutMs, what = predicate.toString() } = {}) =>
      waitFor(predicate, timeoutMs, what),
    close() {
      for (const waiter of [...waiters]) waiter.fail(new Error(`The ${name} was closed.`));
      listeners.clear();
    },
  };
}
