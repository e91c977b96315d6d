import { Kysely, PostgresDialect, sql } from 'kysely';
import { type Clock, PgBoss } from 'pg-boss';
import { listen } from './listen.ts';
import { migrate } from './migrate.ts';
import { createNotificationListeners, parseNotification } from './notifications.ts';
import { openMigrationPool, QUEUE_POOL_SIZE, ServerPool } from './pool.ts';
import { QUEUE_DEFAULTS, startQueue, stopQueue } from './queue.ts';
import type { Schema } from './schema.ts';
import type { Database, DatabaseOptions } from './types.ts';

/** The name dates from when payloads were only names of connections to wake. */
const CHANNEL = 'stagepost_wake';

/**
 * The queue's connections. Without a timeout, a fetch on a half-open connection would wait for TCP's timeout, and no watch
 * would fire until then. pg-boss closes a connection whose query failed (`pool.query`), and checks its listening
 * connection every 10 s itself.
 */
const QUEUE_POOL = {
  max: QUEUE_POOL_SIZE,
  application_name: 'stagepost-queue',
  keepAlive: true,
  connectionTimeoutMillis: 5_000,
  // Longer than Stagepost's own queries: the queue's upkeep deletes many rows in one statement.
  query_timeout: 10_000,
} as const;

/** Opens a database on a PostgreSQL server. */
export async function openServerDatabase(
  connectionString: string,
  clock: Clock,
  { onError }: DatabaseOptions,
): Promise<Database> {
  await migrateServer(connectionString);
  const db = new Kysely<Schema>({
    dialect: new PostgresDialect({ pool: new ServerPool(connectionString, onError) }),
  });
  const boss = new PgBoss({ connectionString, clock, ...QUEUE_POOL, ...QUEUE_DEFAULTS });
  const listeners = createNotificationListeners(onError);
  const onPayload = (payload: string) => {
    const notification = parseNotification(payload);
    if (notification) listeners.publish(notification);
  };
  let subscription: { close(): Promise<void> } | null = null;
  return {
    db,
    boss,
    kind: 'postgres',
    onNotification: listeners.add,
    notify: (notification) => {
      listeners.publish(notification);
      sql`select pg_notify(${CHANNEL}, ${JSON.stringify(notification)})`.execute(db).catch(onError);
    },
    start: async () => {
      await startQueue(boss, onError);
      subscription = await listen({ connectionString, channel: CHANNEL, onPayload, onError });
    },
    close: async () => {
      await subscription?.close();
      await stopQueue(boss);
      await db.destroy();
    },
  };
}

async function migrateServer(connectionString: string): Promise<void> {
  const db = new Kysely<unknown>({
    dialect: new PostgresDialect({ pool: openMigrationPool(connectionString) }),
  });
  try {
    await migrate(db);
  } finally {
    await db.destroy();
  }
}
