import { sql } from 'kysely';
import { type Db, jsonText } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';

/*
 * The right to run a connection: one process at a time for each, so that one limiter counts all calls to its Kommo
 * account. All times are the database's, so that the clocks of the machines need not agree.
 */

/** How long a lease lasts unless it is renewed, ms: for so long a connection stands still when its process dies. */
export const LEASE_MS = 12_000;

/** A lease that was just taken. */
export interface TakenLease {
  connection: string;
  /** The instance that had it before; null where it was given back, or nobody ever had it. */
  before: string | null;
  /** How long ago the lease of that instance ended, ms; null where nobody ever had it. */
  endedAgo: Millis | null;
}

export interface TakeOptions {
  /** How many at most; absent: all. */
  limit?: number;
  /** When the leases end, unix ms; absent: `LEASE_MS` from now. */
  until?: Millis;
  /** Whoever runs the connections reads their catalogs from Kommo, whatever is stored. */
  forgetCatalogs?: boolean;
}

/** Another instance whose leases have not ended. */
export interface OtherInstance {
  instance: string;
  /** Instances of one fleet have the same connections. */
  fleet: string;
  /** How many connections it runs. */
  runs: number;
  /** How long its leases last unless it renews them, ms. */
  left: Millis;
}

export interface Heartbeat {
  /** When all leases of this instance end, unix ms. */
  until: Millis;
  /** The leases that now last until then. The others that were asked for are locked, or another instance's. */
  renewed: string[];
  others: OtherInstance[];
}

/** What an instance does with its leases. */
export interface LeaseStore {
  /** Makes sure that each connection has its row, and forgets instances that died long ago. */
  prepare(connections: string[]): Promise<void>;
  /** Renews the leases of these connections, says that this instance lives, and lists the others. */
  heartbeat(fleet: string, connections: string[]): Promise<Heartbeat>;
  /** Renews one lease, waiting for whoever has its row locked. @returns whether it is still this instance's. */
  renew(connection: string, until: Millis): Promise<boolean>;
  /** Takes those of these connections that nobody runs. One whose row is locked is left for the next time. */
  take(connections: string[], options?: TakeOptions): Promise<TakenLease[]>;
  /** Gives leases back that end at `until` or before; one that was taken anew since is left alone. */
  release(connections: string[], until: Millis): Promise<void>;
  /** This instance ends: from now on the others share its connections too. */
  removeInstance(): Promise<void>;
}

export function createLeaseStore(db: Db, instance: string): LeaseStore {
  return {
    prepare: (connections) => prepare(db, connections),
    heartbeat: (fleet, connections) => heartbeat(db, instance, fleet, connections),
    renew: (connection, until) => renew(db, instance, connection, until),
    take: (connections, options) => take(db, instance, connections, options),
    release: (connections, until) => release(db, instance, connections, until),
    async removeInstance() {
      await sql`delete from instances where instance = ${instance}`.execute(db);
    },
  };
}

/** Unix ms by the database's clock, also within a transaction. */
const databaseNow = sql`(extract(epoch from clock_timestamp()) * 1000)::bigint`;

/** An instance that died so long ago is of no interest, ms. */
const FORGET_INSTANCE_MS = 86_400_000;

async function prepare(db: Db, connections: string[]): Promise<void> {
  const rows = connections.map((connection) => ({ connection }));
  await sql`
    insert into connections (connection)
    select r.connection from jsonb_to_recordset(${jsonText(rows)}::jsonb) as r(connection text)
    order by r.connection
    on conflict (connection) do nothing
  `.execute(db);
  await sql`
    delete from instances where instance in (
      select instance from instances where alive_until < ${databaseNow} - ${FORGET_INSTANCE_MS}::bigint
      for update skip locked
    )
  `.execute(db);
}

/**
 * One statement for all leases of an instance. A connection whose row is locked just now (a decision is being written
 * under its lease) must not hold up the others: it is left out, and `renew` waits for it.
 */
async function heartbeat(db: Db, instance: string, fleet: string, connections: string[]): Promise<Heartbeat> {
  const { rows } = await sql<Heartbeat>`
    with moment as materialized (select ${databaseNow} as now),
    alive as (
      insert into instances (instance, fleet, alive_until)
      select ${instance}, ${fleet}, now + ${LEASE_MS}::bigint from moment
      on conflict (instance) do update set fleet = excluded.fleet, alive_until = excluded.alive_until
    ),
    mine as (
      select connection from connections where owner = ${instance} and connection = any(${connections}::text[])
      order by connection for no key update skip locked
    ),
    renewed as (
      update connections c set owner_until = moment.now + ${LEASE_MS}::bigint
      from mine, moment where c.connection = mine.connection
      returning c.connection
    )
    select now + ${LEASE_MS}::bigint as until,
      (select coalesce(jsonb_agg(connection), '[]') from renewed) as renewed,
      (select coalesce(jsonb_agg(jsonb_build_object('instance', i.instance, 'fleet', i.fleet,
          'left', i.alive_until - now,
          'runs', (select count(*) from connections c where c.owner = i.instance))), '[]')
        from instances i where i.instance <> ${instance} and i.alive_until >= now) as others
    from moment
  `.execute(db);
  return rows[0]!;
}

async function renew(db: Db, instance: string, connection: string, until: Millis): Promise<boolean> {
  const { rows } = await sql`
    update connections set owner_until = greatest(owner_until, ${until}::bigint)
    where connection = ${connection} and owner = ${instance}
    returning 1
  `.execute(db);
  return rows.length > 0;
}

async function take(
  db: Db,
  instance: string,
  connections: string[],
  { limit = connections.length, until, forgetCatalogs = false }: TakeOptions = {},
): Promise<TakenLease[]> {
  const { rows } = await sql<{ connection: string; before: string | null; ended_ago: Millis | null }>`
    with free as (
      select connection, owner, owner_until from connections
      where connection = any(${connections}::text[])
        and (owner is null or owner = ${instance} or owner_until < ${databaseNow})
      order by connection limit ${limit} for update skip locked
    )
    update connections c
    set owner = ${instance}, owner_until = coalesce(${until ?? null}::bigint, ${databaseNow} + ${LEASE_MS}::bigint),
      catalog_for = case when ${forgetCatalogs}::boolean then null else c.catalog_for end
    from free where c.connection = free.connection
    returning c.connection, free.owner as before, ${databaseNow} - nullif(free.owner_until, 0) as ended_ago
  `.execute(db);
  return rows.map(({ connection, before, ended_ago }) => ({ connection, before, endedAgo: ended_ago }));
}

async function release(db: Db, instance: string, connections: string[], until: Millis): Promise<void> {
  await sql`
    with mine as (
      select connection from connections
      where connection = any(${connections}::text[]) and owner = ${instance} and owner_until <= ${until}::bigint
      order by connection for update
    )
    update connections c set owner = null, owner_until = ${databaseNow}
    from mine where c.connection = mine.connection
  `.execute(db);
}
