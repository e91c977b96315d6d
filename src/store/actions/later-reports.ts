import { sql } from 'kysely';
import type { Db } from '../database/database.ts';

/**
 * Which of these field changes a later report about the same person has overtaken.
 * @returns the later report's value by the action's id.
 */
export async function laterReports(db: Db, actionIds: number[]): Promise<Map<number, string>> {
  if (actionIds.length === 0) return new Map();
  const { rows } = await sql<{ id: number; value: string }>`
    select a.id, p.fields -> (a.payload ->> 'field') ->> 'value' as value
    from actions a
    join events e on e.id = a.event_id
    join persons p on p.connection = a.connection and p.person = e.person
    where a.id = any(${actionIds}::bigint[])
      and p.fields -> (a.payload ->> 'field') ->> 'value' <> a.payload ->> 'value'
      and (p.fields -> (a.payload ->> 'field') ->> 'at')::bigint >= e.occurred_at
  `.execute(db);
  return new Map(rows.map((row) => [row.id, row.value]));
}
