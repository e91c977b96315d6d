import type { Deal } from '../entities.ts';

/** Chooses the deal that a person's report applies to: the open deal that changed last, else the one that closed last. */
export function chooseDeal(deals: Deal[]): Deal | null {
  const open = deals.filter((deal) => !deal.isClosed);
  return (
    latest(open, (deal) => deal.updatedAt ?? 0) ??
    latest(deals, (deal) => deal.closedAt ?? deal.updatedAt ?? 0)
  );
}

/** The deal with the latest time (the first of several); null for an empty list. */
function latest(deals: Deal[], time: (deal: Deal) => number): Deal | null {
  return deals.reduce<Deal | null>(
    (best, deal) => (best === null || time(deal) > time(best) ? deal : best),
    null,
  );
}
