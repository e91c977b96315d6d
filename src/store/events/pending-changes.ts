import { sql } from 'kysely';
import { type Db, jsonText } from '../database/database.ts';

/** An edited deal or contact. */
export interface ChangeSubject {
  kind: 'deal_changed' | 'contact_changed';
  /** The deal's or contact's id. */
  subject: number;
}

/** The pending edit events of these deals and contacts, which further reports join. */
export async function pendingChanges(
  db: Db,
  connection: string,
  subjects: ChangeSubject[],
): Promise<(ChangeSubject & { id: number; payload: unknown })[]> {
  if (subjects.length === 0) return [];
  // A lookup for each subject, with a limit but no order: with a list, or an order by id, the planner would read all
  // pending edits. The kinds are written exactly as in the condition of the index, or PostgreSQL does not use it.
  const { rows } = await sql<ChangeSubject & { id: number; payload: unknown }>`
    select e.id, r.kind, r.subject, e.payload
    from (
      select distinct kind, subject from jsonb_to_recordset(${jsonText(subjects)}::jsonb) as r(kind text, subject bigint)
    ) r
    cross join lateral (
      select id, payload from events
      where connection = ${connection} and kind = r.kind and coalesce(deal_id, contact_id) = r.subject
        and state = 'new' and kind in ('deal_changed', 'contact_changed')
      limit 20
    ) e
  `.execute(db);
  return rows;
}
