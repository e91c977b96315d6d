import type { Clock } from 'pg-boss';
import type { Logger } from 'pino';
import { untilAborted } from '../../lib/until-aborted.ts';
import type { Db } from '../../store/database/database.ts';
import type { Connection } from '../connection.ts';
import { PeriodicReader } from '../periodic-reader.ts';
import type { LogCalls } from './compare-activities.ts';
import { readActivities } from './read-activities.ts';

export interface ActivityReaderOptions {
  db: Db;
  connection: Connection;
  /** Null where the configuration has no App API key: then nothing is read. */
  app: LogCalls | null;
  clock: Clock;
  log: Logger;
  /** Called when there may be events to plan: as `PeriodicReaderOptions.onRead`. */
  onRead(): void;
  /** From 0 up to 1; default: `Math.random()`. */
  random?: number;
}

/**
 * Reads Customer.io's activity log at the start and then every five minutes, to find reports that no webhook has brought
 * and what Customer.io has refused after accepting it. Nothing waits for it.
 */
export class ActivityReader {
  readonly #options: ActivityReaderOptions;
  readonly #reader: PeriodicReader;
  /** Whether the last reading has added anything, or may have before it failed. */
  #hasAdded = true;

  constructor(options: ActivityReaderOptions) {
    const { clock, onRead, random } = options;
    this.#options = options;
    this.#reader = new PeriodicReader({
      ...{ clock, onRead, random },
      read: (signal) => this.#read(signal),
      hasAdded: () => this.#hasAdded,
    });
  }

  get isReading(): boolean {
    return this.#reader.isReading;
  }

  /** Whether the log was read to its end since the start, or cannot be read at all. */
  get hasRead(): boolean {
    return this.#options.app === null || this.#reader.hasRead;
  }

  /** Begins the first reading. */
  start(): void {
    if (this.#options.app) this.#reader.start();
  }

  /** Ends a reading under way; what it has committed stays. */
  async stop(): Promise<void> {
    await this.#reader.stop();
  }

  /** @returns the failure, if any */
  async #read(signal: AbortSignal): Promise<unknown> {
    const { db, connection, app, clock, log } = this.#options;
    const { name } = connection;
    this.#hasAdded = true;
    try {
      const { lost, refused, cut } = await readActivities(
        db,
        connection,
        abortable(app!, signal),
        () => clock.now(),
        signal,
      );
      this.#hasAdded = lost + refused > 0;
      if (lost > 0)
        log.warn({ connection: name, lost }, 'found reports of Customer.io that no webhook had brought');
      if (refused > 0)
        log.warn(
          { connection: name, refused },
          'Customer.io has refused parts of calls that it had accepted',
        );
      if (cut.length > 0)
        log.warn(
          { connection: name, types: cut },
          'the activity log of Customer.io was too long to be read to its end',
        );
    } catch (error) {
      if (signal.aborted) return undefined;
      log.warn(
        { connection: name, err: error },
        'the activity log of Customer.io could not be read to its end',
      );
      return error;
    }
    return undefined;
  }
}

/** The calls that a reading makes, which end with the signal: the rate limit or a slow answer must not hold up a stop. */
function abortable({ activities, message }: LogCalls, signal: AbortSignal): LogCalls {
  return {
    activities: (...query) => untilAborted(activities(...query), signal),
    message: (id) => untilAborted(message(id), signal),
  };
}
