import type { Selectable } from 'kysely';
import type { Db } from '../database/database.ts';
import type { KommoAuthorizationRow, Millis } from '../database/schema.ts';

export type StoredAuthorization = Selectable<KommoAuthorizationRow>;

/** Adds an authorization, and forgets those that began before `forgetBefore`. */
export async function addAuthorization(
  db: Db,
  authorization: Omit<StoredAuthorization, 'integration' | 'redeemed_at' | 'outcome'>,
  forgetBefore: Millis,
): Promise<void> {
  await db.deleteFrom('kommo_authorizations').where('started_at', '<', forgetBefore).execute();
  await db.insertInto('kommo_authorizations').values(authorization).execute();
}

export async function authorizationOf(db: Db, stateHash: string): Promise<StoredAuthorization | null> {
  const row = await db
    .selectFrom('kommo_authorizations')
    .selectAll()
    .where('state_hash', '=', stateHash)
    .executeTakeFirst();
  return row ?? null;
}

/** The last one of a connection or setup. */
export async function latestAuthorization(db: Db, name: string): Promise<StoredAuthorization | null> {
  const row = await db
    .selectFrom('kommo_authorizations')
    .selectAll()
    .where('name', '=', name)
    .orderBy('started_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}

/** Stores the integration that Kommo has made for it. @returns false where there is one already, or Kommo came back before */
export async function addIntegration(db: Db, stateHash: string, integration: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('kommo_authorizations')
    .set({ integration })
    .where('state_hash', '=', stateHash)
    .where('integration', 'is', null)
    .where('redeemed_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0;
}

/** Uses an authorization up. @returns whether it was open */
export async function redeemAuthorization(db: Db, stateHash: string, now: Millis): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('kommo_authorizations')
    .set({ redeemed_at: now })
    .where('state_hash', '=', stateHash)
    .where('redeemed_at', 'is', null)
    .where('ends_at', '>', now)
    .executeTakeFirst();
  return numUpdatedRows > 0;
}

/** Notes how it has ended; the integration is in the grant, or of no use any more. */
export async function endAuthorization(db: Db, stateHash: string, outcome: string): Promise<void> {
  await db
    .updateTable('kommo_authorizations')
    .set({ outcome, integration: null })
    .where('state_hash', '=', stateHash)
    .execute();
}
