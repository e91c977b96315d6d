import { sql } from 'kysely';
import { type Db, idsOf, jsonText } from '../database/database.ts';

/** An action that sets a status field, by its id. */
export interface FieldChange {
  id: number;
  field: string;
  value: string;
}

/**
 * Finds field changes that are outdated, because a later plan has the deal show something else.
 * @returns the later value by the action's id; empty where the field was cleared.
 */
export async function laterReports(db: Db, changes: FieldChange[]): Promise<Map<number, string>> {
  if (changes.length === 0) return new Map();
  const { rows } = await sql<{ id: number; value: string }>`
    select a.id, s.value
    from jsonb_to_recordset(${jsonText(changes)}::jsonb) as r(id bigint, field text, value text)
    join actions a on a.id = r.id
    join deal_shows s on s.connection = a.connection and s.deal_id = a.deal_id and s.field = r.field
    where a.id = ${idsOf(changes)} and s.value <> r.value
  `.execute(db);
  return new Map(rows.map((row) => [row.id, row.value]));
}
