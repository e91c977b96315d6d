import { sql } from 'kysely';
import type { Catalog } from '../../domain/entities.ts';
import { type Db, json } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';

/** How long a lease lasts unless it is renewed, in ms: how long a connection stands still when its process dies. */
export const LEASE_MS = 12_000;

/** A lease that was just taken. */
export interface TakenLease {
  connection: string;
  /** Who had it last; null where it was given back, or nobody ever had it. */
  before: string | null;
  /** How long ago the lease of whoever had it before ended, ms; null where nobody ever had it. */
  endedAgo: Millis | null;
}

export interface TakeOptions {
  /** How many at most; absent: all. */
  limit?: number;
  /** When the leases end, by the database's clock; absent: `LEASE_MS` from now. */
  until?: Millis;
  /** Their catalogs are to be read anew, by whoever runs them. */
  forgetCatalogs?: boolean;
}

/**
 * Takes the right to run those of these connections that nobody runs, at most so many: one process at a time for
 * each, so that one limiter counts all calls to its Kommo account. Times are the database's, so that machines need
 * not agree. One whose row is locked (another process takes it, or a dead one's transaction has not ended yet) is
 * left for the next time.
 */
export async function takeLeases(
  db: Db,
  connections: string[],
  owner: string,
  { limit = connections.length, until, forgetCatalogs = false }: TakeOptions = {},
): Promise<TakenLease[]> {
  const { rows } = await sql<{ connection: string; before: string | null; ended_ago: Millis | null }>`
    with free as (
      select connection, owner, owner_until from connections
      where connection = any(${connections}::text[])
        and (owner is null or owner = ${owner} or owner_until < ${databaseNow})
      order by connection limit ${limit} for update skip locked
    )
    update connections c
    set owner = ${owner}, owner_until = coalesce(${until ?? null}::bigint, ${databaseNow} + ${LEASE_MS}::bigint),
      catalog_for = case when ${forgetCatalogs}::boolean then null else c.catalog_for end
    from free where c.connection = free.connection
    returning c.connection, free.owner as before, ${databaseNow} - nullif(free.owner_until, 0) as ended_ago
  `.execute(db);
  return rows.map(({ connection, before, ended_ago }) => ({ connection, before, endedAgo: ended_ago }));
}

/** The same for one connection that may be new. */
export async function takeLease(
  db: Db,
  connection: string,
  owner: string,
): Promise<Omit<TakenLease, 'connection'> & { ours: boolean }> {
  await sql`insert into connections (connection) values (${connection}) on conflict do nothing`.execute(db);
  const [taken] = await takeLeases(db, [connection], owner);
  return { ours: taken !== undefined, before: taken?.before ?? null, endedAgo: taken?.endedAgo ?? null };
}

/**
 * Gives connections back, for other processes to take at once.
 * @param until leaves alone what was taken anew since: a lease that ends later than this.
 */
export async function releaseLeases(
  db: Db,
  connections: string[],
  owner: string,
  until: Millis | null = null,
): Promise<void> {
  await sql`
    with mine as (
      select connection from connections
      where connection = any(${connections}::text[]) and owner = ${owner}
        and (${until}::bigint is null or owner_until <= ${until}::bigint)
      order by connection for update
    )
    update connections c set owner = null, owner_until = ${databaseNow}
    from mine where c.connection = mine.connection
  `.execute(db);
}

export async function releaseLease(db: Db, connection: string, owner: string): Promise<void> {
  await releaseLeases(db, [connection], owner);
}

/** Unix ms by the database's clock, also within a transaction. */
export const databaseNow = sql`(extract(epoch from clock_timestamp()) * 1000)::bigint`;

/** The catalog as last read, for a start while Kommo cannot be reached; null where there is none. */
export async function loadCatalog(db: Db, connection: string): Promise<Catalog | null> {
  const row = await db
    .selectFrom('connections')
    .select('catalog')
    .where('connection', '=', connection)
    .executeTakeFirst();
  return row?.catalog ?? null;
}

/** The stored catalog, if these are the names (a configuration) that were last found in it; else null. */
export async function catalogFor(db: Db, connection: string, names: string): Promise<Catalog | null> {
  const row = await db
    .selectFrom('connections')
    .select('catalog')
    .where('connection', '=', connection)
    .where('catalog_for', '=', names)
    .executeTakeFirst();
  return row?.catalog ?? null;
}

/** @param names the configuration whose names are all in it; absent: those of before are. */
export async function saveCatalog(
  db: Db,
  connection: string,
  catalog: Catalog,
  now: Millis,
  names?: string,
): Promise<void> {
  const values = {
    catalog: json(catalog),
    catalog_at: now,
    ...(names === undefined ? {} : { catalog_for: names }),
  };
  await db
    .insertInto('connections')
    .values({ connection, owner: null, owner_until: 0, ...values })
    .onConflict((conflict) => conflict.column('connection').doUpdateSet(values))
    .execute();
}
