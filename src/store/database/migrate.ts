import { type Kysely, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { DataUnusable } from './embedded/data-folder.ts';
import * as first from './migrations/001-first.ts';
import * as reconciler from './migrations/002-reconciler.ts';
import * as order from './migrations/003-order.ts';
import * as liveFirst from './migrations/004-live-first.ts';
import * as fleet from './migrations/005-fleet.ts';
import * as console from './migrations/006-console.ts';
import * as rules from './migrations/007-rules.ts';
import * as watchList from './migrations/008-watch-list.ts';
import * as indexForEachList from './migrations/009-index-for-each-list.ts';
import * as failureClasses from './migrations/010-failure-classes.ts';
import * as rpcCalls from './migrations/011-rpc-calls.ts';
import * as pendingChanges from './migrations/012-pending-changes.ts';
import * as failureCodes from './migrations/013-failure-codes.ts';
import * as planningGuard from './migrations/014-planning-guard.ts';
import * as installation from './migrations/015-installation.ts';
import * as access from './migrations/016-access.ts';
import * as health from './migrations/017-health.ts';
import * as alerts from './migrations/018-alerts.ts';
import * as clientState from './migrations/019-client-state.ts';

const migrations: Record<string, Migration> = {
  '001-first': first,
  '002-reconciler': reconciler,
  '003-order': order,
  '004-live-first': liveFirst,
  '005-fleet': fleet,
  '006-console': console,
  '007-rules': rules,
  '008-watch-list': watchList,
  '009-index-for-each-list': indexForEachList,
  '010-failure-classes': failureClasses,
  '011-rpc-calls': rpcCalls,
  '012-pending-changes': pendingChanges,
  '013-failure-codes': failureCodes,
  '014-planning-guard': planningGuard,
  '015-installation': installation,
  '016-access': access,
  '017-health': health,
  '018-alerts': alerts,
  '019-client-state': clientState,
};

/**
 * Migrates the tables to the schema that this code needs. Runs at every start, possibly in several processes at once:
 * Kysely's migrator holds a lock in the database while it works.
 * @throws DataUnusable where a newer Stagepost has migrated the database, which is left as it is.
 */
export async function migrate(db: Kysely<unknown>): Promise<void> {
  const applied = await appliedMigrations(db);
  refuseNewer(applied);
  // Kysely's migrator first reads the system catalog for every table, which takes the embedded database half a second.
  if (applied.length === Object.keys(migrations).length) return;
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error } = await migrator.migrateToLatest();
  if (!error) return;
  // A newer process may have migrated it since.
  refuseNewer(await appliedMigrations(db));
  throw error;
}

/** The names of all migrations that the database has had; none where it is new. */
async function appliedMigrations(db: Kysely<unknown>): Promise<string[]> {
  try {
    const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db);
    return rows.map(({ name }) => name);
  } catch (error) {
    if ((error as { code?: unknown }).code === UNDEFINED_TABLE) return [];
    throw error;
  }
}

/** PostgreSQL docs, appendix A. */
const UNDEFINED_TABLE = '42P01';

function refuseNewer(applied: string[]): void {
  const unknown = applied.filter((name) => !(name in migrations));
  if (unknown.length === 0) return;
  throw new DataUnusable(
    `A newer Stagepost has migrated this database: it has the change "${unknown.at(-1)}", and this one knows none after ` +
      `"${Object.keys(migrations).at(-1)}". Run the newer Stagepost again, or restore a backup from before the update.`,
  );
}
