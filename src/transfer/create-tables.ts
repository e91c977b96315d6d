import { Kysely, PGliteDialect, PostgresDialect } from 'kysely';
import { fromPglite, PgBoss } from 'pg-boss';
import { openEmbedded } from '../store/database/embedded/embedded.ts';
import { migrate, migrateTo } from '../store/database/migrate.ts';
import { openMigrationPool } from '../store/database/pool.ts';
import { QUEUE_DEFAULTS, startQueue, stopQueue } from '../store/database/queue.ts';

/**
 * Creates Stagepost's tables and the queue's in the embedded database of a folder, or brings them up to date.
 * @param last the migration to stop at; default: this version's last one
 */
export async function createTablesInFolder(folder: string, last?: string): Promise<void> {
  const pglite = await openEmbedded(folder);
  const db = new Kysely<unknown>({ dialect: new PGliteDialect({ pglite }) });
  const boss = new PgBoss({ db: fromPglite(pglite), backend: 'pglite', ...QUEUE_DEFAULTS });
  await create(db, boss, last);
}

/** The same on a server. */
export async function createTablesOnServer(connectionString: string, last?: string): Promise<void> {
  const db = new Kysely<unknown>({
    dialect: new PostgresDialect({ pool: openMigrationPool(connectionString) }),
  });
  await create(db, new PgBoss({ connectionString, max: 2, ...QUEUE_DEFAULTS }), last);
}

async function create(db: Kysely<unknown>, boss: PgBoss, last: string | undefined): Promise<void> {
  try {
    await (last === undefined ? migrate(db) : migrateTo(db, last));
    await startQueue(boss, () => {});
    await stopQueue(boss);
  } finally {
    await db.destroy();
  }
}
