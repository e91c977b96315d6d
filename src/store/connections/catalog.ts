import { sql } from 'kysely';
import type { Catalog, Pipeline } from '../../domain/entities.ts';
import { type Db, json } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';

export interface StoredPipelines {
  pipelines: Pipeline[];
  /** When they were read from Kommo, unix ms. */
  at: Millis | null;
  /** The account's name. */
  account: string | null;
}

/** An account's pipelines as last read, without the rest of the catalog; empty before the first reading. */
export async function storedPipelines(db: Db, connection: string): Promise<StoredPipelines> {
  const { rows } = await sql<{ pipelines: Pipeline[] | null; at: Millis | null; account: string | null }>`
    select catalog->'pipelines' as pipelines, catalog_at as at, catalog#>>'{account,name}' as account
    from connections where connection = ${connection}
  `.execute(db);
  const row = rows[0];
  return { pipelines: row?.pipelines ?? [], at: row?.at ?? null, account: row?.account ?? null };
}

/** The whole catalog as last read, and when, unix ms; null before the first reading. */
export async function catalogWithTime(
  db: Db,
  connection: string,
): Promise<{ catalog: Catalog; at: Millis | null } | null> {
  const row = await db
    .selectFrom('connections')
    .select(['catalog', 'catalog_at as at'])
    .where('connection', '=', connection)
    .executeTakeFirst();
  return row?.catalog ? { catalog: row.catalog, at: row.at } : null;
}

/** The catalog as last read; null before the first reading. */
export async function loadCatalog(db: Db, connection: string): Promise<Catalog | null> {
  return (await catalogWithTime(db, connection))?.catalog ?? null;
}

/**
 * The stored catalog, if all names of this configuration were found in it; else null.
 * @param configuration as it was given to `saveCatalog`
 */
export async function catalogFor(db: Db, connection: string, configuration: string): Promise<Catalog | null> {
  const row = await db
    .selectFrom('connections')
    .select('catalog')
    .where('connection', '=', connection)
    .where('catalog_for', '=', configuration)
    .executeTakeFirst();
  return row?.catalog ?? null;
}

/** @param configuration whose names were all found in the catalog; absent: that of the last time is kept. */
export async function saveCatalog(
  db: Db,
  connection: string,
  catalog: Catalog,
  now: Millis,
  configuration?: string,
): Promise<void> {
  const values = {
    catalog: json(catalog),
    catalog_at: now,
    ...(configuration === undefined ? {} : { catalog_for: configuration }),
  };
  await db
    .insertInto('connections')
    .values({ connection, owner: null, owner_until: 0, ...values })
    .onConflict((conflict) => conflict.column('connection').doUpdateSet(values))
    .execute();
}

/** The names of the Kommo accounts, by connection; without those that were not read yet. */
export async function accountNames(db: Db, connections: string[]): Promise<Map<string, string>> {
  const { rows } = await sql<{ connection: string; account: string | null }>`
    select connection, catalog#>>'{account,name}' as account from connections
    where connection = any(${connections}::text[])
  `.execute(db);
  return new Map(
    rows.flatMap(({ connection, account }) => (account === null ? [] : [[connection, account]])),
  );
}
