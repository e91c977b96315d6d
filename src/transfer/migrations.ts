import { DataUnusable } from '../store/database/embedded/data-folder.ts';
import { requireKnown, VERSION_QUERY } from '../store/database/migrate.ts';
import type { Session } from './session.ts';

/**
 * The names of the migrations that a database has had, in order. A database of a newer version is refused, since nothing
 * here knows what its tables mean.
 * @param place how messages call the database
 * @throws DatabaseTooNew, or DataUnusable where there are no tables of Stagepost
 */
export async function readMigrations(session: Session, place: string): Promise<string[]> {
  const rows = await session
    .rows<{ name: string }>('select name from kysely_migration order by name')
    .catch(() => []);
  const migrations = rows.map(({ name }) => name);
  if (migrations.length === 0) throw new DataUnusable(`Stagepost has no tables in ${place}.`);
  const [comment] = await session.rows<{ version: string | null }>(VERSION_QUERY);
  requireKnown(migrations, comment?.version ?? null);
  return migrations;
}
