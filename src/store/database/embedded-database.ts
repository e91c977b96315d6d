import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Kysely, PGliteDialect, sql } from 'kysely';
import { type Clock, fromPglite, PgBoss } from 'pg-boss';
import { createFolder } from './embedded/create-folder.ts';
import { prepareDataFolder, requireFreeSpace } from './embedded/data-folder.ts';
import { openEmbedded } from './embedded/embedded.ts';
import { makeContentPrivate } from './embedded/private-folder.ts';
import { EMPTY, type Query, readFacts } from './identity/facts.ts';
import { embeddedPlace } from './identity/place.ts';
import { migrate, requireNotNewer } from './migrate.ts';
import { createNotificationListeners } from './notifications.ts';
import { QUEUE_DEFAULTS, startQueue, stopQueue } from './queue.ts';
import type { Schema } from './schema.ts';
import type { Database, DatabaseOptions } from './types.ts';
import { startUpkeep } from './upkeep.ts';

/** Opens the database in the data folder and creates it where there is none. @throws DataUnusable */
export async function openEmbeddedDatabase(
  dataDir: string,
  clock: Clock,
  { onError, onFatal, guard }: DatabaseOptions,
): Promise<Database> {
  prepareDataFolder(dataDir);
  requireFreeSpace(dataDir);
  const folder = join(dataDir, 'db');
  const place = embeddedPlace(dataDir);
  if (!existsSync(folder)) {
    await guard?.check({ ...place, facts: EMPTY });
    await createFolder(folder);
  }
  // Earlier versions left files that everybody can write, and so does initdb.
  makeContentPrivate(folder);
  const pglite = await openEmbedded(folder, { onBroken: onFatal });
  const db = new Kysely<Schema>({ dialect: new PGliteDialect({ pglite }) });
  const boss = new PgBoss({ db: fromPglite(pglite), backend: 'pglite', clock, ...QUEUE_DEFAULTS });
  let stopUpkeep = async () => {};
  const close = async () => {
    await guard?.close();
    await stopUpkeep();
    await stopQueue(boss);
    await db.destroy();
  };
  try {
    const query: Query = (statement) => sql.raw(statement).execute(db);
    await requireNotNewer(db as Kysely<unknown>);
    await guard?.check({ ...place, facts: await readFacts(query) });
    await migrate(db as Kysely<unknown>);
    await guard?.adopt(place, query);
  } catch (error) {
    // An open database would keep the process alive.
    await close().catch(() => {});
    throw error;
  }
  // No other process can have the folder open, so notifications stay within this one.
  const listeners = createNotificationListeners(onError);
  return {
    db,
    boss,
    kind: 'embedded',
    onNotification: listeners.add,
    notify: listeners.publish,
    notifyHere: listeners.publish,
    start: async () => {
      await startQueue(boss, onError);
      stopUpkeep = startUpkeep(db, dataDir, onError);
    },
    close,
  };
}
