import type { Logger } from 'pino';
import { DeliveryError } from '../domain/errors.ts';
import type { MonotonicClock } from '../lib/monotonic-clock.ts';
import type { Connection } from '../pipeline/connection.ts';
import type { TakenLease } from '../store/connections/leases.ts';

/** The API clients of a connection. */
export type Clients = Pick<Connection, 'kommo' | 'track' | 'app'>;

/**
 * Opens the clients of a connection.
 * @param quietUntilMs no call to Kommo is sent before this time of the monotonic clock
 * @param refuse called just before each call to Kommo, which fails with the returned error
 */
export type OpenClients = (quietUntilMs: number, refuse: () => Error | null) => Clients;

export interface LeasedClientsOptions {
  open: OpenClients;
  clock: Pick<MonotonicClock, 'now'>;
  /** Whether no other process can hold the lease for some time yet. */
  isSafe(): boolean;
  log: Logger;
}

/**
 * How long no call is sent to Kommo after the end of another process's lease, ms: that process may have sent calls until
 * then, Kommo counts the requests of a rolling second, and a call may be in transit for half a second.
 */
const QUIET_MS = 1_500;

/**
 * The clients of a connection while this process has its lease. They stay open when a start fails and is repeated, because
 * their limiter remembers the calls of the last second.
 */
export class LeasedClients {
  readonly #options: LeasedClientsOptions;
  #clients: Clients | null = null;

  constructor(options: LeasedClientsOptions) {
    this.#options = options;
  }

  /** Null while the clients are closed. */
  get current(): Clients | null {
    return this.#clients;
  }

  /** Opens the clients, if they are closed. */
  open(lease: TakenLease): Clients {
    const { open, clock } = this.#options;
    this.#clients ??= open(clock.now() + quietMs(lease), () => this.#refuse());
    return this.#clients;
  }

  /** Closes all clients, even if closing one fails. */
  async close(): Promise<void> {
    if (!this.#clients) return;
    const { kommo, track, app } = this.#clients;
    this.#clients = null;
    const results = await Promise.allSettled([kommo.close(), track.close(), app?.close()]);
    for (const result of results)
      if (result.status === 'rejected')
        this.#options.log.warn({ err: result.reason }, 'a client could not be closed cleanly');
  }

  #refuse(): Error | null {
    if (this.#options.isSafe()) return null;
    return new DeliveryError(
      'retryable',
      'Another process may run this connection now, so nothing was sent.',
    );
  }
}

/** A lease that has not ended was this process's own before a crash, and its calls may have continued until just now. */
function quietMs({ endedAgo }: TakenLease): number {
  return endedAgo === null ? 0 : Math.max(0, QUIET_MS - Math.max(0, endedAgo));
}
