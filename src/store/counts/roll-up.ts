import { EarliestTimer, type TimerClock } from '../../lib/earliest-timer.ts';
import type { Database } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';
import { entryRound } from '../funnel/entry-round.ts';
import { type CountDelays, countRound, deleteMinutesBefore, type Left, leftOf } from './count-round.ts';
import { KEEP_MINUTES_MS } from './rolled-counts.ts';

export interface RollUpOptions {
  store: CountStore;
  times: RollUpTimes;
  now(): Millis;
  /** Of the pauses between the rounds. */
  timerClock: TimerClock;
  /** A round has failed. The next one counts its rows. */
  onError(error: unknown): void;
}

/** The tables that are counted. */
export interface CountStore {
  /** Counts the next rows of each table. */
  countRound(delays: CountDelays, now: Millis): Promise<Left>;
  deleteMinutesBefore(before: Millis): Promise<void>;
}

/** All in ms. */
export interface RollUpTimes extends CountDelays {
  /** Between two rounds. */
  pauseMs: number;
  /** The same where there is more to count; nine times as long as the round took, where that is longer. */
  catchUpPauseMs: number;
  /** Between two rounds where nothing calls `wake`. */
  idleMs: number;
}

/**
 * - `idle`: no round is under way; the timer holds the time of the next one
 * - `counting`: a round is under way
 * - `counting_woken`: the same, and `wake` was called since the round began, which may have read before the new rows
 *   were there
 * - `stopped`: no further round begins
 *
 * The timer leads from `idle` to `counting`, `wake` from that to `counting_woken`, and the end of the round from both to
 * `idle`. `stop` leads from any of them to `stopped`.
 */
type State = 'idle' | 'counting' | 'counting_woken' | 'stopped';

/** Catching up (with what was stored before there were counts) takes at most a tenth of the time from other work. */
const PAUSES_PER_ROUND = 9;
const DELETE_EVERY_MS = 3_600_000;

/** Counts new rows in the background, so that no chart ever counts the history. */
export class RollUp {
  readonly #options: RollUpOptions;
  readonly #timer: EarliestTimer;
  #state: State = 'idle';
  /** Never rejects. */
  #round: Promise<void> = Promise.resolve();
  #countedTo: Millis | null = null;
  #deletedAt: Millis = 0;

  constructor(options: RollUpOptions) {
    this.#options = options;
    this.#timer = new EarliestTimer(options.timerClock, () => this.#begin());
    this.#beginIn(options.times.pauseMs);
  }

  /** Call it when there may be new rows; it costs nothing where there are none. */
  wake(): void {
    if (this.#state === 'idle') this.#beginIn(this.#options.times.pauseMs);
    if (this.#state === 'counting') this.#setState('counting_woken');
  }

  /** Up to when everything is counted, ms; null while there is more than one round counts. */
  countedTo(): Millis | null {
    return this.#countedTo;
  }

  /** Counts all rows that are old enough. */
  async countAll(): Promise<void> {
    await this.#round;
    while ((await this.#count()) === 'more');
  }

  /** Resolves when the round under way has ended. */
  async stop(): Promise<void> {
    this.#setState('stopped');
    this.#timer.stop();
    await this.#round;
  }

  #setState(state: State): void {
    if (this.#state !== 'stopped') this.#state = state;
  }

  #beginIn(ms: number): void {
    this.#timer.fireNoLaterThan(this.#options.timerClock.now() + ms);
  }

  #begin(): void {
    this.#setState('counting');
    this.#round = this.#runRound();
  }

  async #runRound(): Promise<void> {
    const { timerClock, onError } = this.#options;
    const began = timerClock.now();
    const left = await this.#count().catch((error): 'failed' => {
      onError(error);
      return 'failed';
    });
    this.#beginIn(this.#pauseAfter(left, timerClock.now() - began));
    this.#setState('idle');
  }

  #pauseAfter(left: Left | 'failed', tookMs: number): number {
    const { pauseMs, catchUpPauseMs, idleMs, doneDelayMs } = this.#options.times;
    if (left === 'more') return Math.max(catchUpPauseMs, PAUSES_PER_ROUND * tookMs);
    if (left === 'nothing') return this.#state === 'counting_woken' ? pauseMs : idleMs;
    return Math.max(pauseMs, doneDelayMs / 2);
  }

  async #count(): Promise<Left> {
    const { store, times } = this.#options;
    const now = this.#options.now();
    const left = await store.countRound(times, now);
    if (left === 'more') return left;
    this.#countedTo = now - Math.max(times.delayMs, times.doneDelayMs);
    if (now - this.#deletedAt > DELETE_EVERY_MS) {
      this.#deletedAt = now;
      await store.deleteMinutesBefore(now - KEEP_MINUTES_MS);
    }
    return left;
  }
}

/**
 * Ids are given out before a commit: on a server a row with a smaller id can appear after one with a larger id was
 * counted, and would be missed. So rows are counted only when they are older than any transaction of ours (a statement has
 * 5 s). The embedded database has one session: there only the time at which an action was done can be out of order.
 */
const DELAYS: Record<Database['kind'], CountDelays> = {
  embedded: { delayMs: 0, doneDelayMs: 3_000 },
  postgres: { delayMs: 10_000, doneDelayMs: 10_000 },
};
/**
 * Rows of one table in one round. The embedded database computes on the thread that answers webhooks: a statement takes a few
 * milliseconds. On a server, more rows save round trips: a history is counted several times as fast.
 */
const ROWS: Record<Database['kind'], number> = { embedded: 300, postgres: 3_000 };
const PAUSES = { pauseMs: 1_500, catchUpPauseMs: 30, idleMs: 30_000 };

/** Nothing is lost where the process ends before the next round: the next process continues at the cursors. */
const UNREF_CLOCK: TimerClock = {
  now: () => performance.now(),
  setTimeout: (callback, ms) => setTimeout(callback, ms).unref(),
  clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout),
};

/** The roll-up of a database. @param options.times shorter ones, for tests */
export function createRollUp({
  database: { db, kind },
  times,
  ...options
}: {
  database: Pick<Database, 'db' | 'kind'>;
  times?: Partial<RollUpTimes>;
} & Pick<RollUpOptions, 'now' | 'onError'>): RollUp {
  return new RollUp({
    ...options,
    store: {
      countRound: async (delays, now) =>
        leftOf([
          await countRound(db, delays, now, ROWS[kind]),
          await entryRound(db, delays, now, ROWS[kind]),
        ]),
      deleteMinutesBefore: (before) => deleteMinutesBefore(db, before),
    },
    times: { ...DELAYS[kind], ...PAUSES, ...times },
    timerClock: UNREF_CLOCK,
  });
}
