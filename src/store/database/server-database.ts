import { Kysely, PostgresDialect, sql } from 'kysely';
import { type Clock, PgBoss } from 'pg-boss';
import type { DatabasePlace } from './identity/decide.ts';
import { type Query, readFacts } from './identity/facts.ts';
import type { DatabaseGuard } from './identity/guard.ts';
import { serverPlace } from './identity/place.ts';
import { listen } from './listen.ts';
import { migrate, requireNotNewer } from './migrate.ts';
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
  { onError, guard }: DatabaseOptions,
): Promise<Database> {
  const place = await migrateServer(connectionString, guard);
  const db = new Kysely<Schema>({
    dialect: new PostgresDialect({ pool: new ServerPool(connectionString, onError) }),
  });
  await guard?.adopt(place, queryOf(db)).catch(async (error: unknown) => {
    await db.destroy();
    throw error;
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
    notifyHere: listeners.publish,
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
      await guard?.close();
      await stopQueue(boss);
      await db.destroy();
    },
  };
}

/** @throws OtherDatabase, DataUnusable, or the server's error */
async function migrateServer(
  connectionString: string,
  guard: DatabaseGuard | undefined,
): Promise<DatabasePlace> {
  const db = new Kysely<unknown>({
    dialect: new PostgresDialect({ pool: openMigrationPool(connectionString) }),
  });
  try {
    const query = queryOf(db);
    const place = await serverPlace(connectionString, query);
    await requireNotNewer(db);
    if (guard) await guard.check({ ...place, facts: await readFacts(query) });
    await migrate(db);
    return place;
  } finally {
    await db.destroy();
  }
}

const queryOf =
  <Tables>(db: Kysely<Tables>): Query =>
  (statement) =>
    sql.raw(statement).execute(db);
