import type { Clock } from 'pg-boss';
import { DeliveryError } from '../domain/errors.ts';
import { EarliestTimer } from '../lib/earliest-timer.ts';
import type { Millis } from '../store/database/schema.ts';

export interface PeriodicReaderOptions {
  clock: Clock;
  /** Reads the log to its end, or the whole list. @returns the failure that ended it; nothing where it was read to its end */
  read(signal: AbortSignal): Promise<unknown>;
  /** How often it is read, ms; default: every five minutes. */
  everyMs?: Millis;
  /** Whether the reading that has just ended has added anything; default: always. */
  hasAdded?(): boolean;
  /** Called after a reading that has added something, and after the first one that has reached the end. */
  onRead?(): void;
  /** From 0 up to 1; default: `Math.random()`. */
  random?: number | undefined;
}

/**
 * - `waiting`: until the next reading.
 * - `reading`: the log is being read.
 * - `stopped`: reads no more.
 */
type ReaderState = 'waiting' | 'reading' | 'stopped';

/** How often a log is read, ms, where nothing else is said. */
const EVERY_MS = 5 * 60_000;
/** The wait after a transient failure, ms. A credential that may not read the log waits the usual time. */
const RETRY_MS = 30_000;

/** Reads a log or a list at the start and then regularly, independently of what else the connection does. */
export class PeriodicReader {
  readonly #options: PeriodicReaderOptions;
  readonly #timer: EarliestTimer;
  readonly #stopping = new AbortController();
  #state: ReaderState = 'waiting';
  #reading: Promise<void> = Promise.resolve();
  #hasRead = false;
  #readAt: Millis | null = null;
  /** The usual wait for the next reading, ms. The first one is random, so that connections do not all read at once. */
  #nextInMs: Millis;
  readonly #everyMs: Millis;

  constructor(options: PeriodicReaderOptions) {
    this.#options = options;
    this.#everyMs = options.everyMs ?? EVERY_MS;
    this.#nextInMs = this.#everyMs * (options.random ?? Math.random());
    this.#timer = new EarliestTimer(options.clock, () => this.start());
  }

  get isReading(): boolean {
    return this.#state === 'reading';
  }

  /** Whether the log was read to its end since the start, or may not be read at all. */
  get hasRead(): boolean {
    return this.#hasRead;
  }

  /** When it was last read to its end, ms; null: not since the start. */
  get readAt(): Millis | null {
    return this.#readAt;
  }

  /** Begins a reading, unless one is under way. */
  start(): void {
    if (this.#state !== 'waiting') return;
    this.#setState('reading');
    const { clock, read, hasAdded, onRead } = this.#options;
    this.#reading = read(this.#stopping.signal).then((failure) => {
      this.#setState('waiting');
      if (this.#stopping.signal.aborted) return;
      const hadRead = this.#hasRead;
      if (failure === undefined || !isTransient(failure)) this.#hasRead = true;
      if (failure === undefined) this.#readAt = clock.now();
      this.#timer.fireNoLaterThan(clock.now() + this.#waitAfter(failure));
      if (hadRead !== this.#hasRead || (hasAdded?.() ?? true)) onRead?.();
    });
  }

  /** Resolves when the reading under way has ended, at the latest after `ms`. */
  async idle(ms: Millis): Promise<void> {
    const { clock } = this.#options;
    let timeout: unknown;
    const late = new Promise<void>((resolve) => {
      timeout = clock.setTimeout(resolve, ms);
    });
    await Promise.race([this.#reading, late]);
    clock.clearTimeout(timeout);
  }

  /** Ends a reading under way; what it has committed stays. */
  async stop(): Promise<void> {
    this.#setState('stopped');
    this.#timer.stop();
    this.#stopping.abort();
    await this.#reading;
  }

  #waitAfter(failure: unknown): Millis {
    if (failure !== undefined && isTransient(failure)) return Math.min(RETRY_MS, this.#everyMs);
    const waitMs = this.#nextInMs;
    this.#nextInMs = this.#everyMs;
    return waitMs;
  }

  /** The only place that changes the state; `stopped` is final. */
  #setState(state: ReaderState): void {
    if (this.#state !== 'stopped') this.#state = state;
  }
}

function isTransient(error: unknown): boolean {
  return !(error instanceof DeliveryError) || ['retryable', 'throttled'].includes(error.failure);
}
