import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import pg from 'pg';
import { QueryTimeout } from './query-timeout.ts';
import { createStatementNames, type StatementNames } from './statement-names.ts';

/** pg gives 64-bit integers as text; every one of ours (ids, ms) is a safe integer. */
const INT8 = 20;
const INT8_ARRAY = 1016;

/**
 * How long a query may take before its connection counts as dead, in ms. All of Stagepost's queries are indexed and
 * short. It must be less than the 3 s between two renewals of a lease (`cluster/lease-manager.ts`): a renewal that meets
 * a dead connection has failed before the next one begins, which then gets a fresh connection, and the lease is kept. It
 * is also less than the 3.5 s that a report of Customer.io may wait: one that came behind a dead connection is still
 * stored in time. A server that is slower than that needs `?query_timeout=10000` in its URL.
 */
export const QUERY_TIMEOUT_MS = 2_500;
/** The same for making a connection, which takes milliseconds where it works at all. */
export const CONNECT_TIMEOUT_MS = 2_500;
/** Connections for Stagepost's own queries. */
const POOL_SIZE = 10;
/** Connections of the queue. */
export const QUEUE_POOL_SIZE = 4;
/**
 * How many connections a process holds at most: both pools, one for Stagepost's notifications and one for the queue's,
 * and two for renewing leases. An operator sets `max_connections` by it.
 */
export const CONNECTIONS_PER_PROCESS = POOL_SIZE + QUEUE_POOL_SIZE + 1 + 1 + 2;
/** At the start nothing waits for the database, and a server may have to wake up first. */
const FIRST_CONNECT_TIMEOUT_MS = 10_000;

/** The server gives a slow statement up this much earlier: then the connection lives, and the outcome is known. */
const SERVER_FIRST_MS = 500;
/**
 * When the server gives up a transaction whose client is silent, in ms. Ours never pause. Behind a half-open connection
 * the server would keep the transaction's row locks for two hours (TCP's default), and planning would wait for them.
 */
const IDLE_IN_TRANSACTION_MS = 5_000;

/** PostgreSQL docs, appendix A: a prepared statement whose table has changed, because a newer Stagepost has migrated. */
const FEATURE_NOT_SUPPORTED = '0A000';

/**
 * The connections for Stagepost's own queries, in the shape in which Kysely wants them. It adds two things to pg's pool:
 *
 * - A connection that does not answer a query in time is closed, and with it all that are idle: when one is dead, the
 *   others most likely are too, and finding out takes a query each.
 * - A statement that comes again is prepared. Planning is most of what PostgreSQL does for a short query.
 */
export class ServerPool implements PostgresPool {
  readonly #pool: pg.Pool;
  readonly #names = createStatementNames();
  readonly #queryTimeoutMs: number;

  /** @param connectionString may have a `query_timeout` in ms. */
  constructor(connectionString: string, onError: (error: unknown) => void) {
    const url = new URL(connectionString);
    const ownTimeout = Number(url.searchParams.get('query_timeout'));
    this.#queryTimeoutMs = ownTimeout || QUERY_TIMEOUT_MS;
    // pg would apply it too, and its error has no code, only an English text.
    url.searchParams.delete('query_timeout');
    this.#pool = new pg.Pool({
      connectionString: ownTimeout ? url.href : connectionString,
      max: POOL_SIZE,
      types: { getTypeParser } as pg.CustomTypesConfig,
      application_name: 'stagepost',
      keepAlive: true,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      onConnect: (client) => setLimits(client, this.#queryTimeoutMs),
    });
    this.#pool.on('error', onError);
    // The pool listens to idle clients only. One that is cut while it is used would end the process otherwise; its
    // query is rejected anyway.
    this.#pool.on('connect', (client) => client.on('error', () => {}));
  }

  get options(): object {
    return this.#pool.options;
  }

  async connect(): Promise<ServerConnection> {
    const client = await this.#pool.connect();
    return new ServerConnection(client, this.#names, this.#queryTimeoutMs, () => this.#closeIdle());
  }

  end(): Promise<void> {
    return this.#pool.end();
  }

  #closeIdle(): void {
    for (let count = this.#pool.idleCount; count > 0; count--) {
      this.#pool.connect().then(
        (client) => client.release(true),
        () => {},
      );
    }
  }
}

/** A connection between its way out of the pool and its way back. */
export class ServerConnection implements PostgresPoolClient {
  readonly #client: pg.PoolClient;
  readonly #names: StatementNames;
  readonly #timeoutMs: number;
  readonly #onTimeout: () => void;
  /** Once set, the connection is not used again: an answer that came late would be taken for that of a later query. */
  #timedOut: QueryTimeout | null = null;
  /** Whether a query is under way. A second one would wait for it in pg 8 and be refused by pg 9. */
  #isBusy = false;

  constructor(client: pg.PoolClient, names: StatementNames, timeoutMs: number, onTimeout: () => void) {
    this.#client = client;
    this.#names = names;
    this.#timeoutMs = timeoutMs;
    this.#onTimeout = onTimeout;
  }

  /** @throws QueryTimeout, or what the server says. */
  // biome-ignore lint/suspicious/noExplicitAny: Kysely's interface has a second signature, for cursors, which we do not use
  query(text: any, values: readonly unknown[] = []): any {
    return this.#queryInTime(text, values);
  }

  /**
   * A query expires only after one more read of the socket. Node runs timers before it reads, so after a pause of the whole
   * process (a busy machine, a laptop's sleep) the timer alone would expire a query whose answer has arrived.
   */
  async #queryInTime(text: string, values: readonly unknown[]): Promise<PostgresQueryResult<unknown>> {
    if (this.#timedOut) throw this.#timedOut;
    if (this.#isBusy) throw new Error('This connection is already executing a query.');
    this.#isBusy = true;
    const { promise: timeout, reject } = Promise.withResolvers<never>();
    const expire = () => {
      this.#timedOut = new QueryTimeout(this.#timeoutMs);
      reject(this.#timedOut);
      this.#onTimeout();
    };
    let lastRead: NodeJS.Immediate | undefined;
    const timer = setTimeout(() => {
      lastRead = setImmediate(expire);
    }, this.#timeoutMs);
    try {
      return await Promise.race([this.#send(text, values), timeout]);
    } finally {
      clearTimeout(timer);
      clearImmediate(lastRead);
      this.#isBusy = false;
    }
  }

  async #send(text: string, values: readonly unknown[]): Promise<PostgresQueryResult<unknown>> {
    const name = values.length > 0 ? this.#names.of(text) : null;
    try {
      return (await this.#client.query({
        ...(name === null ? {} : { name }),
        text,
        values: [...values],
      })) as unknown as PostgresQueryResult<unknown>;
    } catch (error) {
      if (name !== null && (error as { code?: unknown }).code === FEATURE_NOT_SUPPORTED)
        this.#names.forget(text);
      throw error;
    }
  }

  /** Gives the connection back to the pool, which closes it if `destroy` is set or a query has timed out. */
  release(destroy = false): void {
    this.#client.release(destroy || this.#timedOut !== null);
  }
}

/** The connections for migrations, which may take minutes (an index on a large table). */
export function openMigrationPool(connectionString: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString,
    max: 2,
    application_name: 'stagepost-migration',
    keepAlive: true,
    connectionTimeoutMillis: FIRST_CONNECT_TIMEOUT_MS,
  });
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

function getTypeParser(oid: number, format?: 'text' | 'binary') {
  if (oid === INT8) return Number;
  const parse = pg.types.getTypeParser(oid, format as 'text');
  return oid === INT8_ARRAY ? (text: string) => (parse(text) as string[]).map(Number) : parse;
}

/** Set by a statement, not at the start of the connection: poolers like PgBouncer refuse unknown start parameters. */
async function setLimits(client: pg.ClientBase, queryTimeoutMs: number): Promise<void> {
  const limits = {
    text: `set statement_timeout = ${Math.max(1, queryTimeoutMs - SERVER_FIRST_MS)};
      set idle_in_transaction_session_timeout = ${IDLE_IN_TRANSACTION_MS}`,
    query_timeout: queryTimeoutMs,
  };
  await client.query(limits);
}
