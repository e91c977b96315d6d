import { getHeldDeals } from '../../api/queries.ts';
import type { HeldDeals } from '../../api/types.ts';
import type { Chosen } from './decision.ts';

/** As many as one page, and as one decision by name may have (src/http/api/holds/contract.ts). */
const PAGE = 500;
const MOST = 10_000;

/** All held deals of a hold, at most 10,000. */
export async function allHeld(hold: number): Promise<Chosen> {
  const chosen = new Map<number, number>();
  for (let above: number | null = 0; above !== null && chosen.size + PAGE <= MOST; ) {
    const page: HeldDeals = await getHeldDeals(hold, above, PAGE);
    for (const { dealId, at } of page.deals) chosen.set(dealId, at);
    above = page.next;
  }
  return chosen;
}
