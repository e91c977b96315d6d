import type { Kysely } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import * as first from './migrations/001-first.ts';
import * as reconciler from './migrations/002-reconciler.ts';
import * as order from './migrations/003-order.ts';

const migrations: Record<string, Migration> = {
  '001-first': first,
  '002-reconciler': reconciler,
  '003-order': order,
};

/**
 * Brings the database to this program's shape. Runs at every start; safe to run twice at once:
 * Kysely's migrator holds a lock in the database meanwhile.
 */
export async function migrate(db: Kysely<unknown>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error } = await migrator.migrateToLatest();
  if (error) throw error;
}
