import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Kysely, PGliteDialect, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { type Clock, fromKysely, fromPglite, PgBoss, systemClock } from 'pg-boss';
import { openEmbedded } from './embedded.ts';
import { migrate } from './migrate.ts';
import type { Schema } from './schema.ts';

export type Db = Kysely<Schema>;

/** The database with its queue, embedded or on a server: same SQL, same code path. */
export interface Database {
  db: Db;
  boss: PgBoss;
  kind: 'embedded' | 'postgres';
  /** Calls back with the connection's name whenever any process stored work for it. */
  onWake(listener: (connection: string) => void): void;
  /** Tells every process (this one included) that a connection has work; call after the commit. */
  wake(connection: string): void;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** A PostgreSQL URL; empty or absent means the embedded database. */
  databaseUrl?: string | undefined;
  /** The folder for the embedded database; null keeps it in memory (tests). */
  dataDir: string | null;
  /** The queue's clock; tests pass pg-boss's TestClock. */
  clock?: Clock;
  onError(error: unknown): void;
}

/** pg gives 64-bit integers as text; every one of ours (ids, ms) is a safe integer. */
const INT8 = 20;

const WAKE_CHANNEL = 'stagepost_wake';

export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const clock = options.clock ?? systemClock;
  return options.databaseUrl
    ? openServer(options.databaseUrl, clock, options)
    : openFolder(options.dataDir, clock, options);
}

async function openFolder(dataDir: string | null, clock: Clock, options: DatabaseOptions): Promise<Database> {
  if (dataDir !== null) mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const pglite = await openEmbedded(dataDir === null ? null : join(dataDir, 'db'));
  const db = new Kysely<Schema>({ dialect: new PGliteDialect({ pglite }) });
  await migrate(db as Kysely<unknown>);
  const boss = new PgBoss({
    db: fromPglite(pglite),
    backend: 'pglite',
    useListenNotify: true,
    clock,
    ...QUIET,
  });
  await startBoss(boss, options);
  const listeners: ((connection: string) => void)[] = [];
  return {
    db,
    boss,
    kind: 'embedded',
    onWake: (listener) => listeners.push(listener),
    wake: (connection) => {
      for (const listener of listeners) listener(connection);
    },
    close: async () => {
      await boss.stop({ graceful: true, timeout: 2_000 });
      await db.destroy();
    },
  };
}

async function openServer(
  connectionString: string,
  clock: Clock,
  options: DatabaseOptions,
): Promise<Database> {
  const types = {
    getTypeParser: (oid: number, format?: 'text' | 'binary') =>
      oid === INT8 ? Number : pg.types.getTypeParser(oid, format as 'text'),
  } as pg.CustomTypesConfig;
  const pool = new pg.Pool({
    connectionString,
    max: 10,
    types,
    application_name: 'stagepost',
    // A server that went away without a word must be noticed: webhooks are answered 503 meanwhile.
    keepAlive: true,
    connectionTimeoutMillis: 5_000,
    query_timeout: 30_000,
  });
  pool.on('error', options.onError);
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  await migrate(db as Kysely<unknown>);
  const boss = new PgBoss({
    connectionString,
    max: 4,
    useListenNotify: true,
    clock,
    application_name: 'stagepost-queue',
    ...QUIET,
  });
  await startBoss(boss, options);
  const listeners: ((connection: string) => void)[] = [];
  const tell = (connection: string) => {
    for (const listener of listeners) listener(connection);
  };
  const listener = await listen(connectionString, tell, options.onError);
  return {
    db,
    boss,
    kind: 'postgres',
    onWake: (callback) => listeners.push(callback),
    wake: (connection) => {
      tell(connection);
      sql`select pg_notify(${WAKE_CHANNEL}, ${connection})`.execute(db).catch(options.onError);
    },
    close: async () => {
      await listener.close();
      await boss.stop({ graceful: true, timeout: 2_000 });
      await db.destroy();
    },
  };
}

/** A connection of its own that hears the wakes of all processes, and comes back when it is cut. */
async function listen(
  connectionString: string,
  tell: (connection: string) => void,
  onError: (error: unknown) => void,
) {
  let closed = false;
  let client: pg.Client | null = null;
  const connect = async () => {
    client = new pg.Client({ connectionString, keepAlive: true, application_name: 'stagepost-wake' });
    client.on('notification', (message) => message.payload && tell(message.payload));
    client.on('error', onError);
    client.on('end', () => {
      if (!closed) setTimeout(() => void connect().catch(onError), 1_000).unref();
    });
    await client.connect();
    await client.query(`listen ${WAKE_CHANNEL}`);
  };
  await connect();
  return {
    close: async () => {
      closed = true;
      await client?.end();
    },
  };
}

/** The queue's own upkeep, seldom: a laptop's database should be idle when nothing happens. */
const QUIET = { monitorVacuum: false, reindex: false, registerInstance: false } as const;

async function startBoss(boss: PgBoss, options: DatabaseOptions): Promise<void> {
  boss.on('error', options.onError);
  await boss.start();
}

/** Lets a queue call take part in a transaction of ours: the job and our rows commit together. */
export function inTransaction(trx: Db): { db: ReturnType<typeof fromKysely> } {
  return { db: fromKysely(trx) };
}

/** A JSON value as a parameter, the same on both databases. */
export function json<T>(value: T) {
  return sql<T>`${jsonText(value)}::jsonb`;
}

/**
 * JSON that PostgreSQL can store: jsonb has no place for NUL and half surrogate pairs, and a name
 * with one in it must not hold up everything that is written beside it.
 */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, (_key, part) =>
    typeof part === 'string' ? part.toWellFormed().replaceAll('\0', '') : part,
  );
}
