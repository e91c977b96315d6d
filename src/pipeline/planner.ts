import type { Clock } from 'pg-boss';
import type { Logger } from 'pino';
import { asDeliveryError } from '../domain/errors.ts';
import { inLeasedTransaction } from '../store/connections/leased-transaction.ts';
import type { Database } from '../store/database/database.ts';
import type { Millis } from '../store/database/schema.ts';
import { postponeFirst } from '../store/events/postpone-events.ts';
import type { Connection } from './connection.ts';
import { CrashHold } from './crash-hold.ts';
import type { LaneState } from './deliver/lane.ts';
import type { ReadAhead } from './gather/read-ahead.ts';
import { type PlannedBatch, planBatch } from './plan/plan-batch.ts';
import { recoverFromCrash } from './plan/recover-from-crash.ts';
import { isSuspect, LARGEST_BATCH, sizeAfterFailure, sizeAfterSuccess } from './plan-batch-size.ts';
import { afterFailure, READY, type RetryState, shownState, waitsUntil } from './retry-state.ts';

export interface PlannerOptions {
  database: Database;
  connection: Connection;
  clock: Clock;
  log: Logger;
}

/** Plans batch after batch, and waits with backoff while Kommo or Customer.io cannot be read. */
export class Planner {
  readonly #options: PlannerOptions;
  #retry: RetryState = READY;
  #batchSize = LARGEST_BATCH;
  #isCaughtUp = false;
  readonly #hold: CrashHold;
  readonly #timeouts = new Map<number, number>();

  constructor(options: PlannerOptions) {
    this.#options = options;
    this.#hold = new CrashHold(options.connection);
  }

  /** Whether the last batch contained all events, so that an event that arrives now is planned next. */
  get isCaughtUp(): boolean {
    return this.#isCaughtUp;
  }

  /** As shown in the console; null while nothing is wrong. */
  shownState(): LaneState | null {
    const held = this.#hold.state(this.#options.clock.now());
    return held ?? (this.#retry.waiting ? shownState(this.#retry) : null);
  }

  /** Until when nothing is planned, after a failure; null where planning may go on. */
  waitsUntil(): Millis | null {
    const now = this.#options.clock.now();
    return this.#hold.until(now) ?? waitsUntil(this.#retry, now);
  }

  /**
   * To be called before the first batch where the previous run of the connection has ended without being stopped: finds the
   * events that may have ended the process, and puts aside one that has done so three times.
   * @throws LeaseLost
   */
  async recoverFromCrash(): Promise<void> {
    const { clock } = this.#options;
    const inARow = await recoverFromCrash({ ...this.#options, now: clock.now() });
    this.#hold.begin(inARow, clock.now());
  }

  /** Gathers for the next batch of events and plans it. @returns null where that failed, or must wait. */
  async planNext(gather: ReadAhead['gather']): Promise<PlannedBatch | null> {
    if (this.waitsUntil() !== null) return null;
    const { clock, ...options } = this.#options;
    const size = this.#batchSize;
    try {
      const planned = await planBatch({
        ...{ ...options, now: clock.now(), limit: size, gather },
        timeouts: this.#timeouts,
      });
      this.#isCaughtUp = planned.events < size;
      this.#batchSize = sizeAfterSuccess(size);
      this.#retry = READY;
      return planned;
    } catch (error) {
      await this.#failed(error);
      return null;
    }
  }

  async #failed(thrown: unknown): Promise<void> {
    const { connection, clock, log } = this.#options;
    const error = asDeliveryError(thrown);
    const now = clock.now();
    this.#isCaughtUp = false;
    this.#retry = afterFailure(this.#retry, error, now);
    const waitMs = this.#retry.waiting!.until - now;
    log.warn({ err: thrown, connection: connection.name, waitMs }, 'planning waits');
    if (isSuspect(this.#batchSize, error)) await this.#postponeSuspect();
    this.#batchSize = sizeAfterFailure(this.#batchSize, error);
  }

  /** Postpones the only event of a batch whose read failed, unless Kommo as a whole is down. */
  async #postponeSuspect(): Promise<void> {
    const { database, connection, clock, log } = this.#options;
    try {
      await connection.kommo.account();
      await inLeasedTransaction(database.db, connection, 'shared', (trx) =>
        postponeFirst(trx, connection.name, clock.now()),
      );
    } catch (error) {
      log.debug(
        { err: error, connection: connection.name },
        'Kommo is down as a whole, so no event is postponed',
      );
    }
  }
}
