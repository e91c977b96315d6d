import { type Insertable, type Selectable, sql, type Updateable } from 'kysely';
import type { Db } from '../database/database.ts';
import type { KommoGrantRow, Millis } from '../database/schema.ts';

export type StoredGrant = Selectable<KommoGrantRow>;
export type GrantChange = Omit<
  Updateable<KommoGrantRow>,
  'name' | 'version' | 'claimed_by' | 'claimed_until'
>;

/** Unix ms by the database's clock, so that the clocks of several machines need not agree. */
const databaseNow = sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`;

export async function readGrant(db: Db, name: string): Promise<StoredGrant | null> {
  const row = await db.selectFrom('kommo_grants').selectAll().where('name', '=', name).executeTakeFirst();
  return row ?? null;
}

export async function grantsOfClient(db: Db, clientId: string): Promise<StoredGrant[]> {
  return db.selectFrom('kommo_grants').selectAll().where('client_id', '=', clientId).execute();
}

export async function allGrants(db: Db): Promise<StoredGrant[]> {
  return db.selectFrom('kommo_grants').selectAll().orderBy('name').execute();
}

/** Stores a grant in the place of an earlier one of this name. A renewal of the earlier one that is under way stores nothing. */
export async function saveGrant(
  db: Db,
  grant: Omit<Insertable<KommoGrantRow>, 'version' | 'claimed_by' | 'claimed_until'>,
): Promise<void> {
  const { name: _, ...values } = grant;
  await db
    .insertInto('kommo_grants')
    .values(grant)
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet({
        ...{ ...values, claimed_by: null, claimed_until: null },
        version: sql<number>`kommo_grants.version + 1`,
      }),
    )
    .execute();
}

/** Changes a grant, unless its tokens have changed since this version. @returns whether it did */
export async function changeGrant(
  db: Db,
  { name, version }: Pick<StoredGrant, 'name' | 'version'>,
  change: GrantChange,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('kommo_grants')
    .set({ ...change, ...{ claimed_by: null, claimed_until: null } })
    .set('version', (eb) => eb('version', '+', 1))
    .where('name', '=', name)
    .where('version', '=', version)
    .executeTakeFirst();
  return numUpdatedRows > 0;
}

/** Notes who granted it, for the grant of this version and what it was renewed to. */
export async function saveGrantee(
  db: Db,
  name: string,
  grantedAt: Millis | null,
  grantee: string,
): Promise<void> {
  await db
    .updateTable('kommo_grants')
    .set({ grantee })
    .where('name', '=', name)
    .where('granted_at', '=', grantedAt)
    .execute();
}

/**
 * Reserves the renewal of a grant for this process: a refresh token may work only once, so only one process at a time may
 * send it. A process that dies loses its claim after `forMs`.
 * @returns null where another one has the claim, the tokens have changed since `version`, or there is none to renew
 */
export async function claimRenewal(
  db: Db,
  { name, version }: Pick<StoredGrant, 'name' | 'version'>,
  claimant: string,
  forMs: number,
): Promise<StoredGrant | null> {
  const row = await db
    .updateTable('kommo_grants')
    .set({ claimed_by: claimant, claimed_until: sql<number>`${databaseNow} + ${forMs}::bigint` })
    .where('name', '=', name)
    .where('version', '=', version)
    .where('revoked_at', 'is', null)
    .where((eb) => eb.or([eb('claimed_until', 'is', null), eb('claimed_until', '<=', databaseNow)]))
    .returningAll()
    .executeTakeFirst();
  return row ?? null;
}

/** The names of those that are to be renewed, the most urgent first. */
export async function dueGrants(db: Db, now: Millis, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('kommo_grants')
    .select('name')
    .where('renew_at', '<=', now)
    .orderBy('renew_at')
    .limit(limit)
    .execute();
  return rows.map(({ name }) => name);
}

/** The names of those whose last renewal has failed, at most a thousand. */
export async function troubledGrants(db: Db): Promise<string[]> {
  const rows = await db
    .selectFrom('kommo_grants')
    .select('name')
    .where((eb) => eb.or([eb('revoked_at', 'is not', null), eb('failures', '>', 0)]))
    .limit(1_000)
    .execute();
  return rows.map(({ name }) => name);
}

/** Replaces the secrets by the same ones, encrypted anew. */
export async function replaceGrantSecrets(db: Db, name: string, secrets: string): Promise<void> {
  await db.updateTable('kommo_grants').set({ secrets }).where('name', '=', name).execute();
}

/** Forgets a grant and every authorization of this name. */
export async function removeGrant(db: Db, name: string): Promise<void> {
  await db.deleteFrom('kommo_grants').where('name', '=', name).execute();
  await db.deleteFrom('kommo_authorizations').where('name', '=', name).execute();
}
