import type { CurrentDatabase, DatabasePlace } from '../store/database/identity/decide.ts';
import { type Query, readFacts } from '../store/database/identity/facts.ts';
import { findDifference } from '../store/database/identity/guard.ts';
import { differenceAdvice } from '../store/database/identity/refusal.ts';
import { stateFolder } from '../store/database/identity/seen-states.ts';
import { unknownMigration } from '../store/database/migrate.ts';
import { VERSION } from '../version.ts';
import { failure, type Verdict } from './finding.ts';

/** A failure where `stagepost serve` would refuse an open database for what is in it. */
export async function checkContent(query: Query, dataDir: string, place: DatabasePlace): Promise<Verdict[]> {
  const newer = await checkMigrations(query);
  // To this version, newer tables may look like an earlier state.
  return newer.length > 0 ? newer : checkLastDatabase(dataDir, { ...place, facts: await readFacts(query) });
}

/** A failure where a newer version has migrated the database. */
async function checkMigrations(query: Query): Promise<Verdict[]> {
  // A database without tables is migrated by the first start.
  const none = { rows: [] as unknown[] };
  const { rows } = await query('select name from kysely_migration order by name').catch(() => none);
  const unknown = unknownMigration((rows as { name: string }[]).map(({ name }) => name));
  if (unknown === null) return [];
  return [
    failure(
      `A newer Stagepost has migrated this database: it has the change "${unknown}", which this one (${VERSION}) does not know`,
      'Run the newer Stagepost, or restore a backup from before the upgrade.',
    ),
  ];
}

/** A failure where `stagepost serve` would refuse this database, since another one or a later state was used last. */
export async function checkLastDatabase(dataDir: string, current: CurrentDatabase): Promise<Verdict[]> {
  const difference = await findDifference(dataDir, stateFolder(process.env), current);
  if (difference === null) return [];
  const { message, todo } = differenceAdvice(difference);
  return [failure(message, todo)];
}
