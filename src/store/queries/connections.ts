import { sql } from 'kysely';
import type { Catalog, UnixSeconds } from '../../rules/entities.ts';
import { type Db, json } from '../database.ts';
import type { Millis } from '../schema.ts';

/** How long a lease lasts unless it is renewed, in ms: how long a connection stands still when its process dies. */
export const LEASE_MS = 12_000;

export interface Lease {
  ours: boolean;
  /** Who had it last; null where it was given back, or nobody ever had it. */
  before: string | null;
  /** How long ago the lease of whoever had it before ended, ms; null where nobody ever had it. */
  endedAgo: Millis | null;
}

/**
 * Takes or renews the right to run a connection: one process at a time, so that one limiter counts
 * all calls to its Kommo account. Times are the database's, so that machines need not agree.
 */
export async function takeLease(db: Db, connection: string, owner: string): Promise<Lease> {
  const { rows } = await sql<{ ended_ago: Millis | null; before: string | null }>`
    with before as (select owner, owner_until from connections where connection = ${connection})
    insert into connections (connection, owner, owner_until)
    values (${connection}, ${owner}, ${databaseNow} + ${LEASE_MS}::bigint)
    on conflict (connection) do update set owner = excluded.owner, owner_until = excluded.owner_until
    where connections.owner = excluded.owner or connections.owner is null or connections.owner_until < ${databaseNow}
    returning (select ${databaseNow} - nullif(owner_until, 0) from before) as ended_ago,
      (select owner from before) as before
  `.execute(db);
  const [row] = rows;
  return { ours: row !== undefined, before: row?.before ?? null, endedAgo: row?.ended_ago ?? null };
}

/** Gives the connection back, for another process to take at once. */
export async function releaseLease(db: Db, connection: string, owner: string): Promise<void> {
  await sql`
    update connections set owner = null, owner_until = ${databaseNow}
    where connection = ${connection} and owner = ${owner}
  `.execute(db);
}

/** Another process runs the connection now: what this one wanted to write is that one's to decide. */
export class LeaseLost extends Error {
  constructor(connection: string) {
    super(`Another process has taken over the connection ${connection}.`);
    this.name = 'LeaseLost';
  }
}

/**
 * Keeps the lease where it is until the transaction ends: nobody can take the connection over between a
 * decision and its commit. `alone`: and no other transaction that asks for it is open meanwhile. A process that was stopped for a while (a laptop's sleep, SIGSTOP) and comes back
 * to a connection that another one runs is refused here.
 * @throws LeaseLost
 */
export async function holdLease(
  trx: Db,
  connection: string,
  owner: string,
  mode: 'share' | 'alone' = 'share',
): Promise<void> {
  const lock = mode === 'alone' ? sql`for update` : sql`for share`;
  const { rows } = await sql`
    select 1 from connections where connection = ${connection} and owner = ${owner} ${lock}
  `.execute(trx);
  if (rows.length === 0) throw new LeaseLost(connection);
}

const databaseNow = sql`(extract(epoch from clock_timestamp()) * 1000)::bigint`;

export interface ReconcilerCursor {
  /** When Stagepost began with the connection: nothing before it is its business. */
  from: UnixSeconds;
  /** How far the events log was read. */
  to: UnixSeconds;
}

/** Null before the first reading. */
export async function reconcilerCursor(db: Db, connection: string): Promise<ReconcilerCursor | null> {
  const row = await db
    .selectFrom('connections')
    .select(['reconciled_from', 'reconciled_to'])
    .where('connection', '=', connection)
    .executeTakeFirst();
  const from = row?.reconciled_from ?? null;
  return from === null ? null : { from, to: row?.reconciled_to ?? from };
}

export async function saveReconcilerCursor(
  db: Db,
  connection: string,
  cursor: ReconcilerCursor,
): Promise<void> {
  await db
    .updateTable('connections')
    .set({ reconciled_from: cursor.from, reconciled_to: cursor.to })
    .where('connection', '=', connection)
    .execute();
}

/** The catalog as last read, for a start while Kommo cannot be reached; null where there is none. */
export async function loadCatalog(db: Db, connection: string): Promise<Catalog | null> {
  const row = await db
    .selectFrom('connections')
    .select('catalog')
    .where('connection', '=', connection)
    .executeTakeFirst();
  return row?.catalog ?? null;
}

export async function saveCatalog(db: Db, connection: string, catalog: Catalog, now: Millis): Promise<void> {
  await db
    .insertInto('connections')
    .values({ connection, catalog: json(catalog), catalog_at: now, owner: null, owner_until: 0 })
    .onConflict((conflict) =>
      conflict.column('connection').doUpdateSet({ catalog: json(catalog), catalog_at: now }),
    )
    .execute();
}
