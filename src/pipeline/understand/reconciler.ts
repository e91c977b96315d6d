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
  /** A reading has ended, so there may be events to plan. */
  onRead(): void;
  /** From 0 up to 1; default: `Math.random()`. */
  random?: number;
}

/**
 * - `waiting`: for the time of the next reading.
 * - `reading`: the events log is being read, in steps that commit one by one.
 * - `stopped`: reads no more.
 */
type ReconcilerState = 'waiting' | 'reading' | 'stopped';

/** How often the events log is read, ms. */
const EVERY_MS = 5 * 60_000;
/** The wait after a failure that passes by itself, ms. A token that may not read the log waits the usual time. */
const RETRY_MS = 30_000;

/**
 * Reads Kommo's events log once at the start and then every five minutes, so that moves that no webhook has reported
 * are brought in. It runs by itself: planning does not wait for a long reading.
 */
export class Reconciler {
  readonly #options: ReconcilerOptions;
  readonly #timer: EarliestTimer;
  readonly #stopping = new AbortController();
  #state: ReconcilerState = 'waiting';
  #reading: Promise<void> = Promise.resolve();
  /** The wait for the next reading at the usual times: random after the first, so that connections spread. */
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
    let isPassing = false;
    try {
      for (let upToDate = false; !upToDate && !signal.aborted; ) {
        const step = await reconcile(db, connection, clock.now(), signal);
        upToDate = step.upToDate;
        missed += step.missed;
      }
    } catch (error) {
      if (signal.aborted) return EVERY_MS;
      isPassing = isTransient(error);
      log.warn({ connection: connection.name, err: error }, 'the events log could not be read to its end');
    }
    if (missed > 0)
      log.warn({ connection: connection.name, missed }, 'moves that no webhook had reported were brought in');
    if (isPassing) return RETRY_MS;
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
