import { sql } from 'kysely';
import { type Db, jsonText } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';
import { databaseNow, LEASE_MS } from './connections.ts';

/** An instance beside this one whose leases have not ended. */
export interface OtherInstance {
  instance: string;
  /** Instances of one fleet have the same connections. */
  fleet: string;
  /** How many connections it runs. */
  runs: number;
  /** How long its leases last unless it renews them, in ms. */
  left: Millis;
}

export interface Heartbeat {
  /** When all leases of this instance end, by the database's clock. */
  until: Millis;
  /** Those of the connections it asked for whose leases now last until then. The others are locked or another's. */
  renewed: string[];
  others: OtherInstance[];
}

/**
 * One statement for all: this instance lives, it keeps these connections, and who else is there? A connection whose
 * row is locked just now (a decision is being written under its lease) must not hold up the others: it is left out,
 * and `renewLease` is for it.
 */
export async function heartbeat(
  db: Db,
  { instance, fleet, connections }: { instance: string; fleet: string; connections: string[] },
): Promise<Heartbeat> {
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

/** Renews one lease, waiting for whoever has its row locked. @returns whether it is still this instance's. */
export async function renewLease(
  db: Db,
  connection: string,
  instance: string,
  until: Millis,
): Promise<boolean> {
  const { rows } = await sql`
    update connections set owner_until = greatest(owner_until, ${until}::bigint)
    where connection = ${connection} and owner = ${instance}
    returning 1
  `.execute(db);
  return rows.length > 0;
}

/** A long-gone instance tells nothing any more, in ms. */
const FORGET_MS = 86_400_000;

/** Makes sure that each connection has its row, and forgets instances that died long ago. */
export async function prepareLeases(db: Db, connections: string[]): Promise<void> {
  await sql`
    insert into connections (connection)
    select r.connection from jsonb_to_recordset(${jsonText(connections.map((connection) => ({ connection })))}::jsonb)
      as r(connection text)
    order by r.connection
    on conflict (connection) do nothing
  `.execute(db);
  await sql`
    delete from instances where instance in (
      select instance from instances where alive_until < ${databaseNow} - ${FORGET_MS}::bigint
      for update skip locked
    )
  `.execute(db);
}

/** This instance ends: from now on the others share its connections too. */
export async function removeInstance(db: Db, instance: string): Promise<void> {
  await sql`delete from instances where instance = ${instance}`.execute(db);
}
