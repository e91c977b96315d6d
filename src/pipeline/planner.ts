import type { Clock } from 'pg-boss';
import type { Logger } from 'pino';
import { asDeliveryError } from '../domain/errors.ts';
import { inLeasedTransaction } from '../store/connections/leased-transaction.ts';
import type { Database } from '../store/database/database.ts';
import type { Millis } from '../store/database/schema.ts';
import { postponeFirst } from '../store/events/postpone-events.ts';
import { planSetAsideAgain } from '../store/events/set-aside-events.ts';
import { type Restored, readRestored } from '../store/restored.ts';
import type { Connection } from './connection.ts';
import { CrashHold } from './crash-hold.ts';
import type { LaneState } from './deliver/lane.ts';
import type { DirectoryRequests } from './directory/directory-reader.ts';
import type { ReadAhead } from './gather/read-ahead.ts';
import { readHarmlessly } from './harmless-reads.ts';
import { MAX_ATTEMPTS } from './plan/failed-event.ts';
import { StageEntries } from './plan/guard/stage-entries.ts';
import { type PlannedBatch, planBatch } from './plan/plan-batch.ts';
import { recoverFromCrash } from './plan/recover-from-crash.ts';
import { isSuspect, LARGEST_BATCH, sizeAfterFailure, sizeAfterSuccess } from './plan-batch-size.ts';
import {
  afterAccepted,
  afterFailure,
  READY,
  type RetryState,
  shownState,
  waitsUntil,
} from './retry-state.ts';

export interface PlannerOptions {
  database: Database;
  connection: Connection;
  clock: Clock;
  log: Logger;
  directory: DirectoryRequests;
  /** Whether a backfill may have prepared events of stages; default: no. */
  hasStageEvents?: () => boolean;
}

/** Events that were put aside are not planned again after this time, ms: what they would do is no longer expected. */
const SECOND_CHANCE_MS = 7 * 86_400_000;

/**
 * The pause after moves that were planned again, ms for each: a second after a full batch, which is about three of Kommo's
 * seven calls a second. Thousands of waiting moves that are due together then leave the rest to new events.
 */
const CHECK_PAUSE_MS = 4;

/** Plans batch after batch, and waits with backoff while Kommo or Customer.io cannot be read. */
export class Planner {
  readonly #options: PlannerOptions;
  #retry: RetryState = READY;
  #batchSize = LARGEST_BATCH;
  #isCaughtUp = false;
  /** The restore of the database, if any; known from the start on. */
  get restored(): Restored | null {
    return this.#restored;
  }

  /** Whether the last batch took Kommo's events and left reports: then the next one takes both. */
  #wasLiveAlone = false;
  readonly #hold: CrashHold;
  /** When the first waiting move is due; null where none waits, `unknown` until the database was asked. */
  #waitingDue: Millis | null | 'unknown' = 'unknown';
  /** No move is planned again by the clock before this time: new events go first. */
  #nextCheck: Millis = 0;
  readonly #timeouts = new Map<number, number>();
  readonly #entries = new StageEntries();
  /** Null where the database was never restored. */
  #restored: Restored | null = null;
  /** Whether the last run has ended while data was gathered for events that may have ended the run before. */
  #isGatheringSuspect = false;
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

  /** To be called when Kommo has accepted a call. @returns whether planning goes on earlier than it would have */
  onAccepted(): boolean {
    const before = this.#retry;
    this.#retry = afterAccepted(before, this.#options.clock.now());
    return this.#retry !== before;
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
    const { clock, database } = this.#options;
    this.#restored = await readRestored(database.db);
    if (afterCrash) {
      const { inARow, isBatch } = await recoverFromCrash({ ...this.#options, now: clock.now() });
      this.#isGatheringSuspect = isBatch;
      this.#hold.begin(inARow, clock.now());
    }
    await this.#planSetAsideAgain(true);
  }

  /** Gathers for the next batch of events and plans it. @returns null where that failed, or must wait. */
  async planNext(gather: ReadAhead['gather']): Promise<PlannedBatch | null> {
    if (this.waitsUntil() !== null) return null;
    const { clock, hasStageEvents, ...options } = this.#options;
    const size = this.#batchSize;
    const liveAlone = !this.#wasLiveAlone;
    const choice = {
      ...{ liveAlone, mayWait: this.#waitingDue !== null, withDue: clock.now() >= this.#nextCheck },
    };
    try {
      if (options.connection.rulesVersion !== this.#rulesVersion) await this.#planSetAsideAgain(false);
      const planned = await planBatch({
        ...{ ...options, now: clock.now(), limit: size, choice, gather },
        timeouts: this.#timeouts,
        entries: this.#entries,
        restored: this.#restored,
        hasStageEvents: hasStageEvents?.() ?? false,
        isGatheringSuspect: this.#isGatheringSuspect,
      });
      this.#isCaughtUp = !planned.leavesMore;
      this.#wasLiveAlone = liveAlone && planned.leavesMore && planned.fresh < size;
      if (planned.leavesWaiting) this.#waitingDue = 'unknown';
      this.#nextCheck = clock.now() + planned.waited * CHECK_PAUSE_MS;
      this.#batchSize = sizeAfterSuccess(size);
      this.#retry = READY;
      return planned;
    } catch (error) {
      await this.#failed(error);
      return null;
    }
  }

  /**
   * To be called after each batch. @param due when the first waiting move is due; null where none waits.
   * @returns when the next batch with a waiting move is due; null where none waits
   */
  expectWaiting(due: Millis | null): Millis | null {
    this.#waitingDue = due;
    return due === null ? null : Math.max(due, this.#nextCheck);
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

  /** Postpones the only event of a batch whose read failed, unless Kommo or the account as a whole cannot be read. */
  async #postponeSuspect(): Promise<void> {
    const { database, connection, clock, log } = this.#options;
    try {
      await readHarmlessly(connection.kommo);
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
