import type { Clock } from 'pg-boss';
import type { Logger } from 'pino';
import type { DealContext } from '../../domain/plan/plan-types.ts';
import { EarliestTimer } from '../../lib/earliest-timer.ts';
import { LruMap } from '../../lib/lru-map.ts';
import type { Db } from '../../store/database/database.ts';
import type { Millis } from '../../store/database/schema.ts';
import { unnamedAmong, unnamedDeals, unnamedHeldDeals } from '../../store/deals/unnamed-deals.ts';
import type { Connection } from '../connection.ts';
import { PeriodicReader } from '../periodic-reader.ts';
import type { NameWriter } from './name-writer.ts';
import { READ_AT_ONCE, readNames } from './read-names.ts';

export interface NameReaderOptions {
  db: Db;
  connection: Connection;
  writer: NameWriter;
  clock: Clock;
  log: Logger;
  /** Whether other work in the background goes first. */
  isHeld(): boolean;
  /** From 0 up to 1; default: `Math.random()`. */
  random?: number;
}

/** How long unread deals wait for more of them, ms, and the parts of a round for each other. */
const EVERY_MS = 60_000;
/** Parts of the deals that have moved which one reading compares: all of them take some readings after an upgrade. */
const PARTS_AT_ONCE = 20;
/** When the deals that have moved are compared from the first one on again, ms. */
const ROUND_MS = 60 * 60_000;
/** Unread deals that wait; of more, the hourly round finds the others. */
const MAX_UNREAD = 20_000;
/** Deals that Kommo did not return, which are not read again. */
const MAX_MISSING = 20_000;

/**
 * Reads the names of deals that no decision has read, for the console: of stages without a rule, and of held deals. The worker
 * notes them as they come; a round through all deals that have moved, after the start and every hour, finds what a crash has lost
 * and the deals from before names were recorded. Nothing waits for it, and its calls go after all others.
 */
export class NameReader {
  readonly #options: NameReaderOptions;
  readonly #reader: PeriodicReader;
  /** Begins the first round, and readings between the rounds. */
  readonly #timer: EarliestTimer;
  readonly #unread = new Set<number>();
  readonly #asked = new LruMap<number, true>(MAX_MISSING);
  /** Where the present round goes on, and when the last one ended. */
  #above = 0;
  #endedAt: Millis = 0;

  constructor(options: NameReaderOptions) {
    const { clock } = options;
    this.#options = options;
    const read = (signal: AbortSignal) => this.#read(signal);
    this.#reader = new PeriodicReader({ clock, read, everyMs: ROUND_MS, random: 1 });
    this.#timer = new EarliestTimer(clock, () => this.#reader.start());
  }

  /** The first round begins one to two minutes later. */
  start(): void {
    const { clock, random = Math.random() } = this.#options;
    this.#timer.fireNoLaterThan(clock.now() + EVERY_MS * (1 + random));
  }

  /** To be called after each planning: records what was read, and reads the other deals later. */
  note({ read, unread }: { read: readonly DealContext[]; unread: readonly number[] }): void {
    const { connection, writer, clock } = this.#options;
    const at = clock.now();
    writer.add(read.map((context) => ({ connection: connection.name, context, at })));
    for (const id of unread)
      if (this.#unread.size < MAX_UNREAD && this.#asked.get(id) === undefined) this.#unread.add(id);
    if (this.#unread.size > 0) this.#timer.fireNoLaterThan(at + EVERY_MS);
  }

  get isReading(): boolean {
    return this.#reader.isReading;
  }

  /** Resolves when all names that were read are saved. To be called once nothing is planned any more. */
  async stop(): Promise<void> {
    this.#timer.stop();
    await this.#reader.stop();
    await this.#options.writer.flush();
  }

  /** @returns the failure, if any */
  async #read(signal: AbortSignal): Promise<unknown> {
    const { connection, clock, log, isHeld } = this.#options;
    try {
      if (!isHeld()) {
        await this.#readNoted(signal);
        await this.#readRound(signal);
      }
    } catch (error) {
      if (signal.aborted) return undefined;
      log.warn({ connection: connection.name, err: error }, 'the names of deals could not be read');
      return error;
    }
    if (this.#unread.size > 0 || this.#isRoundDue()) this.#timer.fireNoLaterThan(clock.now() + EVERY_MS);
    return undefined;
  }

  async #readNoted(signal: AbortSignal): Promise<void> {
    const { db, connection } = this.#options;
    const noted = [...this.#unread];
    await this.#readMissing(await unnamedAmong(db, connection.name, noted), signal);
    for (const id of noted) this.#unread.delete(id);
  }

  #isRoundDue(): boolean {
    return this.#above > 0 || this.#options.clock.now() - this.#endedAt >= ROUND_MS;
  }

  async #readRound(signal: AbortSignal): Promise<void> {
    const { db, connection, clock } = this.#options;
    if (!this.#isRoundDue()) return;
    if (this.#above === 0)
      await this.#readMissing(await unnamedHeldDeals(db, connection.name, READ_AT_ONCE), signal);
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
    const { connection, writer, clock } = this.#options;
    const wanted = ids.filter((id) => this.#asked.get(id) === undefined);
    for (let from = 0; from < wanted.length && !signal.aborted; from += READ_AT_ONCE) {
      const some = wanted.slice(from, from + READ_AT_ONCE);
      const at = clock.now();
      const read = await readNames(connection, some, { priority: 'bulk', signal });
      writer.add(read.map((context) => ({ connection: connection.name, context, at })));
      for (const id of some) this.#asked.set(id, true);
    }
  }
}
