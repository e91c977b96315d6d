import type { Clock } from 'pg-boss';
import type { Logger } from 'pino';
import { DeliveryError } from '../../domain/errors.ts';
import { EarliestTimer } from '../../lib/earliest-timer.ts';
import { inLeasedTransaction } from '../../store/connections/leased-transaction.ts';
import type { Db } from '../../store/database/database.ts';
import type { Millis } from '../../store/database/schema.ts';
import {
  type DirectoryProgress,
  directoryProgress,
  removeDirectory,
  saveSearchFailure,
} from '../../store/directory/progress.ts';
import { hasParkedReports, releaseReports } from '../../store/directory/waiting-reports.ts';
import type { Connection } from '../connection.ts';
import { type ReadOptions, readChanges, readFullPage } from './read-contacts.ts';

/** What the planning of reports needs of the reader. */
export interface DirectoryRequests {
  /** Reports wait for a reading. Those that `waitForDirectory` has postponed become due when it has ended. */
  request(): void;
  /** Records that Kommo's contact search has returned too many contacts to be of use. @throws LeaseLost */
  searchFailed(): Promise<void>;
  /** Whether a reading can be expected to succeed. */
  readonly isAvailable: boolean;
}

export interface DirectoryReaderOptions {
  db: Db;
  connection: Connection;
  clock: Clock;
  log: Logger;
  /** Called after a reading that reports have waited for. */
  onRead(): void;
  /** Whether contacts may be read and kept at all; default: yes. */
  isEnabled?: boolean;
  /** Whether other work in the background goes first; reports that wait do not. Default: never. */
  isHeld?(): boolean;
  /** From 0 up to 1; default: `Math.random()`. */
  random?: number;
}

/**
 * - `waiting`: until the next reading is due, or reports request one.
 * - `reading`: contacts are being read, page by page.
 * - `failing`: until the next try, after a reading that failed.
 * - `disabled`: the configuration switches the directory off. Nothing is read, and what was read before is removed.
 * - `stopped`: reads no more.
 */
type ReaderState = 'waiting' | 'reading' | 'failing' | 'disabled' | 'stopped';

/** The first reading in the background begins this long after the start, ms, and up to five minutes later. */
const FIRST_AFTER_MS = 60_000;
const FIRST_SPREAD_MS = 5 * 60_000;
/**
 * How often changes are read in the background, ms, so that a report does not wait for a month of them; and how often while
 * there are reports whose person has no contact yet, which are planned when one appears.
 */
const CHANGES_EVERY_MS = 60 * 60_000;
const PARKED_EVERY_MS = 5 * 60_000;
/** How often everything is read again in the background, ms: contacts that were deleted without a webhook leave then. */
const FULL_EVERY_MS = 7 * 86_400_000;
/** The pause between two pages in the background, ms. */
const BACKGROUND_PAUSE_MS = 1_000;
/**
 * The shortest time between the beginnings of two readings of changes, ms: a stream of unknown people costs a call in this
 * time. A long one (after an import into Kommo) is followed by a pause of ten times its length, up to a minute.
 */
const CHANGES_AT_MOST_EVERY_MS = 2_000;
const PAUSE_FACTOR = 10;
const LONGEST_PAUSE_MS = 60_000;
/** The wait while other work in the background goes first, ms. */
const HELD_MS = 30_000;
/** The wait after a failure that may pass, and after one that needs somebody to act, ms. */
const RETRY_MS = 10_000;
const UNAVAILABLE_MS = 60 * 60_000;

/**
 * Reads the contacts of the Kommo account into the directory: all of them in the background after the first start, then what
 * has changed, and at full pace while reports wait. It runs independently of the worker's passes, and its calls go after all
 * others.
 */
export class DirectoryReader implements DirectoryRequests {
  readonly #options: DirectoryReaderOptions;
  readonly #timer: EarliestTimer;
  readonly #stopping = new AbortController();
  #state: ReaderState = 'waiting';
  #reading: Promise<void> = Promise.resolve();
  #isRequested = false;
  #isAvailable = true;
  /** Reports may start the next reading of changes from this time on. */
  #mayReadAt: Millis = 0;
  /** Ends the pause between two pages of the background. */
  #hurry = () => {};

  constructor(options: DirectoryReaderOptions) {
    this.#options = options;
    this.#timer = new EarliestTimer(options.clock, () => this.#startReading());
  }

  get isAvailable(): boolean {
    return this.#isAvailable && this.#state !== 'disabled';
  }

  get isReading(): boolean {
    return this.#state === 'reading';
  }

  /** Reads in the background from now on. @throws LeaseLost */
  async start(): Promise<void> {
    const { db, connection, clock, isEnabled = true, random = Math.random() } = this.#options;
    if (!isEnabled) {
      this.#setState('disabled');
      await inLeasedTransaction(db, connection, 'shared', (trx) => removeDirectory(trx, connection.name));
      return;
    }
    this.#timer.fireNoLaterThan(clock.now() + FIRST_AFTER_MS + random * FIRST_SPREAD_MS);
  }

  request(): void {
    if (this.#state === 'disabled') return;
    this.#isRequested = true;
    this.#hurry();
    if (this.#state !== 'waiting') return;
    if (this.#mayReadAt <= this.#options.clock.now()) this.#startReading();
    else this.#timer.fireNoLaterThan(this.#mayReadAt);
  }

  async searchFailed(): Promise<void> {
    const { db, connection, clock } = this.#options;
    await inLeasedTransaction(db, connection, 'shared', (trx) =>
      saveSearchFailure(trx, connection.name, clock.now()),
    );
  }

  /** Ends a reading under way; what it has committed stays. */
  async stop(): Promise<void> {
    this.#setState('stopped');
    this.#timer.stop();
    this.#stopping.abort();
    this.#hurry();
    await this.#reading;
  }

  #startReading(): void {
    if (this.#state !== 'waiting' && this.#state !== 'failing') return;
    this.#setState('reading');
    this.#reading = this.#read().then((waitMs) => {
      if (this.#state === 'stopped') return;
      this.#timer.fireNoLaterThan(this.#options.clock.now() + waitMs);
      // The reports that came during the reading may be about contacts that are newer than it.
      if (this.#isRequested) this.request();
    });
  }

  /** @returns how long to wait for the next reading, ms. */
  async #read(): Promise<Millis> {
    const { db, connection } = this.#options;
    if (this.#isHeld()) {
      this.#setState('waiting');
      return HELD_MS;
    }
    try {
      const progress = await this.#readDue(await directoryProgress(db, connection.name));
      this.#isAvailable = true;
      await this.#release();
      this.#setState('waiting');
      if (progress.nextPage !== null) return BACKGROUND_PAUSE_MS;
      return (await hasParkedReports(db, connection.name)) ? PARKED_EVERY_MS : CHANGES_EVERY_MS;
    } catch (error) {
      return this.#failed(error);
    }
  }

  async #readDue(before: DirectoryProgress): Promise<DirectoryProgress> {
    const { clock } = this.#options;
    let progress = before;
    if (this.#isFullReadingDue(progress)) {
      do {
        progress = await readFullPage(this.#readOptions(), progress);
        if (progress.nextPage !== null) await this.#pause();
      } while (progress.nextPage !== null && this.#isFullReadingDue(progress));
    }
    const { changedUntil, completeAt } = progress;
    if (changedUntil === null || completeAt === null || this.#stopping.signal.aborted) return progress;
    const beganAt = clock.now();
    this.#isRequested = false;
    const after = await readChanges(this.#readOptions(), { ...progress, changedUntil, completeAt });
    const pauseMs = Math.min(LONGEST_PAUSE_MS, (clock.now() - beganAt) * PAUSE_FACTOR);
    this.#mayReadAt = beganAt + Math.max(CHANGES_AT_MOST_EVERY_MS, pauseMs);
    return after;
  }

  /** While reports wait, only what they wait for is read: of a directory that was complete before, the changes. */
  #isFullReadingDue({ changedUntil, nextPage, readThroughAt }: DirectoryProgress): boolean {
    if (this.#stopping.signal.aborted || this.#isHeld()) return false;
    if (changedUntil === null) return true;
    if (this.#isRequested) return false;
    return nextPage !== null || (readThroughAt ?? 0) < this.#options.clock.now() - FULL_EVERY_MS;
  }

  /** A reading that reports wait for is not held. */
  #isHeld(): boolean {
    return !this.#isRequested && (this.#options.isHeld?.() ?? false);
  }

  #readOptions(): ReadOptions {
    const { db, connection, clock } = this.#options;
    const call = { priority: 'bulk', signal: this.#stopping.signal } as const;
    return { db, connection, now: () => clock.now(), call };
  }

  /** Leaves Kommo's rate to others, until reports wait for the reading. */
  async #pause(): Promise<void> {
    // A stop or a request during the page that was just read has hurried nothing yet.
    if (this.#isRequested || this.#stopping.signal.aborted) return;
    const { clock } = this.#options;
    await new Promise<void>((resolve) => {
      const timeout = clock.setTimeout(resolve, BACKGROUND_PAUSE_MS);
      this.#hurry = () => {
        clock.clearTimeout(timeout);
        resolve();
      };
    });
    this.#hurry = () => {};
  }

  /** Makes the reports due that have waited for this reading. */
  async #release(): Promise<void> {
    const { db, connection, clock, onRead } = this.#options;
    const releaseSome = () =>
      inLeasedTransaction(db, connection, 'shared', (trx) =>
        releaseReports(trx, connection.name, clock.now()),
      );
    for (let isMore = true; isMore; ) isMore = await releaseSome();
    onRead();
  }

  /** @returns how long to wait for the next try, ms. */
  async #failed(error: unknown): Promise<Millis> {
    if (this.#stopping.signal.aborted) return UNAVAILABLE_MS;
    const { connection, log } = this.#options;
    this.#isAvailable = isTransient(error);
    const waitMs = this.#isAvailable ? RETRY_MS : UNAVAILABLE_MS;
    log.warn(
      { connection: connection.name, err: error, waitMs },
      'the contacts could not be read to their end',
    );
    this.#setState('failing');
    // Where the contacts cannot be read at all, people are searched for one by one.
    if (!this.#isAvailable) await this.#release().catch(() => {});
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
