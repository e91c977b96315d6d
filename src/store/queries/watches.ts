import { type Selectable, sql } from 'kysely';
import type { Db } from '../database.ts';
import type { Millis, WatchRow } from '../schema.ts';

/** The running watches of these persons. */
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
    .where('state', '=', 'running')
    .where('person', 'in', persons)
    .execute();
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

/** Starts a watch. One of the same person, deal and start that still runs begins anew. */
export async function startWatch(db: Db, watch: NewWatch, now: Millis): Promise<number> {
  await db
    .updateTable('watches')
    .set({ state: 'stopped', ended_at: now })
    .where('connection', '=', watch.connection)
    .where('person', '=', watch.person)
    .where('deal_id', '=', watch.deal_id)
    .where('start', '=', watch.start)
    .where('state', '=', 'running')
    .execute();
  const { id } = await db.insertInto('watches').values(watch).returning('id').executeTakeFirstOrThrow();
  return id;
}

export async function stopWatches(db: Db, ids: number[], stoppedBy: number, now: Millis): Promise<void> {
  if (ids.length === 0) return;
  await db
    .updateTable('watches')
    .set({ state: 'stopped', stopped_by: stoppedBy, ended_at: now })
    .where('id', 'in', ids)
    .where('state', '=', 'running')
    .execute();
}

export async function stopWatchesOfDeal(
  db: Db,
  connection: string,
  dealId: number,
  stoppedBy: number,
  now: Millis,
) {
  await db
    .updateTable('watches')
    .set({ state: 'stopped', stopped_by: stoppedBy, ended_at: now })
    .where('connection', '=', connection)
    .where('deal_id', '=', dealId)
    .where('state', '=', 'running')
    .execute();
}

/**
 * Marks a watch fired, if it still runs.
 * @returns the watch, or null where a report stopped it in time.
 */
export async function fireWatch(db: Db, id: number, now: Millis): Promise<Selectable<WatchRow> | null> {
  const fired = await db
    .updateTable('watches')
    .set({ state: 'fired', ended_at: now })
    .where('id', '=', id)
    .where('state', '=', 'running')
    .returningAll()
    .executeTakeFirst();
  return fired ?? null;
}

/** Reports of a name about a watch's person, between the watch's start and its end. */
export async function reportsSince(
  db: Db,
  connection: string,
  watchId: number,
  name: string,
): Promise<{ machine: boolean }[]> {
  const { rows } = await sql<{ machine: boolean }>`
    select coalesce((e.payload->>'machine')::boolean, false) as machine
    from watches w
    left join persons p on p.connection = w.connection and p.person = w.person
    join events e on e.connection = w.connection and e.person in (w.person, p.email)
    where w.id = ${watchId} and w.connection = ${connection} and e.kind = 'mail_report' and e.name = ${name}
      and e.occurred_at between w.started_at / 1000 and w.fires_at / 1000
  `.execute(db);
  return rows;
}
