import { sql } from 'kysely';
import type { LeftOutDeal } from '../../domain/backfill.ts';
import { type Db, jsonText } from '../database/database.ts';

/** Adds deals of which nobody is sent. A deal that is there stays as it is. */
export async function addLeftOut(db: Db, backfillId: number, deals: LeftOutDeal[]): Promise<void> {
  if (deals.length === 0) return;
  await sql`
    insert into backfill_left_out (backfill_id, deal_id, outcome, detail)
    select ${backfillId}::bigint, r."dealId", r.outcome, r.detail
    from jsonb_to_recordset(${jsonText(deals)}::jsonb) as r("dealId" bigint, outcome text, detail text)
    on conflict do nothing
  `.execute(db);
}

/** Removes the list of the plan, before the run makes its own. */
export async function clearLeftOut(db: Db, backfillId: number): Promise<void> {
  await db.deleteFrom('backfill_left_out').where('backfill_id', '=', backfillId).execute();
}

/** Deals above an id, at most `limit`, by their ids. */
export async function listLeftOut(
  db: Db,
  backfillId: number,
  above: number,
  limit: number,
): Promise<LeftOutDeal[]> {
  return db
    .selectFrom('backfill_left_out')
    .select(['deal_id as dealId', 'outcome', 'detail'])
    .where('backfill_id', '=', backfillId)
    .where('deal_id', '>', above)
    .orderBy('deal_id')
    .limit(limit)
    .execute();
}

/** Some deals of each outcome, the newest first. */
export async function leftOutExamples(db: Db, backfillId: number, ofEach: number): Promise<LeftOutDeal[]> {
  const { rows } = await sql<LeftOutDeal>`
    select deal_id as "dealId", outcome, detail from (
      select *, row_number() over (partition by outcome order by deal_id desc) as n
      from backfill_left_out where backfill_id = ${backfillId}::bigint
    ) ranked where n <= ${ofEach} order by outcome, n
  `.execute(db);
  return rows;
}
