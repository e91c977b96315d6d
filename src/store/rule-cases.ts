import { type Selectable, sql } from 'kysely';
import type { Db } from './database/database.ts';
import type { RuleCaseRow } from './database/schema.ts';
import { inTransaction } from './database/transaction.ts';
import type { Authorship } from './users/actor.ts';
import { addAudit } from './users/audit.ts';

export type StoredCase = Selectable<RuleCaseRow>;
export type ListedCase = Omit<StoredCase, 'facts' | 'expected'>;
export type NewCase = Omit<StoredCase, 'id' | 'saved_at' | 'saved_by'>;

/** The most that a connection has. */
export const MAX_CASES = 100;

/** In the order in which they were saved, without what they hold. */
export async function listCases(db: Db, connection: string): Promise<ListedCase[]> {
  return db
    .selectFrom('rule_cases')
    .select(['id', 'connection', 'name', 'title', 'deal_id', 'contact_ids', 'saved_at', 'saved_by'])
    .where('connection', '=', connection)
    .orderBy('id')
    .execute();
}

/** With what they hold. @param id only this one */
export async function casesOf(db: Db, connection: string, id?: number): Promise<StoredCase[]> {
  const query = db.selectFrom('rule_cases').selectAll().where('connection', '=', connection).orderBy('id');
  return (id === undefined ? query : query.where('id', '=', id)).execute();
}

/** Adds a case with its entry in the audit log. @returns its id, or null where the connection has the most already */
export async function addCase(db: Db, added: NewCase, by: Authorship): Promise<number | null> {
  const { connection, name, title, deal_id, contact_ids, facts, expected } = added;
  return inTransaction(db, async (trx) => {
    const { rows } = await sql<{ id: number }>`
      insert into rule_cases (connection, name, title, deal_id, contact_ids, facts, expected, saved_at, saved_by)
      select ${connection}::text, ${name}::text, ${title}::text, ${deal_id}::bigint, ${contact_ids}::bigint[],
        ${facts}::bytea, ${expected}::bytea, ${by.at}::bigint, ${by.actor.name}::text
      where (select count(*) from rule_cases where connection = ${connection}::text) < ${MAX_CASES}
      returning id
    `.execute(trx);
    if (!rows[0]) return null;
    await addAudit(trx, by, { what: 'test_case_saved', connection, detail: name });
    return rows[0].id;
  });
}

/** @returns whether there is such a case */
export async function changeCase(
  db: Db,
  connection: string,
  id: number,
  change: { name?: string; expected?: Uint8Array },
  by: Authorship,
): Promise<boolean> {
  return inTransaction(db, async (trx) => {
    const row = await trx
      .updateTable('rule_cases')
      .set(change)
      .where('connection', '=', connection)
      .where('id', '=', id)
      .returning('name')
      .executeTakeFirst();
    if (!row) return false;
    const detail = change.expected ? `${row.name}: another outcome is expected` : row.name;
    await addAudit(trx, by, { what: 'test_case_changed', connection, detail });
    return true;
  });
}

/** @returns whether there was such a case */
export async function deleteCase(db: Db, connection: string, id: number, by: Authorship): Promise<boolean> {
  return inTransaction(db, async (trx) => {
    const row = await trx
      .deleteFrom('rule_cases')
      .where('connection', '=', connection)
      .where('id', '=', id)
      .returning('name')
      .executeTakeFirst();
    if (row) await addAudit(trx, by, { what: 'test_case_deleted', connection, detail: row.name });
    return row !== undefined;
  });
}

/** All cases of a connection that is removed. */
export async function deleteCasesOf(db: Db, connection: string): Promise<void> {
  await db.deleteFrom('rule_cases').where('connection', '=', connection).execute();
}

/**
 * Deletes the cases whose deal, or a contact of it, was deleted in Kommo since they were saved: they hold the client's data.
 * @returns how many
 */
export async function deleteCasesOfDeleted(db: Db): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from rule_cases c where exists (
      select 1 from events e
      where e.connection = c.connection and e.kind = 'deal_deleted' and e.deal_id = c.deal_id and e.created_at >= c.saved_at
    ) or exists (
      select 1 from events e
      where e.connection = c.connection and e.kind = 'contact_deleted' and e.contact_id = any(c.contact_ids)
        and e.created_at >= c.saved_at
    )
  `.execute(db);
  return Number(numAffectedRows ?? 0);
}
