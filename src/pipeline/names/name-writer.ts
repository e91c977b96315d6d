import type { Logger } from 'pino';
import type { Db } from '../../store/database/database.ts';
import { type DealReading, saveReadDeals } from '../../store/deals/deals.ts';

export interface NameWriterOptions {
  db: Db;
  log: Pick<Logger, 'warn'>;
}

/** How long readings wait for more, ms: the console shows a new name within half a second. */
const LINGER_MS = 250;
/** The wait after the database has failed, ms. */
const RETRY_MS = 5_000;
/** Readings that are saved together. */
const MAX_BATCH = 500;
/** Readings that may wait while the database is slow or away; of more, the oldest are forgotten. */
const MAX_WAITING = 5_000;

/**
 * Saves the names of the deals that were read, for the search and the lists of the console: after the decisions that read them, and
 * those of all connections of the process together. What a crash loses is read again by the `NameReader`, or with the next decision
 * about the deal.
 */
export class NameWriter {
  readonly #options: NameWriterOptions;
  #waiting: DealReading[] = [];
  /** Set while readings wait. */
  #timer: NodeJS.Timeout | null = null;
  /** The end of the last saving: they run one after the other, so that a later reading wins. */
  #saving: Promise<void> = Promise.resolve();

  constructor(options: NameWriterOptions) {
    this.#options = options;
  }

  /** Takes readings, in the order in which they were made. */
  add(readings: readonly DealReading[]): void {
    if (readings.length === 0) return;
    this.#waiting = [...this.#waiting, ...readings].slice(-MAX_WAITING);
    this.#saveIn(LINGER_MS);
  }

  /** Saves now what waits. Never rejects: what the database does not take is tried again later. */
  flush(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#saving = this.#saving.then(() => this.#saveAll());
    return this.#saving;
  }

  #saveIn(ms: number): void {
    this.#timer ??= setTimeout(() => void this.flush(), ms).unref();
  }

  async #saveAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, MAX_BATCH);
      try {
        await saveReadDeals(this.#options.db, batch);
      } catch (error) {
        this.#options.log.warn({ err: error }, 'the names of deals could not be saved; trying again');
        this.#waiting = [...batch, ...this.#waiting].slice(-MAX_WAITING);
        this.#saveIn(RETRY_MS);
        return;
      }
    }
  }
}
