/**
 * Who must act when a call to a destination fails, and whether it is tried again.
 * `kommo/` and `customerio/` translate what they see into one of these; the lanes act on nothing else.
 *
 * - `again`: timeout, reset, 5xx. Nobody must act; tried again with backoff.
 * - `slow_down`: 429 or a block. Nobody must act (or wait for support); the whole lane waits, no attempt is used up.
 * - `reconnect`: 401, a revoked token. The operator must act; the lane is held.
 * - `reject`: the destination refuses this one item. Whoever wrote the rule or the data must act.
 * - `unknown`: a write without an answer. Nobody must act; read back before it is written again.
 */
export type FailureClass = 'again' | 'slow_down' | 'reconnect' | 'reject' | 'unknown';

/** A failed call, in the destination's own words. Never carries a secret. */
export class DeliveryError extends Error {
  readonly failure: FailureClass;
  /** HTTP status, or null where there was no answer. */
  readonly status: number | null;
  /** How long to wait at least, in ms, where the destination said so. */
  readonly retryAfterMs: number | null;
  /** For a batch: the words about single items, by their index in the batch. */
  readonly items: Map<number, string>;
  /**
   * For a batch: what became of the items that `items` does not name. `not_done`: nothing was written, send them
   * again. `unknown`: they may have been written, read back first.
   */
  readonly rest: 'not_done' | 'unknown';

  constructor(
    failure: FailureClass,
    message: string,
    options: {
      status?: number | null;
      retryAfterMs?: number | null;
      items?: Map<number, string>;
      rest?: 'not_done' | 'unknown';
      cause?: unknown;
    } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'DeliveryError';
    this.failure = failure;
    this.status = options.status ?? null;
    this.retryAfterMs = options.retryAfterMs ?? null;
    this.items = options.items ?? new Map();
    this.rest = options.rest ?? (failure === 'unknown' ? 'unknown' : 'not_done');
  }
}
