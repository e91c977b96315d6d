import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { CONNECT_TIMEOUT_MS, QUERY_TIMEOUT_MS } from './pool.ts';

export interface ListenOptions {
  connectionString: string;
  channel: string;
  /** Called with the payload of every notification. */
  onPayload(payload: string): void;
  /** The connection was lost or could not be made again. It is tried until `close`. */
  onError(error: unknown): void;
}

/** A connection that only listens would never find out that it is half open, or that nothing listens any more. */
const HEARTBEAT_MS = 5_000;
const RECONNECT_AFTER_MS = 1_000;
/** How long `close` waits for a server that does not answer, in ms. */
const END_WITHIN_MS = 500;

/**
 * The server knows of no LISTEN on this connection. A pooler in transaction mode gives each statement another
 * connection, so the one that listens is no longer ours.
 */
export class ListenLost extends Error {
  readonly code = 'LISTEN_LOST';
  constructor() {
    super(
      'This connection does not receive notifications from PostgreSQL. If there is a pooler in between, use its session mode.',
    );
    this.name = 'ListenLost';
  }
}

/**
 * A connection of its own that receives notifications. It is made again whenever it is cut, half open or no longer
 * listening. What is notified in between is lost, so a listener also has to poll. (pg-listen is no longer maintained; the
 * heartbeat asks `pg_listening_channels()`, as pg-boss does.)
 * @throws where the first connection cannot be made.
 */
export async function listen(options: ListenOptions): Promise<Subscription> {
  return new Subscription(options, await connect(options));
}

/**
 * The life of a subscription: `listening`, with a heartbeat every 5 s; `connecting` from a failed heartbeat, or the end
 * of the connection, until a new connection listens; `closed` for good.
 */
export class Subscription {
  readonly #options: ListenOptions;
  readonly #closing = new AbortController();
  readonly #running: Promise<void>;
  #client: pg.Client;
  /** A pooler in transaction mode fails every heartbeat; it is reported once. */
  #isLostReported = false;

  constructor(options: ListenOptions, client: pg.Client) {
    this.#options = options;
    this.#client = client;
    this.#running = this.#run();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await end(this.#client);
    await this.#running;
  }

  get #isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  async #run(): Promise<void> {
    while (!this.#isClosed) {
      try {
        await this.#untilHeartbeat();
        await this.#heartbeat();
        this.#isLostReported = false;
      } catch (error) {
        if (this.#isClosed) return;
        this.#report(error);
        await this.#reconnect();
      }
    }
  }

  /** Resolves when a heartbeat is due, or at once when the connection ends. */
  async #untilHeartbeat(): Promise<void> {
    const over = new AbortController();
    const signal = AbortSignal.any([this.#closing.signal, over.signal]);
    await Promise.race([
      once(this.#client, 'end', { signal }),
      pause(HEARTBEAT_MS, null, { ref: false, signal }),
    ]).finally(() => over.abort());
  }

  /** @throws ListenLost, or what pg says of a connection that does not answer. */
  async #heartbeat(): Promise<void> {
    const { rows } = await this.#client.query<{ channel: string }>(
      'select pg_listening_channels() as channel',
    );
    if (!rows.some(({ channel }) => channel === this.#options.channel)) throw new ListenLost();
  }

  #report(error: unknown): void {
    const isLost = error instanceof ListenLost;
    if (!isLost || !this.#isLostReported) this.#options.onError(error);
    if (isLost) this.#isLostReported = true;
  }

  async #reconnect(): Promise<void> {
    void this.#client.end();
    while (!this.#isClosed) {
      try {
        await pause(RECONNECT_AFTER_MS, null, { ref: false, signal: this.#closing.signal });
        this.#client = await connect(this.#options);
        if (this.#isClosed) await end(this.#client);
        return;
      } catch (error) {
        if (!this.#isClosed) this.#options.onError(error);
      }
    }
  }
}

async function connect({ connectionString, channel, onPayload }: ListenOptions): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString,
    keepAlive: true,
    application_name: 'stagepost-wake',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
  });
  // Without a listener a lost connection would end the process. The heartbeat finds out.
  client.on('error', () => {});
  client.on('notification', (message) => message.payload && onPayload(message.payload));
  try {
    await client.connect();
    await client.query(`listen ${channel}`);
    return client;
  } catch (error) {
    void client.end();
    throw error;
  }
}

async function end(client: pg.Client): Promise<void> {
  await Promise.race([client.end(), pause(END_WITHIN_MS)]);
}
