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

/** Nobody answers on a half-open connection, and one that only listens would never ask. */
const CHECK_EVERY_MS = 5_000;
const RECONNECT_AFTER_MS = 1_000;
/** A good-bye to a server that does not answer ends by itself. */
const END_WITHIN_MS = 500;

/**
 * A connection of its own that hears notifications. Where it is cut or half open it is made again, for as long as that
 * takes. What was notified meanwhile is lost: whoever listens must look by himself now and then.
 * @throws where the first connection cannot be made.
 */
export async function listen(options: ListenOptions): Promise<{ close(): Promise<void> }> {
  const closing = new AbortController();
  const { signal } = closing;
  let client = await connect(options);

  async function keep(): Promise<void> {
    while (!signal.aborted) {
      try {
        await check(client);
      } catch (error) {
        if (signal.aborted) return;
        options.onError(error);
        await reconnect();
      }
    }
  }

  /** Resolves after a while, if the connection still answers then. */
  async function check(listening: pg.Client): Promise<void> {
    const over = new AbortController();
    const either = AbortSignal.any([signal, over.signal]);
    await Promise.race([
      once(listening, 'end', { signal: either }),
      pause(CHECK_EVERY_MS, null, { ref: false, signal: either }),
    ]).finally(() => over.abort());
    await listening.query('select 1');
  }

  async function reconnect(): Promise<void> {
    void client.end();
    while (!signal.aborted) {
      try {
        await pause(RECONNECT_AFTER_MS, null, { ref: false, signal });
        client = await connect(options);
        if (signal.aborted) await end(client);
        return;
      } catch (error) {
        if (!signal.aborted) options.onError(error);
      }
    }
  }

  const kept = keep();
  return {
    close: async () => {
      closing.abort();
      await end(client);
      await kept;
    },
  };
}

async function connect({ connectionString, channel, onPayload }: ListenOptions): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString,
    keepAlive: true,
    application_name: 'stagepost-wake',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
  });
  // Whoever waits for a query or for the end hears of it there.
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
