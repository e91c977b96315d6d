import { sql } from 'kysely';
import { type Db, jsonText } from '../database/database.ts';

/** A deal or a contact whose edits are events of a kind. */
export interface ChangeSubject {
  kind: 'deal_changed' | 'contact_changed';
  /** The deal's or contact's id. */
  subject: number;
}

/** The edits of these deals and contacts that are still to be planned: a further report of one joins them. */
export async function pendingChanges(
  db: Db,
  connection: string,
  subjects: ChangeSubject[],
): Promise<(ChangeSubject & { id: number })[]> {
  if (subjects.length === 0) return [];
  // Each subject by itself, with a limit but no order: as a list, or in the order of ids, the planner would rather read
  // all edits that wait. The kinds are written as in the condition of the index, or PostgreSQL does not use it.
  const { rows } = await sql<ChangeSubject & { id: number }>`
    select e.id, r.kind, r.subject
    from (
      select distinct kind, subject from jsonb_to_recordset(${jsonText(subjects)}::jsonb) as r(kind text, subject bigint)
    ) r
    cross join lateral (
      select id from events
      where connection = ${connection} and kind = r.kind and coalesce(deal_id, contact_id) = r.subject
        and state = 'new' and kind in ('deal_changed', 'contact_changed')
      limit 1
    ) e
  `.execute(db);
  return rows;
}
