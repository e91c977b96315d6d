import type { Clock } from 'pg-boss';
import type { Logger } from 'pino';
import type { LogRange } from '../../store/connections/reconciler-cursor.ts';
import type { Db } from '../../store/database/database.ts';
import type { Millis } from '../../store/database/schema.ts';
import type { Connection } from '../connection.ts';
import { PeriodicReader } from '../periodic-reader.ts';
import { LogMemory } from './log-memory.ts';
import { reconcile } from './reconcile.ts';

export interface ReconcilerOptions {
  db: Db;
  connection: Connection;
  clock: Clock;
  log: Logger;
  /** Called when there may be events to plan: as `PeriodicReaderOptions.onRead`. */
  onRead(): void;
  /** From 0 up to 1; default: `Math.random()`. */
  random?: number;
}

/**
 * Reads Kommo's events log at the start and then every five minutes, to find moves that no webhook has reported; for an account
 * without webhooks every few seconds. It runs independently of the worker's passes, so that planning does not wait for a long
 * reading.
 */
export class Reconciler {
  readonly #options: ReconcilerOptions;
  readonly #reader: PeriodicReader;
  readonly #memory = new LogMemory();
  /** Whether the last reading has added anything. */
  #hasAdded = false;

  constructor(options: ReconcilerOptions) {
    const { connection, clock, onRead, random } = options;
    this.#options = options;
    this.#reader = new PeriodicReader({
      ...{ clock, onRead, random },
      ...(connection.pollEveryMs && { everyMs: connection.pollEveryMs }),
      read: (signal) => this.#read(signal),
      hasAdded: () => this.#hasAdded,
    });
  }

  get isReading(): boolean {
    return this.#reader.isReading;
  }

  /** Whether the log was read to its end since the start, or may not be read at all. */
  get hasRead(): boolean {
    return this.#reader.hasRead;
  }

  /** When the log was last read to its end, ms; null: not since the start. */
  get readAt(): Millis | null {
    return this.#reader.readAt;
  }

  /** Begins the first reading. */
  start(): void {
    this.#reader.start();
  }

  /** Resolves when the reading under way has ended, at the latest after `ms`. */
  async idle(ms: Millis): Promise<void> {
    await this.#reader.idle(ms);
  }

  /** Ends a reading under way; what it has committed stays. */
  async stop(): Promise<void> {
    await this.#reader.stop();
  }

  /** Reads the log in steps that commit one by one. @returns the failure, if any */
  async #read(signal: AbortSignal): Promise<unknown> {
    const { db, connection, clock, log } = this.#options;
    let missed = 0;
    let failure: unknown;
    this.#hasAdded = false;
    try {
      for (let upToDate = false; !upToDate && !signal.aborted; ) {
        const step = await reconcile(db, connection, clock.now(), { signal, memory: this.#memory });
        upToDate = step.upToDate;
        this.#hasAdded ||= step.isNew;
        missed += step.missed;
        if (step.unread) this.#warnOfUnread(step.unread);
      }
    } catch (error) {
      if (signal.aborted) return undefined;
      failure = error;
      log.warn({ connection: connection.name, err: error }, 'the events log could not be read to its end');
    }
    if (missed > 0 && !connection.pollEveryMs)
      log.warn({ connection: connection.name, missed }, 'found moves that no webhook had reported');
    return failure;
  }

  #warnOfUnread({ from, to }: LogRange): void {
    const { connection, log } = this.#options;
    const [since, until] = [from, to].map((at) => new Date(at * 1000).toISOString());
    log.warn(
      { connection: connection.name, since, until },
      "the last reading of Kommo's events log was so long ago that its stage changes from since to until are not read any more: " +
        'those that no webhook reported are lost',
    );
  }
}
