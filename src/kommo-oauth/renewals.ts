import type { Clock } from 'pg-boss';
import type { Logger } from 'pino';
import type { Grant } from './grant.ts';
import type { GrantStore } from './grant-store.ts';

export interface RenewalsOptions {
  store: Pick<GrantStore, 'due' | 'read' | 'troubled'>;
  /** Renews the grant of a connection or setup that exists. */
  renew(grant: Grant): Promise<unknown>;
  /** Called once a round with the names of all grants whose last renewal has failed. */
  onTroubled(names: string[]): Promise<void>;
  clock: Clock;
  log: Logger;
}

/** A renewal is due half a day before its token ends, so that a minute is soon enough. */
const EVERY_MS = 60_000;
/** How many are renewed in a round. */
const MAX_PER_ROUND = 50;

/**
 * Renews the grants that are due, ahead of time. Every process looks, since a setup or a paused connection is run by none; the
 * claim in the database lets one of them renew.
 */
export class GrantRenewals {
  readonly #options: RenewalsOptions;
  #timer: unknown = null;
  #round: Promise<void> | null = null;
  #isStopped = false;

  constructor(options: RenewalsOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = this.#options.clock.setInterval(() => void this.run(), EVERY_MS);
    void this.run();
  }

  /** Renews what is due now. Never rejects. */
  run(): Promise<void> {
    this.#round ??= this.#renewDue().finally(() => {
      this.#round = null;
    });
    return this.#round;
  }

  /** Resolves when the renewal under way is stored. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    if (this.#timer) this.#options.clock.clearInterval(this.#timer);
    await this.#round;
  }

  async #renewDue(): Promise<void> {
    const { store, clock, log } = this.#options;
    try {
      for (const name of await store.due(clock.now(), MAX_PER_ROUND)) {
        if (this.#isStopped) return;
        await this.#renewOne(name);
      }
      await this.#options.onTroubled(await store.troubled());
    } catch (error) {
      log.error({ err: error }, 'the access to Kommo that is due could not be read');
    }
  }

  async #renewOne(name: string): Promise<void> {
    const { store, renew, log } = this.#options;
    try {
      const grant = await store.read(name);
      if (grant) await renew(grant);
    } catch (error) {
      log.error({ err: error, connection: name }, 'the access to Kommo could not be renewed');
    }
  }
}
