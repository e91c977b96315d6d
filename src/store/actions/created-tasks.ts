import { sql } from 'kysely';
import type { Db } from '../database/database.ts';

/** Kommo's ids of the tasks that reactions to these events have created, by event. Of one event there is one task. */
export async function createdTasks(
  db: Db,
  connection: string,
  eventIds: number[],
): Promise<Map<number, number>> {
  if (eventIds.length === 0) return new Map();
  const { rows } = await sql<{ event_id: number; result: string }>`
    select event_id, result from actions
    where event_id = any(${eventIds}::bigint[]) and connection = ${connection} and kind = 'task' and state = 'done'
      and result is not null
  `.execute(db);
  return new Map(rows.map(({ event_id, result }) => [event_id, Number(result)]));
}
