import { sql } from 'kysely';
import type { LeasedTransaction } from '../connections/leased-transaction.ts';
import { type Db, jsonText } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';

/** Whether the checkbox for clients who want no email was ticked when these contacts were last read; others never were. */
export async function marksOfContacts(
  db: Db,
  connection: string,
  contactIds: number[],
): Promise<Map<number, boolean>> {
  if (contactIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('contact_marks')
    .select(['contact_id', 'is_marked'])
    .where('connection', '=', connection)
    .where('contact_id', '=', sql<number>`any(${contactIds}::bigint[])`)
    .execute();
  return new Map(rows.map(({ contact_id, is_marked }) => [contact_id, is_marked]));
}

/** Of several marks of one contact the last one is stored. */
export async function saveContactMarks(
  trx: LeasedTransaction,
  connection: string,
  marks: { contactId: number; isMarked: boolean }[],
  now: Millis,
): Promise<void> {
  if (marks.length === 0) return;
  const latest = new Map(marks.map(({ contactId, isMarked }) => [contactId, isMarked]));
  const rows = [...latest].map(([contact_id, is_marked]) => ({ contact_id, is_marked }));
  await sql`
    insert into contact_marks (connection, contact_id, is_marked, updated_at)
    select ${connection}, r.contact_id, r.is_marked, ${now}::bigint
    from jsonb_to_recordset(${jsonText(rows)}::jsonb) as r(contact_id bigint, is_marked boolean)
    on conflict (connection, contact_id) do update set is_marked = excluded.is_marked, updated_at = excluded.updated_at
  `.execute(trx);
}
