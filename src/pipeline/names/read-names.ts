import type { DealContext } from '../../domain/plan/plan-types.ts';
import { type CallOptions, withOptions } from '../../kommo/index.ts';
import type { Connection } from '../connection.ts';
import { gatherDeals } from '../gather/gather-deals.ts';

/** The deals that Kommo returns with one call. */
export const READ_AT_ONCE = 250;

/**
 * Reads deals with their main contacts and companies: a call for each kind of entity.
 * @throws DeliveryError
 */
export async function readNames(
  connection: Connection,
  dealIds: number[],
  call: CallOptions,
): Promise<DealContext[]> {
  const kommo = withOptions(connection.kommo, call);
  const parts = { contact: true, company: true, user: false };
  const requirements = dealIds.map((dealId) => ({ dealId, parts, contacts: 'main' as const }));
  const read = await gatherDeals({ ...connection, kommo }, requirements);
  return [...read.values()];
}
