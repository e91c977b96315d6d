import { loadNamesOfAll } from '../../../store/deals/names.ts';
import { type LostFilter, listLostClients, placeOfLost } from '../../../store/funnel/lost-clients.ts';
import type { ApiServices } from '../services.ts';
import type { LostClients } from './contract.ts';

const WHAT = { opt_out: 'unsubscribed', complaint: 'complained', bounce: 'bounced' } as const;

/** @param page `before`: the last client of the page before, which is searched for among the same connections */
export async function pageOfLostClients(
  { database }: Pick<ApiServices, 'database'>,
  filter: LostFilter,
  { before, limit }: { before: number | null; limit: number },
): Promise<LostClients> {
  const { db } = await database();
  const place = before === null ? null : await placeOfLost(db, filter.connections, before);
  const rows = await listLostClients(db, filter, place, limit);
  const nameOf = await loadNamesOfAll(
    db,
    rows.map((row) => ({ ...row, deal_id: row.dealId })),
  );
  return {
    clients: rows.map((row) => ({
      connection: row.connection,
      person: row.person,
      ...nameOf({ ...row, deal_id: row.dealId }),
      dealId: row.dealId,
      what: WHAT[row.kind],
      event: row.eventId,
      at: row.at * 1000,
    })),
    next: rows.length < limit ? null : rows.at(-1)!.id,
  };
}
