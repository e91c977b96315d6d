import { sql } from 'kysely';
import type { Catalog, Pipeline } from '../../domain/entities.ts';
import { parseCatalog } from '../../domain/stored-values.ts';
import { isKnownZone } from '../../lib/time-zone.ts';
import { type Db, json, jsonText } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';

export interface StoredPipelines {
  pipelines: Pipeline[];
  /** When they were read from Kommo, unix ms. */
  at: Millis | null;
  /** The account's name. */
  account: string | null;
  /** The account's time zone; UTC before the first reading. */
  timezone: string;
}

/** An account's pipelines as last read, without the rest of the catalog; empty before the first reading. */
export async function storedPipelines(db: Db, connection: string): Promise<StoredPipelines> {
  const { rows } = await sql<Partial<StoredPipelines>>`
    select catalog->'pipelines' as pipelines, catalog_at as at, catalog#>>'{account,name}' as account,
      catalog#>>'{account,timezone}' as timezone
    from connections where connection = ${connection}
  `.execute(db);
  const row = rows[0];
  return {
    pipelines: row?.pipelines ?? [],
    at: row?.at ?? null,
    account: row?.account ?? null,
    timezone: row?.timezone && isKnownZone(row.timezone) ? row.timezone : 'UTC',
  };
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
  const catalog = parseCatalog(row?.catalog);
  return row && catalog ? { catalog, at: row.at } : null;
}

/** The catalog as last read; null before the first reading. */
export async function loadCatalog(db: Db, connection: string): Promise<Catalog | null> {
  return (await catalogWithTime(db, connection))?.catalog ?? null;
}

/** The stored catalog of one connection. */
export interface CatalogStore {
  /** As last read; null before the first reading. */
  load(): Promise<Catalog | null>;
  /** Null where not all names of this configuration were found in the stored catalog. */
  loadFor(configuration: string): Promise<Catalog | null>;
  /** @param configuration whose names were all found in the catalog; absent: that of the last time is kept */
  save(catalog: Catalog, configuration?: string): Promise<void>;
}

export function createCatalogStore(db: Db, connection: string, now: () => Millis): CatalogStore {
  return {
    load: () => loadCatalog(db, connection),
    async loadFor(configuration) {
      const row = await db
        .selectFrom('connections')
        .select('catalog')
        .where('connection', '=', connection)
        .where('catalog_for', '=', configuration)
        .executeTakeFirst();
      return parseCatalog(row?.catalog);
    },
    async save(catalog, configuration) {
      const values = {
        catalog: json(catalog),
        catalog_at: now(),
        ...(configuration === undefined ? {} : { catalog_for: configuration }),
      };
      await db
        .insertInto('connections')
        .values({ connection, owner: null, owner_until: 0, ...values })
        .onConflict((conflict) => conflict.column('connection').doUpdateSet(values))
        .execute();
    },
  };
}

/** The account and the workspace of a connection, as last read. */
export interface ConnectionAccounts {
  connection: string;
  /** The name and id of the Kommo account; null before the first reading. */
  account: string | null;
  accountId: number | null;
  /** The id of the Customer.io workspace; null before Customer.io has named it. */
  workspaceId: number | null;
}

/** Only connections that have run. @param connections null: all of them */
export async function connectionAccounts(
  db: Db,
  connections: string[] | null,
): Promise<ConnectionAccounts[]> {
  const { rows } = await sql<ConnectionAccounts>`
    select connection, catalog#>>'{account,name}' as account, (catalog#>>'{account,id}')::bigint as "accountId",
      workspace_id as "workspaceId"
    from connections where ${connections === null} or connection = any(${connections ?? []}::text[])
  `.execute(db);
  return rows;
}

/** The names of the Kommo accounts, by connection; without those that were not read yet. */
export async function accountNames(db: Db, connections: string[]): Promise<Map<string, string>> {
  const rows = await connectionAccounts(db, connections);
  return new Map(
    rows.flatMap(({ connection, account }) => (account === null ? [] : [[connection, account]])),
  );
}

/** Stores which workspaces the keys of connections belong to. Most rounds change none. */
export async function saveWorkspaces(db: Db, workspaces: ReadonlyMap<string, number>): Promise<void> {
  if (workspaces.size === 0) return;
  const rows = [...workspaces].map(([connection, workspace]) => ({ connection, workspace }));
  await sql`
    update connections c set workspace_id = r.workspace
    from jsonb_to_recordset(${jsonText(rows)}::jsonb) as r(connection text, workspace bigint)
    where c.connection = r.connection and c.workspace_id is distinct from r.workspace
  `.execute(db);
}

/** The connections that have run on this database, by name. */
export async function connectionsWithHistory(db: Db): Promise<string[]> {
  const rows = await db.selectFrom('connections').select('connection').orderBy('connection').execute();
  return rows.map(({ connection }) => connection);
}
