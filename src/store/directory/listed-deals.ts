import { sql } from 'kysely';
import { type Db, jsonText } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';

/** A deal as it was listed with its contact. */
export interface ListedDeal {
  dealId: number;
  /** When the contact was read from Kommo, unix ms. */
  readAt: Millis;
}

/**
 * Those of the deals about which Kommo has reported something since their contact was read: a deletion, a change, a move.
 * `offset 0` and `+ 0` make each deal a lookup by its id: where the statistics are those of a smaller table, a join would read
 * all events, and the index by time all of the last minutes.
 */
export async function dealsReportedSince(
  db: Db,
  connection: string,
  deals: readonly ListedDeal[],
): Promise<Set<number>> {
  if (deals.length === 0) return new Set();
  const { rows } = await sql<{ deal_id: number }>`
    select distinct r."dealId" as deal_id
    from jsonb_to_recordset(${jsonText(deals)}::jsonb) as r("dealId" bigint, "readAt" bigint)
    where exists (
      select 1 from events e
      where e.connection = ${connection} and e.deal_id = r."dealId" and e.kind <> 'mail_report'
        and e.created_at + 0 >= r."readAt"
      offset 0
    )
  `.execute(db);
  return new Set(rows.map((row) => row.deal_id));
}
