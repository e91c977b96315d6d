import type { Db } from '../database/database.ts';
import type { ConnectionSetupRow } from '../database/schema.ts';

/** An unfinished connection. `answers` and `secrets` are JSON; the secrets are encrypted. */
export type StoredSetup = ConnectionSetupRow;

/** The newest first. */
export async function storedSetups(db: Db): Promise<StoredSetup[]> {
  return db
    .selectFrom('connection_setups')
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('name')
    .execute();
}

export async function storedSetup(db: Db, name: string): Promise<StoredSetup | null> {
  const row = await db
    .selectFrom('connection_setups')
    .selectAll()
    .where('name', '=', name)
    .executeTakeFirst();
  return row ?? null;
}

/** @returns false where there is one of this name */
export async function addSetup(db: Db, setup: StoredSetup): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('connection_setups')
    .values(setup)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return (numInsertedOrUpdatedRows ?? 0n) > 0n;
}

/** @returns false where there is none of this name */
export async function saveSetup(
  db: Db,
  {
    name,
    ...changed
  }: Pick<StoredSetup, 'name' | 'updated_at'> & Partial<Pick<StoredSetup, 'answers' | 'secrets'>>,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('connection_setups')
    .set(changed)
    .where('name', '=', name)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** @returns whether there was one of this name */
export async function removeSetup(db: Db, name: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('connection_setups')
    .where('name', '=', name)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}
