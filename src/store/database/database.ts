import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Kysely, PGliteDialect, PostgresDialect, sql } from 'kysely';
import { type Clock, fromKysely, fromPglite, PgBoss, systemClock } from 'pg-boss';
import { freeBytes, NEEDED_BYTES } from './disk.ts';
import { DataUnusable } from './embedded/data-lock.ts';
import { openEmbedded } from './embedded/embedded.ts';
import { limitHeap } from './embedded/heap-limits.ts';
import { listen } from './listen.ts';
import { migrate } from './migrate.ts';
import {
  createNotificationListeners,
  type Notification,
  type NotificationListener,
  parseNotification,
} from './notifications.ts';
import { openPatientPool, openPool } from './pool.ts';
import type { Schema } from './schema.ts';
import { keepStatistics } from './statistics.ts';

export type Db = Kysely<Schema>;

/** The database with its queue, embedded or on a server: same SQL, same code path. */
export interface Database {
  db: Db;
  boss: PgBoss;
  kind: 'embedded' | 'postgres';
  /** Calls back for every notification of any process, this one included. It may come twice, or get lost. */
  onNotification(listener: NotificationListener): void;
  /** Notifies every process, this one included. Call it after the commit of what it is about. */
  notify(notification: Notification): void;
  /** Starts the queue, and listens to the other processes. Reading and storing work before. */
  start(): Promise<void>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** A PostgreSQL URL; empty or absent means the embedded database. */
  databaseUrl?: string | undefined;
  /** The folder for the embedded database; may be null where there is a URL. */
  dataDir: string | null;
  /** The queue's clock; tests pass pg-boss's TestClock. */
  clock?: Clock;
  onError(error: unknown): void;
  /** The embedded database broke and cannot be used in this process any more: end it, the next one finds everything. */
  onFatal?: ((error: Error) => void) | undefined;
}

/** Named when its payloads were connections to wake. */
const CHANNEL = 'stagepost_wake';

/** Opens the database and brings it to this program's shape; `start` starts its queue. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const clock = options.clock ?? systemClock;
  limitHeap();
  return options.databaseUrl
    ? openServer(options.databaseUrl, clock, options)
    : openFolder(options.dataDir, clock, options);
}

async function openFolder(dataDir: string | null, clock: Clock, options: DatabaseOptions): Promise<Database> {
  if (dataDir === null) throw new Error('A database needs a URL or a data folder.');
  prepareFolder(dataDir);
  const pglite = await openEmbedded(join(dataDir, 'db'), options.onFatal);
  const db = new Kysely<Schema>({ dialect: new PGliteDialect({ pglite }) });
  const boss = new PgBoss({
    db: fromPglite(pglite),
    backend: 'pglite',
    useListenNotify: true,
    clock,
    ...QUIET,
  });
  let stopStatistics = async () => {};
  const close = async () => {
    await stopStatistics();
    await boss.stop({ graceful: true, timeout: 2_000 });
    await db.destroy();
  };
  await orClose(close, () => migrate(db as Kysely<unknown>));
  const listeners = createNotificationListeners(options.onError);
  return {
    db,
    boss,
    kind: 'embedded',
    onNotification: listeners.add,
    notify: listeners.publish,
    start: async () => {
      await startBoss(boss, options);
      stopStatistics = keepStatistics(db, options.onError);
    },
    close,
  };
}

/** @throws DataUnusable where the disk is full. */
function prepareFolder(dataDir: string): void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  if (freeBytes(dataDir) >= NEEDED_BYTES) return;
  const needed = `${NEEDED_BYTES / 1024 / 1024} MB`;
  throw new DataUnusable(
    `The disk of the data folder ${dataDir} is full: less than ${needed} are free. Free some space and start again; nothing that was stored is lost.`,
  );
}

async function openServer(
  connectionString: string,
  clock: Clock,
  options: DatabaseOptions,
): Promise<Database> {
  await migrateServer(connectionString);
  const db = new Kysely<Schema>({
    dialect: new PostgresDialect({ pool: openPool(connectionString, options.onError) }),
  });
  const boss = new PgBoss({ connectionString, useListenNotify: true, clock, ...QUEUE_POOL, ...QUIET });
  const listeners = createNotificationListeners(options.onError);
  const onPayload = (payload: string) => {
    const notification = parseNotification(payload);
    if (notification) listeners.publish(notification);
  };
  let listener: { close(): Promise<void> } | null = null;
  const close = async () => {
    await listener?.close();
    await boss.stop({ graceful: true, timeout: 2_000 });
    await db.destroy();
  };
  return {
    db,
    boss,
    kind: 'postgres',
    onNotification: listeners.add,
    notify: (notification) => {
      listeners.publish(notification);
      sql`select pg_notify(${CHANNEL}, ${JSON.stringify(notification)})`.execute(db).catch(options.onError);
    },
    start: async () => {
      await startBoss(boss, options);
      listener = await listen({ connectionString, channel: CHANNEL, onPayload, onError: options.onError });
    },
    close,
  };
}

async function migrateServer(connectionString: string): Promise<void> {
  const db = new Kysely<unknown>({
    dialect: new PostgresDialect({ pool: openPatientPool(connectionString) }),
  });
  try {
    await migrate(db);
  } finally {
    await db.destroy();
  }
}

/** A start that failed leaves nothing open behind: the process could not end. */
async function orClose(close: () => Promise<void>, start: () => Promise<void>): Promise<void> {
  try {
    await start();
  } catch (error) {
    await close().catch(() => {});
    throw error;
  }
}

/**
 * The queue's connections. Without a timeout a fetch on a half-open connection would wait for as long as TCP does, and
 * no watch would fire meanwhile. pg-boss closes a connection whose query failed (`pool.query`), and checks the one it
 * listens on every 10 s by itself.
 */
const QUEUE_POOL = {
  max: 4,
  application_name: 'stagepost-queue',
  keepAlive: true,
  connectionTimeoutMillis: 5_000,
  // Its upkeep deletes many rows in one statement, so more than our own queries get.
  query_timeout: 10_000,
} as const;

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

/** One of many, as one parameter: a statement takes 65,535 of them, and one request can name more. */
export function anyOf<T extends string | number>(values: T[], type: 'text' | 'bigint') {
  return sql<T>`any(${values}::${sql.raw(type)}[])`;
}

/**
 * For a statement that joins a table with a list (`jsonb_to_recordset`) by `id`: the same ids once more, as an array. Of
 * such a list the planner expects a hundred rows, and for so many it reads a table of some thousand rows whole.
 */
export function idsOf(rows: { id: number }[]) {
  return anyOf(
    rows.map(({ id }) => id),
    'bigint',
  );
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

/** A value as it comes back out of jsonb, which has an order of keys of its own: by length in bytes, then by bytes. */
export function asStored<T>(value: T): T {
  return JSON.parse(jsonText(value), (_key, part) => {
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    const keys = Object.keys(part).map((key) => ({ key, bytes: Buffer.from(key) }));
    keys.sort((a, b) => a.bytes.length - b.bytes.length || Buffer.compare(a.bytes, b.bytes));
    return Object.fromEntries(keys.map(({ key }) => [key, part[key]]));
  });
}
