import type { Clock } from 'pg-boss';
import type { Logger } from 'pino';
import { asDeliveryError } from '../domain/errors.ts';
import { inLeasedTransaction } from '../store/connections/leased-transaction.ts';
import type { Database } from '../store/database/database.ts';
import type { Millis } from '../store/database/schema.ts';
import { postponeFirst } from '../store/events/postpone-events.ts';
import { planSetAsideAgain } from '../store/events/set-aside-events.ts';
import type { Connection } from './connection.ts';
import { CrashHold } from './crash-hold.ts';
import type { LaneState } from './deliver/lane.ts';
import type { ReadAhead } from './gather/read-ahead.ts';
import { MAX_ATTEMPTS } from './plan/decide-events.ts';
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

/** Events that were put aside are not planned again after this time, ms: what they would do is no longer expected. */
const SECOND_CHANCE_MS = 7 * 86_400_000;

/** Plans batch after batch, and waits with backoff while Kommo or Customer.io cannot be read. */
export class Planner {
  readonly #options: PlannerOptions;
  #retry: RetryState = READY;
  #batchSize = LARGEST_BATCH;
  #isCaughtUp = false;
  readonly #hold: CrashHold;
  readonly #timeouts = new Map<number, number>();
  /** The version of the rules for which events that were put aside have had their second chance. */
  #rulesVersion: number | null = null;

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
   * To be called before the first batch.
   * @param afterCrash whether the previous run of the connection has ended without being stopped: then the events that may
   * have ended it are found, and one that has done so three times is put aside.
   * @throws LeaseLost
   */
  async start(afterCrash: boolean): Promise<void> {
    const { clock } = this.#options;
    if (afterCrash) {
      const inARow = await recoverFromCrash({ ...this.#options, now: clock.now() });
      this.#hold.begin(inARow, clock.now());
    }
    await this.#planSetAsideAgain(true);
  }

  /** Gathers for the next batch of events and plans it. @returns null where that failed, or must wait. */
  async planNext(gather: ReadAhead['gather']): Promise<PlannedBatch | null> {
    if (this.waitsUntil() !== null) return null;
    const { clock, ...options } = this.#options;
    const size = this.#batchSize;
    try {
      if (options.connection.rulesVersion !== this.#rulesVersion) await this.#planSetAsideAgain(false);
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

  /** Gives events that were put aside a second chance, with other rules or after a start. */
  async #planSetAsideAgain(isStart: boolean): Promise<void> {
    const { database, connection, clock, log } = this.#options;
    const { name, rulesVersion } = connection;
    const count = await inLeasedTransaction(database.db, connection, 'shared', (trx) =>
      planSetAsideAgain(trx, {
        ...{ connection: name, rulesVersion: rulesVersion || null, isStart },
        ...{ attempts: MAX_ATTEMPTS - 1, since: clock.now() - SECOND_CHANCE_MS },
      }),
    );
    this.#rulesVersion = rulesVersion;
    if (count > 0) log.info({ connection: name, count }, 'events that were put aside are planned again');
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
