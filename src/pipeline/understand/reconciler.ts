import type { Clock } from 'pg-boss';
import type { Logger } from 'pino';
import { DeliveryError } from '../../domain/errors.ts';
import { EarliestTimer } from '../../lib/earliest-timer.ts';
import type { Db } from '../../store/database/database.ts';
import type { Millis } from '../../store/database/schema.ts';
import type { Connection } from '../connection.ts';
import { reconcile } from './reconcile.ts';

export interface ReconcilerOptions {
  db: Db;
  connection: Connection;
  clock: Clock;
  log: Logger;
  /** Called after each reading: there may be events to plan. */
  onRead(): void;
  /** From 0 up to 1; default: `Math.random()`. */
  random?: number;
}

/**
 * - `waiting`: until the next reading.
 * - `reading`: the events log is being read, in steps that commit one by one.
 * - `stopped`: reads no more.
 */
type ReconcilerState = 'waiting' | 'reading' | 'stopped';

/** How often the events log is read, ms. */
const EVERY_MS = 5 * 60_000;
/** The wait after a transient failure, ms. A token that may not read the log waits the usual time. */
const RETRY_MS = 30_000;

/**
 * Reads Kommo's events log at the start and then every five minutes, to find moves that no webhook has reported. It runs
 * independently of the worker's passes, so that planning does not wait for a long reading.
 */
export class Reconciler {
  readonly #options: ReconcilerOptions;
  readonly #timer: EarliestTimer;
  readonly #stopping = new AbortController();
  #state: ReconcilerState = 'waiting';
  #reading: Promise<void> = Promise.resolve();
  /** The usual wait for the next reading, ms. The first one is random, so that connections do not all read at once. */
  #nextInMs: Millis;

  constructor(options: ReconcilerOptions) {
    this.#options = options;
    this.#nextInMs = EVERY_MS * (options.random ?? Math.random());
    this.#timer = new EarliestTimer(options.clock, () => this.#startReading());
  }

  /** Begins the first reading. */
  start(): void {
    this.#startReading();
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

  #startReading(): void {
    if (this.#state !== 'waiting') return;
    this.#setState('reading');
    this.#reading = this.#read().then((waitMs) => {
      this.#setState('waiting');
      if (this.#stopping.signal.aborted) return;
      this.#timer.fireNoLaterThan(this.#options.clock.now() + waitMs);
      this.#options.onRead();
    });
  }

  /** @returns how long to wait for the next reading, ms. */
  async #read(): Promise<Millis> {
    const { db, connection, clock, log } = this.#options;
    const { signal } = this.#stopping;
    let missed = 0;
    let isTransientFailure = false;
    try {
      for (let upToDate = false; !upToDate && !signal.aborted; ) {
        const step = await reconcile(db, connection, clock.now(), signal);
        upToDate = step.upToDate;
        missed += step.missed;
      }
    } catch (error) {
      if (signal.aborted) return EVERY_MS;
      isTransientFailure = isTransient(error);
      log.warn({ connection: connection.name, err: error }, 'the events log could not be read to its end');
    }
    if (missed > 0)
      log.warn({ connection: connection.name, missed }, 'found moves that no webhook had reported');
    if (isTransientFailure) return RETRY_MS;
    const waitMs = this.#nextInMs;
    this.#nextInMs = EVERY_MS;
    return waitMs;
  }

  /** The only place that changes the state; `stopped` is final. */
  #setState(state: ReconcilerState): void {
    if (this.#state !== 'stopped') this.#state = state;
  }
}

function isTransient(error: unknown): boolean {
  return !(error instanceof DeliveryError) || ['retryable', 'throttled'].includes(error.failure);
}
