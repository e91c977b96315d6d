import { type Selectable, sql } from 'kysely';
import { anyOf, type Db } from '../database/database.ts';
import type { EventRow, Millis } from '../database/schema.ts';
import { findTracedPeople } from '../people.ts';

/** An event with the number of its actions in each state, as a list shows it. */
export interface ListedEvent extends Selectable<EventRow> {
  done: number;
  open: number;
  failed: number;
  dropped: number;
  /** No webhook has reported the event: it was found in Kommo's events log. False once its contents are removed. */
  unreported: boolean;
  /** How many webhooks have reported it. */
  reports: number;
}

/** The events of these ids as a list shows them, newest first. */
export async function listEvents(db: Db, ids: number[]): Promise<ListedEvent[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<ListedEvent>`
    select e.*, a.done, a.open, a.failed, a.dropped,
      e.payload <> '{}' and r.reports = 0 as unreported, r.reports
    from events e cross join lateral (
      select count(*) filter (where a.state = 'done')::int as done,
        count(*) filter (where a.state in ('waiting', 'ready', 'sending'))::int as open,
        count(*) filter (where a.state = 'dead')::int as failed,
        count(*) filter (where a.state = 'dropped')::int as dropped
      from actions a where a.event_id = e.id
    ) a cross join lateral (
      select count(*)::int as reports from event_reports r where r.event_id = e.id
    ) r
    where e.id = ${anyOf(ids, 'bigint')}
    order by e.id desc
  `.execute(db);
  return rows;
}

export async function newestEventId(db: Db): Promise<number> {
  const { rows } = await sql<{ id: number }>`select id from events order by id desc limit 1`.execute(db);
  return rows[0]?.id ?? 0;
}

/** The newest `limit` ids above `above`, in ascending order. */
export async function eventIdsAbove(db: Db, above: number, limit: number): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select id from events where id > ${above}::bigint order by id desc limit ${limit}
  `.execute(db);
  return rows.map(({ id }) => id).reverse();
}

/** Actions that were settled at or after a time, in that order, at most `limit`. */
export async function settledSince(
  db: Db,
  since: Millis,
  limit: number,
): Promise<{ id: number; event_id: number; done_at: Millis }[]> {
  const { rows } = await sql<{ id: number; event_id: number; done_at: Millis }>`
    select id, event_id, done_at from actions where done_at is not null and done_at >= ${since}
    order by done_at, id limit ${limit}
  `.execute(db);
  return rows;
}

/** The ids among these whose events are planned. */
export async function plannedOf(db: Db, ids: number[]): Promise<number[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<{ id: number }>`
    select id from events where id = ${anyOf(ids, 'bigint')} and state <> 'new'
  `.execute(db);
  return rows.map(({ id }) => id);
}

/** All addresses and identifiers, ended ones too, of the people with one of these names, in any of these connections. */
export async function namesOfPeople(db: Db, connections: string[], names: string[]): Promise<string[]> {
  const all = new Set(names);
  for (const connection of connections)
    for (const person of await findTracedPeople(db, connection, { names }))
      for (const name of person.names) all.add(name);
  return [...all];
}
