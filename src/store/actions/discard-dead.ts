import { sql } from 'kysely';
import type { Db } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';
import { isSelected, type Selection } from './dead-letter-selection.ts';

/**
 * Discards dead letters and the actions that waited for them: they become `dropped`, with the reason and their previous
 * error message. At most `limit` of the selection in one transaction.
 * @returns the ids that were discarded, with those that waited for them.
 */
export async function discardDead(
  db: Db,
  selection: Selection,
  why: string,
  limit: number,
  now: Millis,
): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    with recursive chosen as (
      select a.id, a.event_id from actions a where ${isSelected(selection)} order by a.id limit ${limit}
    ), family as (
      select id, event_id from chosen
      union
      select c.id, c.event_id from actions c join family f on c.event_id = f.event_id and c.after_id = f.id
      where c.state in ('dead', 'waiting')
    )
    update actions set state = 'dropped', done_at = ${now}::bigint,
      error = ${`Discarded: ${why}`}::text || coalesce(' (was: ' || error || ')', '')
    where id in (select id from family) and state in ('dead', 'waiting')
    returning id
  `.execute(db);
  return rows.map(({ id }) => id);
}
