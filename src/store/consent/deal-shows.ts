import { sql } from 'kysely';
import type { KnownShow } from '../../domain/consent/crm-edit.ts';
import type { LeasedTransaction } from '../connections/leased-transaction.ts';
import { type Db, jsonText } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';

/** What these deals are known to show, by deal and field. */
export async function showsOfDeals(
  db: Db,
  connection: string,
  dealIds: number[],
): Promise<Map<number, Map<string, KnownShow>>> {
  const shows = new Map<number, Map<string, KnownShow>>();
  if (dealIds.length === 0) return shows;
  const rows = await db
    .selectFrom('deal_shows')
    .select(['deal_id', 'field', 'value', 'is_restrictive', 'earlier', 'undone_at'])
    .where('connection', '=', connection)
    .where('deal_id', '=', sql<number>`any(${dealIds}::bigint[])`)
    .execute();
  for (const row of rows) {
    const { deal_id, field, value, is_restrictive: isRestrictive } = row;
    const memory = { earlier: row.earlier ?? [], undoneAt: row.undone_at ?? [] };
    const fields = shows.get(deal_id) ?? new Map<string, KnownShow>();
    shows.set(deal_id, fields.set(field, { value, isRestrictive, ...memory }));
  }
  return shows;
}

export interface NewDealShow extends KnownShow {
  dealId: number;
  field: string;
  eventId: number;
}

/** Stores what deals show after the plans that write it. Of several rows for one field the last one is stored. */
export async function saveDealShows(
  trx: LeasedTransaction,
  connection: string,
  shows: NewDealShow[],
  now: Millis,
): Promise<void> {
  if (shows.length === 0) return;
  const latest = [...new Map(shows.map((show) => [`${show.dealId} ${show.field}`, show])).values()];
  const rows = latest.map(({ dealId, field, value, isRestrictive, earlier, undoneAt, eventId }) => ({
    ...{ deal_id: dealId, field, value, is_restrictive: isRestrictive, event_id: eventId },
    ...{ earlier: earlier ?? [], undone_at: undoneAt ?? [] },
  }));
  await sql`
    insert into deal_shows (connection, deal_id, field, value, is_restrictive, event_id, updated_at, earlier, undone_at)
    select ${connection}, r.deal_id, r.field, r.value, r.is_restrictive, r.event_id, ${now}::bigint, r.earlier,
      r.undone_at
    from jsonb_to_recordset(${jsonText(rows)}::jsonb) as r(deal_id bigint, field text, value text, is_restrictive boolean,
      event_id bigint, earlier jsonb, undone_at jsonb)
    on conflict (connection, deal_id, field) do update set value = excluded.value,
      is_restrictive = excluded.is_restrictive, event_id = excluded.event_id, updated_at = excluded.updated_at,
      earlier = excluded.earlier, undone_at = excluded.undone_at
  `.execute(trx);
}
