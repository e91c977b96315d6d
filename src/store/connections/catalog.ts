import { sql } from 'kysely';
import type { Catalog, Pipeline } from '../../domain/entities.ts';
import type { Db } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';

export interface StoredPipelines {
  pipelines: Pipeline[];
  /** When they were read from Kommo. */
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

/** The whole catalog as last read; null before the first reading. */
export async function catalogWithTime(
  db: Db,
  connection: string,
): Promise<{ catalog: Catalog; at: Millis | null } | null> {
  const { rows } = await sql<{ catalog: Catalog | null; at: Millis | null }>`
    select catalog, catalog_at as at from connections where connection = ${connection}
  `.execute(db);
  const row = rows[0];
  return row?.catalog ? { catalog: row.catalog, at: row.at } : null;
}
