import { sql } from 'kysely';
import { type Db, jsonText } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';

/*
 * A lease is the right to run a connection. One process at a time holds it, so that one limiter counts all calls to the
 * Kommo account. All times are by the database's clock, so that the clocks of the machines need not agree.
 */

/** How long a lease lasts unless it is renewed, ms. A connection whose process dies is not run for that long. */
export const LEASE_MS = 12_000;

/** A lease that was just taken. */
export interface TakenLease {
  connection: string;
  /** The instance that held the lease before; null where it was released, or never held. */
  before: string | null;
  /** How long ago the previous lease ended, ms; null where there was none. */
  endedAgo: Millis | null;
}

export interface TakeOptions {
  /** The most leases to take; default: all. */
  limit?: number;
  /** When the leases end, unix ms; default: `LEASE_MS` from now. */
  until?: Millis;
  /** Marks the stored catalogs as outdated, so that they are read from Kommo again. */
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
  /** The leases that were renewed. Others of the request are locked or held by another instance. */
  renewed: string[];
  others: OtherInstance[];
}

/** The leases of one instance. */
export interface LeaseStore {
  /** Creates missing rows of connections, and removes instances that died long ago. */
  prepare(connections: string[]): Promise<void>;
  /** Renews the leases of these connections and this instance's own entry, and lists the other instances. */
  heartbeat(fleet: string, connections: string[]): Promise<Heartbeat>;
  /** Renews one lease, waiting if its row is locked. @returns whether this instance still holds it. */
  renew(connection: string, until: Millis): Promise<boolean>;
  /** Takes the free leases among these connections. A connection whose row is locked is left for the next call. */
  take(connections: string[], options?: TakeOptions): Promise<TakenLease[]>;
  /** Releases leases that end at `until` or before. A lease that was taken again since then is kept. */
  release(connections: string[], until: Millis): Promise<void>;
  /** Removes this instance, so that the others share its connections. */
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

/** The entry of an instance is removed this long after its last heartbeat, ms. */
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
 * Renews all leases of an instance with one statement. A connection whose row is locked (a decision is being written under
 * its lease) must not hold up the others: it is left out, and `renew` waits for it.
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
