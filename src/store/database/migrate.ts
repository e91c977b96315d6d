import { type Kysely, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { VERSION } from '../../version.ts';
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
import * as people from './migrations/020-people.ts';
import * as consent from './migrations/021-consent.ts';
import * as moves from './migrations/022-moves.ts';
import * as waiting from './migrations/023-waiting.ts';
import * as directory from './migrations/024-directory.ts';
import * as reports from './migrations/025-reports.ts';
import * as twoWayConsent from './migrations/027-two-way-consent.ts';
import * as identity from './migrations/028-identity.ts';
import * as emailEvents from './migrations/029-email-events.ts';
import * as postponedActions from './migrations/032-postponed-actions.ts';
import * as restored from './migrations/040-restored.ts';
import * as partitions from './migrations/050-partitions.ts';
import * as diskSamples from './migrations/051-disk-samples.ts';
import * as pastEvents from './migrations/052-past-events.ts';
import * as storedConnections from './migrations/054-stored-connections.ts';
import * as pausedConnections from './migrations/055-paused-connections.ts';
import * as kommoGrants from './migrations/056-kommo-grants.ts';
import * as connectionSetups from './migrations/057-connection-setups.ts';
import * as backfills from './migrations/058-backfills.ts';
import * as campaignLists from './migrations/059-campaign-lists.ts';
import * as unreadLog from './migrations/060-unread-log.ts';
import * as connectionRoles from './migrations/063-connection-roles.ts';
import * as sentOnce from './migrations/071-sent-once.ts';
import * as dealNames from './migrations/075-deal-names.ts';
import * as stageEntries from './migrations/080-stage-entries.ts';
import * as activityLists from './migrations/084-activity-lists.ts';
import * as ruleCases from './migrations/087-rule-cases.ts';
import * as calls from './migrations/089-calls.ts';
import * as stageNumbers from './migrations/098-stage-numbers.ts';
import * as testPeople from './migrations/099-test-people.ts';

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
  '020-people': people,
  '021-consent': consent,
  '022-moves': moves,
  '023-waiting': waiting,
  '024-directory': directory,
  '025-reports': reports,
  '027-two-way-consent': twoWayConsent,
  '028-identity': identity,
  '029-email-events': emailEvents,
  '032-postponed-actions': postponedActions,
  '040-restored': restored,
  '050-partitions': partitions,
  '051-disk-samples': diskSamples,
  '052-past-events': pastEvents,
  '054-stored-connections': storedConnections,
  '055-paused-connections': pausedConnections,
  '056-kommo-grants': kommoGrants,
  '057-connection-setups': connectionSetups,
  '058-backfills': backfills,
  '059-campaign-lists': campaignLists,
  '060-unread-log': unreadLog,
  '063-connection-roles': connectionRoles,
  '071-sent-once': sentOnce,
  '075-deal-names': dealNames,
  '080-stage-entries': stageEntries,
  '084-activity-lists': activityLists,
  '087-rule-cases': ruleCases,
  '089-calls': calls,
  '098-stage-numbers': stageNumbers,
  '099-test-people': testPeople,
};

/** A newer Stagepost has migrated the database. Starting again does not help. */
export class DatabaseTooNew extends DataUnusable {}

/**
 * Migrates the tables to the schema that this code needs. Runs at every start, possibly in several processes at once:
 * Kysely's migrator holds a lock in the database while it works.
 * @throws DatabaseTooNew where a newer Stagepost has migrated the database, which is left as it is.
 */
export async function migrate(db: Kysely<unknown>): Promise<void> {
  await migrateTo(db, NEWEST_MIGRATION);
}

/** The last of this version's migrations. */
const NEWEST_MIGRATION = Object.keys(migrations).at(-1)!;

/**
 * Migrates the tables up to the migration `last`, for the data of an earlier version that is written into them and
 * migrated afterwards. A database that has more migrations is left as it is.
 */
export async function migrateTo(db: Kysely<unknown>, last: string): Promise<void> {
  const applied = await appliedMigrations(db);
  await refuseNewer(db, applied);
  // Kysely's migrator first reads the system catalog for every table, which takes the embedded database half a second.
  const wanted = Object.keys(migrations).filter((name) => name <= last);
  if (wanted.every((name) => applied.includes(name))) return;
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error } = await migrator.migrateTo(last);
  if (!error) return writeVersion(db);
  // A newer process may have migrated it since.
  await requireNotNewer(db);
  throw error;
}

/** The version that has migrated the database is the comment of this table, which exists in every version's database. */
const VERSION_TABLE = 'kysely_migration';

/** For an older version, so that its refusal names the one that is needed. */
async function writeVersion(db: Kysely<unknown>): Promise<void> {
  await sql`comment on table ${sql.table(VERSION_TABLE)} is ${sql.lit(VERSION)}`.execute(db);
}

/** Reads `version`: null where the version that has migrated the database did not write it. */
export const VERSION_QUERY = `select obj_description(to_regclass('${VERSION_TABLE}'), 'pg_class') as version`;

/**
 * To be called before anything else is read: in the tables of a newer version, facts may look like those of an earlier state.
 * @throws DatabaseTooNew
 */
export async function requireNotNewer(db: Kysely<unknown>): Promise<void> {
  await refuseNewer(db, await appliedMigrations(db));
}

/** The names of all migrations that the database has had; none where it is new. */
export async function appliedMigrations(db: Kysely<unknown>): Promise<string[]> {
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

async function refuseNewer(db: Kysely<unknown>, applied: string[]): Promise<void> {
  if (unknownMigration(applied) === null) return;
  const { rows } = await sql.raw<{ version: string | null }>(VERSION_QUERY).execute(db);
  requireKnown(applied, rows[0]?.version ?? null);
}

/**
 * @param applied the migrations that a database has had
 * @param version the answer of `VERSION_QUERY`
 * @throws DatabaseTooNew where this version does not have all of them
 */
export function requireKnown(applied: string[], version: string | null): void {
  const unknown = unknownMigration(applied);
  if (unknown === null) return;
  // Whoever may write to the database may have written the comment.
  const isVersion = version !== null && /^\d+\.\d+\.\d+[\w.+-]{0,40}$/.test(version);
  const needed = isVersion ? `Stagepost ${version} or newer` : 'the newer Stagepost';
  throw new DatabaseTooNew(
    `A newer Stagepost has migrated this database: it has the change "${unknown}", and this one (${VERSION}) knows none ` +
      `after "${NEWEST_MIGRATION}". Run ${needed}, or restore a backup from before the upgrade. Nothing was changed.`,
  );
}

/** The last of these migrations that this version does not have; null where it has them all. */
export function unknownMigration(names: string[]): string | null {
  return names.findLast((name) => !(name in migrations)) ?? null;
}

/** Whether a database with these migrations has all that this version has. */
export function isNewest(names: string[]): boolean {
  return Object.keys(migrations).every((name) => names.includes(name));
}
