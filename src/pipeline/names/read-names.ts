import type { DealContext } from '../../domain/plan/plan-types.ts';
import { type CallOptions, withOptions } from '../../kommo/index.ts';
import { inLeasedTransaction } from '../../store/connections/leased-transaction.ts';
import type { Db } from '../../store/database/database.ts';
import type { Millis } from '../../store/database/schema.ts';
import { dealRecords, saveReadDeals } from '../../store/deals/deals.ts';
import type { Connection } from '../connection.ts';
import { gatherDeals } from '../gather/gather-deals.ts';

/** The deals that Kommo returns with one call. */
export const READ_AT_ONCE = 250;

/**
 * Reads deals with their main contacts and companies and records their names: a call for each kind of entity. A deal that was
 * recorded meanwhile stays as it is, since its reading was later.
 * @throws DeliveryError, LeaseLost
 */
export async function readNames(
  db: Db,
  connection: Connection,
  dealIds: number[],
  now: () => Millis,
  call: CallOptions,
): Promise<void> {
  const kommo = withOptions(connection.kommo, call);
  const parts = { contact: true, company: true, user: false };
  const requirements = dealIds.map((dealId) => ({ dealId, parts, contacts: 'main' as const }));
  const read = await gatherDeals({ ...connection, kommo }, requirements);
  await inLeasedTransaction(db, connection, 'shared', async (trx) => {
    const recorded = await dealRecords(trx, connection.name, dealIds);
    const isNew = ({ deal }: DealContext) => deal !== null && !recorded.has(deal.id);
    await saveReadDeals(trx, connection.name, [...read.values()].filter(isNew), now());
  });
}
