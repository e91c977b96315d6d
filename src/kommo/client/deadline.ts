/** The end of a call's time, or its cancellation by the caller, whichever comes first. */
export interface Deadline {
  /** Aborted then. */
  signal: AbortSignal;
  /** Removes timer and listener. Call it when the call has ended. */
  clear(): void;
}

export function startDeadline(timeoutMs: number, cancelled: AbortSignal | undefined): Deadline {
  const controller = new AbortController();
  const abort = () => controller.abort();
  const timer = setTimeout(abort, timeoutMs);
  cancelled?.addEventListener('abort', abort, { once: true });
  if (cancelled?.aborted) abort();
  return {
    signal: controller.signal,
    clear() {
      clearTimeout(timer);
      cancelled?.removeEventListener('abort', abort);
    },
  };
}
