import type { Clock } from 'pg-boss';
import type { Logger } from 'pino';
import { DeliveryError } from '../../domain/errors.ts';
import { campaignTimes, saveCampaignFailure } from '../../store/campaigns/campaign-lists.ts';
import type { Db } from '../../store/database/database.ts';
import type { Connection } from '../connection.ts';
import { PeriodicReader } from '../periodic-reader.ts';
import { type ListCalls, readCampaigns } from './read-campaigns.ts';

export interface CampaignReaderOptions {
  db: Db;
  connection: Pick<Connection, 'name' | 'track' | 'rules'>;
  /** Null where the configuration has no App API key: then nothing is read. */
  app: ListCalls | null;
  clock: Clock;
  log: Logger;
  /** From 0 up to 1; default: `Math.random()`. */
  random?: number;
}

/** How often the campaigns are read, ms. Somebody who has just started one can have them read at once. */
const CAMPAIGNS_EVERY_MS = 10 * 60_000;

/**
 * Reads the campaigns of the workspace every ten minutes, for the console and the checks. Nothing waits for it, and no event
 * needs a call of it. A list that a process has read shortly before is not read again at a start.
 */
export class CampaignReader {
  readonly #options: CampaignReaderOptions;
  readonly #reader: PeriodicReader;
  /** The last failure, which is logged once. */
  #failure: string | null = null;

  constructor(options: CampaignReaderOptions) {
    const { clock, random } = options;
    this.#options = options;
    const read = (signal: AbortSignal) => this.#read(signal);
    this.#reader = new PeriodicReader({ clock, random, read, everyMs: CAMPAIGNS_EVERY_MS });
  }

  /** Begins the first reading. */
  start(): void {
    if (this.#options.app) this.#reader.start();
  }

  get isReading(): boolean {
    return this.#reader.isReading;
  }

  async stop(): Promise<void> {
    await this.#reader.stop();
  }

  /** @returns the failure, if any */
  async #read(signal: AbortSignal): Promise<unknown> {
    const { db, connection, app, clock } = this.#options;
    const { name, track, rules } = connection;
    const events = [...rules.stages, ...rules.inactivity].map(({ event }) => event);
    const now = () => clock.now();
    try {
      const { readAt } = await campaignTimes(db, name);
      if (readAt === null || now() - readAt >= CAMPAIGNS_EVERY_MS / 2)
        await readCampaigns({ db, connection: name, app: app!, track, events, now, signal });
      this.#failure = null;
    } catch (error) {
      if (signal.aborted) return undefined;
      this.#logOnce(error);
      if (error instanceof DeliveryError)
        await saveCampaignFailure(db, name, error.message, now()).catch(() => {});
      return error;
    }
    return undefined;
  }

  #logOnce(error: unknown): void {
    const { connection, log } = this.#options;
    const message = String(error);
    if (message !== this.#failure)
      log.warn({ connection: connection.name, err: error }, 'the campaigns of Customer.io could not be read');
    this.#failure = message;
  }
}
