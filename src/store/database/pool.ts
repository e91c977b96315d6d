import pg from 'pg';
import { createStatementNames, type StatementNames } from './statement-names.ts';

/** pg gives 64-bit integers as text; every one of ours (ids, ms) is a safe integer. */
const INT8 = 20;

/**
 * How long a query may take before its connection counts as dead, in ms. All of Stagepost's queries are indexed and
 * short. It must be less than the 3 s between two renewals of a lease (`flow/host.ts`): a renewal that meets a dead
 * connection has failed before the next one begins, which then gets a fresh connection, and the lease is kept. It is
 * also less than the 3.5 s that a report of Customer.io may wait: one that came behind a dead connection is still
 * stored in time. A server that is slower than that needs `?query_timeout=10000` in its URL.
 */
export const QUERY_TIMEOUT_MS = 2_500;
/** The same for making a connection, which takes milliseconds where it works at all. */
export const CONNECT_TIMEOUT_MS = QUERY_TIMEOUT_MS;
/** At the start nobody waits, and a server may have to wake up first. */
const FIRST_CONNECT_TIMEOUT_MS = 10_000;

/** By this much the server gives up a slow statement earlier: then the connection lives, and nobody need guess. */
const SERVER_FIRST_MS = 500;
/**
 * When the server gives up a transaction whose client is silent, in ms. Ours never pause. Behind a half-open connection
 * the server would keep the transaction's row locks for two hours (TCP's default), and planning would wait for them.
 */
const IDLE_IN_TRANSACTION_MS = 5_000;

/** Of the error for a prepared statement whose table has changed (a newer Stagepost has migrated): feature_not_supported. */
const CHANGED = '0A000';
/** pg has no code for this error. */
const LATE = 'Query read timeout';

/** The connections for Stagepost's own queries. One that is cut or answers no more is closed and never used again. */
export function openPool(connectionString: string, onError: (error: unknown) => void): pg.Pool {
  const pool = new pg.Pool({
    connectionString,
    max: 10,
    types: { getTypeParser } as pg.CustomTypesConfig,
    application_name: 'stagepost',
    keepAlive: true,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
    onConnect: async (client) => void (await client.query(limitsOf(connectionString))),
  });
  const names = createStatementNames();
  pool.on('error', onError);
  pool.on('connect', (client) => {
    // The pool listens only to idle clients. One that is cut while it is used would end the process otherwise;
    // whoever uses it hears of it from the query.
    client.on('error', () => {});
    prepareWhatComesAgain(client, names);
    closeWhenLate(client, () => closeIdle(pool));
  });
  return pool;
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
  return oid === INT8 ? Number : pg.types.getTypeParser(oid, format as 'text');
}

/** Set by a statement, not at the start of the connection: poolers like PgBouncer refuse unknown start parameters. */
function limitsOf(connectionString: string): string {
  const queryTimeout =
    Number(new URL(connectionString).searchParams.get('query_timeout')) || QUERY_TIMEOUT_MS;
  return `set statement_timeout = ${Math.max(1, queryTimeout - SERVER_FIRST_MS)};
    set idle_in_transaction_session_timeout = ${IDLE_IN_TRANSACTION_MS}`;
}

/**
 * Planning is most of what PostgreSQL does for a short query. From its second time on a text is a prepared statement, for
 * which PostgreSQL makes a plan once it has seen that plans for single values are no better.
 */
function prepareWhatComesAgain(client: pg.PoolClient, names: StatementNames): void {
  const query = client.query.bind(client) as (...args: unknown[]) => unknown;
  const prepared = (...args: unknown[]) => {
    const [text, values] = args;
    if (args.length !== 2 || typeof text !== 'string' || !Array.isArray(values)) return query(...args);
    const name = values.length > 0 ? names.of(text) : null;
    if (name === null) return query(...args);
    const result = query({ name, text, values }) as Promise<unknown>;
    result.catch((error: { code?: unknown }) => {
      if (error.code === CHANGED) names.forget(text);
    });
    return result;
  };
  client.query = prepared as typeof client.query;
}

/**
 * pg's `query_timeout` only rejects: the client keeps waiting for the answer, and whatever it is asked next waits
 * behind it. So it is closed, and the pool drops it when it comes back (pg-pool: `client._ending`).
 */
function closeWhenLate(client: pg.PoolClient, onLate: () => void): void {
  const query = client.query.bind(client) as (...args: unknown[]) => unknown;
  const watched = (...args: unknown[]) => {
    const result = query(...args);
    if (result instanceof Promise) {
      result.catch((error: unknown) => {
        if (!(error instanceof Error) || error.message !== LATE) return;
        void (client as unknown as pg.Client).end();
        onLate();
      });
    }
    return result;
  };
  client.query = watched as typeof client.query;
}

/** When one connection is dead, those that lie idle beside it most likely are too; finding out takes a query each. */
function closeIdle(pool: pg.Pool): void {
  for (let count = pool.idleCount; count > 0; count--) {
    pool.connect().then(
      (client) => client.release(true),
      () => {},
    );
  }
}
