import { sql } from 'kysely';
import { type Db, idsOf, jsonText } from '../database/database.ts';

/** An action that sets a status field, by its id. */
export interface FieldChange {
  id: number;
  field: string;
  value: string;
}

/**
 * Finds field changes that are outdated, because a later report about the same person has set the field since.
 * @returns the later report's value by the action's id.
 */
export async function laterReports(db: Db, changes: FieldChange[]): Promise<Map<number, string>> {
  if (changes.length === 0) return new Map();
  const { rows } = await sql<{ id: number; value: string }>`
    select a.id, p.fields -> r.field ->> 'value' as value
    from jsonb_to_recordset(${jsonText(changes)}::jsonb) as r(id bigint, field text, value text)
    join actions a on a.id = r.id
    join events e on e.id = a.event_id
    join persons p on p.connection = a.connection and p.person = e.person
    where a.id = ${idsOf(changes)}
      and p.fields -> r.field ->> 'value' <> r.value
      and (p.fields -> r.field ->> 'at')::bigint >= e.occurred_at
  `.execute(db);
  return new Map(rows.map((row) => [row.id, row.value]));
}
