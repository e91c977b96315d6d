import type { Clock } from 'pg-boss';
import type { Logger } from 'pino';
import { EarliestTimer } from '../../lib/earliest-timer.ts';
import { LruMap } from '../../lib/lru-map.ts';
import type { Db } from '../../store/database/database.ts';
import type { Millis } from '../../store/database/schema.ts';
import { unnamedDeals, unnamedHeldDeals } from '../../store/deals/unnamed-deals.ts';
import type { Connection } from '../connection.ts';
import { PeriodicReader } from '../periodic-reader.ts';
import { READ_AT_ONCE, readNames } from './read-names.ts';

export interface NameReaderOptions {
  db: Db;
  connection: Connection;
  clock: Clock;
  log: Logger;
  /** Whether other work in the background goes first. */
  isHeld(): boolean;
  /** From 0 up to 1; default: `Math.random()`. */
  random?: number;
}

/** The first reading begins this long after the start, ms, and up to as long again later; the next ones at this interval. */
const EVERY_MS = 60_000;
/** Parts of the deals that have moved which one reading compares: all of them take some readings after an upgrade. */
const PARTS_AT_ONCE = 20;
/** When the deals that have moved are compared from the first one on again, ms. */
const ROUND_MS = 60 * 60_000;
/** Deals that Kommo did not return, which are not read again. */
const MAX_MISSING = 20_000;

/**
 * Reads the names of deals that no decision has read, for the console: of stages without a rule, of held deals, and of deals from
 * before names were recorded. Nothing waits for it, and its calls go after all others.
 */
export class NameReader {
  readonly #options: NameReaderOptions;
  readonly #reader: PeriodicReader;
  readonly #firstTimer: EarliestTimer;
  readonly #asked = new LruMap<number, true>(MAX_MISSING);
  /** Where the present round goes on, and when the last one ended. */
  #above = 0;
  #endedAt: Millis = 0;

  constructor(options: NameReaderOptions) {
    const { clock } = options;
    this.#options = options;
    const read = (signal: AbortSignal) => this.#read(signal);
    this.#reader = new PeriodicReader({ clock, read, everyMs: EVERY_MS, random: 1 });
    this.#firstTimer = new EarliestTimer(clock, () => this.#reader.start());
  }

  start(): void {
    const { clock, random = Math.random() } = this.#options;
    this.#firstTimer.fireNoLaterThan(clock.now() + EVERY_MS * (1 + random));
  }

  get isReading(): boolean {
    return this.#reader.isReading;
  }

  async stop(): Promise<void> {
    this.#firstTimer.stop();
    await this.#reader.stop();
  }

  /** @returns the failure, if any */
  async #read(signal: AbortSignal): Promise<unknown> {
    const { db, connection, log, isHeld } = this.#options;
    if (isHeld()) return undefined;
    try {
      await this.#readMissing(await unnamedHeldDeals(db, connection.name, READ_AT_ONCE), signal);
      await this.#readParts(signal);
    } catch (error) {
      if (signal.aborted) return undefined;
      log.warn({ connection: connection.name, err: error }, 'the names of deals could not be read');
      return error;
    }
    return undefined;
  }

  async #readParts(signal: AbortSignal): Promise<void> {
    const { db, connection, clock } = this.#options;
    if (this.#above === 0 && clock.now() - this.#endedAt < ROUND_MS) return;
    for (let part = 0; part < PARTS_AT_ONCE && !signal.aborted; part++) {
      const { ids, next } = await unnamedDeals(db, connection.name, this.#above);
      await this.#readMissing(ids, signal);
      this.#above = next ?? 0;
      if (next !== null) continue;
      this.#endedAt = clock.now();
      return;
    }
  }

  async #readMissing(ids: number[], signal: AbortSignal): Promise<void> {
    const { db, connection, clock } = this.#options;
    const wanted = ids.filter((id) => this.#asked.get(id) === undefined);
    for (let from = 0; from < wanted.length && !signal.aborted; from += READ_AT_ONCE) {
      const some = wanted.slice(from, from + READ_AT_ONCE);
      const now = () => clock.now();
      await readNames(db, connection, some, now, { priority: 'bulk', signal });
      for (const id of some) this.#asked.set(id, true);
    }
  }
}
