import { type Selectable, sql } from 'kysely';
import type { MailReport } from '../domain/events.ts';
import type { LeasedTransaction } from './connections/leased-transaction.ts';
import { type Db, idsOf, jsonText } from './database/database.ts';
import type { Millis, WatchRow } from './database/schema.ts';

/** The running watches of these people. @param persons their keys */
export async function runningWatches(
  db: Db,
  connection: string,
  persons: string[],
): Promise<Selectable<WatchRow>[]> {
  if (persons.length === 0) return [];
  return db
    .selectFrom('watches')
    .selectAll()
    .where('connection', '=', connection)
    .where('state', '=', sql.lit('running'))
    .where('person', 'in', persons)
    .execute();
}

/** A position in the list of running watches. */
export interface WatchPosition {
  fires_at: Millis;
  id: number;
}

/** With the address of the person, and the names of the deal and its main contact; null where they were not read. */
export interface ListedWatch extends Selectable<WatchRow> {
  email: string | null;
  deal: string | null;
  client: string | null;
}

/** A page of the running watches of these connections, the next to run out first, with their people as shown. */
export async function listRunningWatches(
  db: Db,
  connections: string[],
  after: WatchPosition | null,
  limit: number,
): Promise<ListedWatch[]> {
  const { fires_at, id } = after ?? { fires_at: 0, id: 0 };
  const { rows } = await sql<ListedWatch>`
    select w.id, w.connection, w.start, w.unless, coalesce(p.identifier, p.email, w.person) as person, w.deal_id,
      w.started_at, w.fires_at, w.state, w.stopped_by, w.ended_at, p.email,
      nullif(d.name, '') as deal, nullif(d.contacts->0->>'name', '') as client
    from unnest(${connections}::text[]) as c(connection) cross join lateral (
      select * from watches
      where connection = c.connection and state = 'running' and (fires_at, id) > (${fires_at}::bigint, ${id}::bigint)
      order by fires_at, id limit ${limit}
    ) w left join persons p on p.connection = w.connection and p.person = w.person
    left join deals d on d.connection = w.connection and d.deal_id = w.deal_id
    order by w.fires_at, w.id limit ${limit}
  `.execute(db);
  return rows;
}

export interface NewWatch {
  connection: string;
  start: string;
  unless: string;
  person: string;
  deal_id: number;
  started_at: Millis;
  fires_at: Millis;
}

/**
 * Inserts running watches. A running watch of the same person, deal and start event is stopped; of two in the list, the
 * last one is inserted.
 * @returns their ids.
 */
export async function insertWatches(
  trx: LeasedTransaction,
  watches: NewWatch[],
  now: Millis,
): Promise<{ id: number; fires_at: Millis }[]> {
  if (watches.length === 0) return [];
  const keyOf = ({ connection, person, deal_id, start }: NewWatch) =>
    JSON.stringify([connection, person, deal_id, start]);
  const latest = [...new Map(watches.map((watch) => [keyOf(watch), watch])).values()];
  // Running watches are found by the index on deals, one lookup for each row ("offset 0"). Otherwise the planner would
  // use the index of running watches (which `state || ''` rules out) or a join, and read all running watches. The state is
  // checked a second time for a watch that fires in between.
  const { rows } = await sql<{ id: number; fires_at: Millis }>`
    with r as (
      select * from jsonb_to_recordset(${jsonText(latest)}::jsonb) as r(connection text, start text, unless text,
        person text, deal_id bigint, started_at bigint, fires_at bigint)
    ), stopped as (
      update watches set state = 'stopped', ended_at = ${now}
      where id = any(array(
        select same.id from r cross join lateral (
          select id from watches w
          where w.connection = r.connection and w.person = r.person and w.deal_id = r.deal_id and w.start = r.start
            and w.state || '' = 'running'
          offset 0
        ) same
      )) and state || '' = 'running'
    )
    insert into watches (connection, start, unless, person, deal_id, started_at, fires_at)
    select connection, start, unless, person, deal_id, started_at, fires_at from r
    returning id, fires_at
  `.execute(trx);
  return rows;
}

/** Marks watches as stopped, unless they have ended. `stopped_by` is an event's id. */
export async function markWatchesStopped(
  trx: LeasedTransaction,
  stops: { id: number; stopped_by: number }[],
  now: Millis,
): Promise<void> {
  if (stops.length === 0) return;
  await sql`
    update watches set state = 'stopped', stopped_by = r.stopped_by, ended_at = ${now}
    from jsonb_to_recordset(${jsonText(stops)}::jsonb) as r(id bigint, stopped_by bigint)
    where watches.id = r.id and watches.id = ${idsOf(stops)} and watches.state = 'running'
  `.execute(trx);
}

/** Marks the running watches of a deal as stopped. */
export async function markWatchesOfDealStopped(
  trx: LeasedTransaction,
  connection: string,
  dealId: number,
  stoppedBy: number,
  now: Millis,
): Promise<void> {
  await trx
    .updateTable('watches')
    .set({ state: 'stopped', stopped_by: stoppedBy, ended_at: now })
    .where('connection', '=', connection)
    .where('deal_id', '=', dealId)
    .where('state', '=', sql.lit('running'))
    .execute();
}

/** The watch's person as shown: the identifier or address. */
const shownPerson = sql<string>`coalesce((
  select coalesce(p.identifier, p.email) from persons p
  where p.connection = watches.connection and p.person = watches.person
), watches.person)`.as('shown');

/** The running watches of a connection that have run out. */
export async function overdueWatches(db: Db, connection: string, now: Millis): Promise<number[]> {
  const rows = await db
    .selectFrom('watches')
    .select('id')
    .where('connection', '=', connection)
    .where('state', '=', sql.lit('running'))
    .where('fires_at', '<=', now)
    .execute();
  return rows.map(({ id }) => id);
}

/**
 * Marks a watch as fired, if it still runs and its connection is not paused.
 * @returns the watch, or null where a report stopped it in time, or it waits for the connection to be resumed
 */
export async function markWatchFired(
  db: Db,
  id: number,
  now: Millis,
): Promise<(Selectable<WatchRow> & { shown: string }) | null> {
  const fired = await db
    .updateTable('watches')
    .set({ state: 'fired', ended_at: now })
    .where('id', '=', id)
    .where('state', '=', sql.lit('running'))
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('stored_connections as s')
            .select('s.connection')
            .whereRef('s.connection', '=', 'watches.connection')
            .where('s.paused_at', 'is not', null),
        ),
      ),
    )
    .returningAll()
    .returning(shownPerson)
    .executeTakeFirst();
  return fired ?? null;
}

/** The reports of these names about a watch's person that happened while the watch ran, with all names of the person. */
export async function reportsSince(
  db: Db,
  connection: string,
  watchId: number,
  names: readonly string[],
): Promise<{ report: MailReport; name: string; own: string[] }[]> {
  const { rows } = await sql<{ report: MailReport; name: string; own: string[] }>`
    with own as (
      select w.person as name from watches w where w.id = ${watchId}
      union select unnest(array[p.identifier, p.email]) from watches w
        join persons p on p.connection = w.connection and p.person = w.person where w.id = ${watchId}
      union select n.value from watches w
        join person_names n on n.connection = w.connection and n.person = w.person where w.id = ${watchId}
          and n.kind in ('address', 'identifier')
    )
    select e.payload as report, e.name, (select array_agg(own.name) from own where own.name is not null) as own
    from watches w
    join events e on e.connection = w.connection and e.person in (select own.name from own)
    where w.id = ${watchId} and w.connection = ${connection} and e.kind = 'mail_report' and e.name = any(${names}::text[])
      and e.occurred_at between w.started_at / 1000 and w.fires_at / 1000
  `.execute(db);
  return rows;
}
