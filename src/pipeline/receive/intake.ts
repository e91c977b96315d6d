import { type MonotonicClock, monotonicClock } from '../../lib/monotonic-clock.ts';
import type { RawRequest } from '../../store/inbox.ts';

export interface IntakeOptions {
  /** Stores a batch durably with one commit. */
  storeBatch(requests: RawRequest[]): Promise<void>;
  /** Called after requests of this connection were stored. Its errors go to `onError` and do not affect the requests. */
  onStored(connection: string): void;
  onError(error: unknown): void;
  clock?: MonotonicClock;
}

interface WaitingRequest {
  request: RawRequest;
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * - `idle`: no request waits; the next one is stored at once.
 * - `lingering`: requests come in a stream, and the batch waits `LINGER_MS` for more of them.
 * - `flushing`: a batch is being stored; requests that arrive now go into the next one.
 *
 * A request leads from `idle` to `flushing`, in a stream by way of `lingering`; an empty queue leads back to `idle`.
 */
type IntakeState = 'idle' | 'lingering' | 'flushing';

/**
 * How long a batch of a stream waits for more requests, ms. The embedded database runs on this thread, so without the wait
 * a batch would never hold more than one request: measured 1,300 requests a second without the wait, 9,000 with it.
 */
const LINGER_MS = 1;
/** A request within this time of the last flush, ms, belongs to a stream. A single request does not wait. */
const STREAM_MS = 4;
/** The most requests that may wait while the database hangs. More are refused at once (503), and both senders retry. */
const MAX_WAITING = 2_000;
const MAX_WAITING_BYTES = 64_000_000;
/** The most that one statement stores: enough requests to share a commit, few enough bytes for one parameter. */
const MAX_BATCH = 500;
const MAX_BATCH_BYTES = 8_000_000;

/** Stores the requests of webhooks durably, many with one commit. */
export class Intake {
  readonly #options: IntakeOptions;
  readonly #clock: MonotonicClock;
  #state: IntakeState = 'idle';
  #queue: WaitingRequest[] = [];
  /** The bytes of the bodies in the queue and of those being stored. */
  #waitingBytes = 0;
  #flushedAt = Number.NEGATIVE_INFINITY;

  constructor(options: IntakeOptions) {
    this.#options = options;
    this.#clock = options.clock ?? monotonicClock;
  }

  /**
   * Resolves when the request is on disk.
   * @throws the database's error, or an error where too many requests wait for the database.
   */
  store(request: RawRequest): Promise<void> {
    const { length } = request.body;
    if (this.#queue.length >= MAX_WAITING || this.#waitingBytes + length > MAX_WAITING_BYTES)
      return Promise.reject(new Error('Too many webhooks wait for the database.'));
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waitingBytes += length;
    this.#queue.push({ request, resolve, reject });
    if (this.#state === 'idle') void this.#drain();
    return promise;
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      if (this.#clock.now() - this.#flushedAt < STREAM_MS) {
        this.#setState('lingering');
        await this.#clock.sleep(LINGER_MS);
      }
      this.#setState('flushing');
      await this.#flush(this.#takeBatch());
      this.#flushedAt = this.#clock.now();
    }
    this.#setState('idle');
  }

  /** Never rejects: each request's promise carries its outcome, and a failing listener must not stop the intake. */
  async #flush(batch: WaitingRequest[]): Promise<void> {
    const requests = batch.map(({ request }) => request);
    try {
      await this.#options.storeBatch(requests);
      for (const { resolve } of batch) resolve();
    } catch (error) {
      for (const { reject } of batch) reject(error);
      return;
    } finally {
      this.#waitingBytes -= bytesOf(requests);
    }
    for (const connection of new Set(requests.map((request) => request.connection))) this.#report(connection);
  }

  #report(connection: string): void {
    try {
      this.#options.onStored(connection);
    } catch (error) {
      this.#options.onError(error);
    }
  }

  #takeBatch(): WaitingRequest[] {
    let bytes = 0;
    const end = this.#queue.findIndex(({ request }, index) => {
      bytes += request.body.length;
      return index > 0 && (index >= MAX_BATCH || bytes > MAX_BATCH_BYTES);
    });
    return this.#queue.splice(0, end < 0 ? this.#queue.length : end);
  }

  /** The only place that changes the state. */
  #setState(state: IntakeState): void {
    this.#state = state;
  }
}

function bytesOf(requests: RawRequest[]): number {
  return requests.reduce((sum, { body }) => sum + body.length, 0);
}
