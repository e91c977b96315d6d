import type { SearchResult } from '../../../../api/types.ts';

/** The deal that somebody previews rules with. */
export interface SampleDeal {
  id: number;
  /** As it is called to people: the client and the deal. */
  name: string;
}

/** A deal of a list, by its client and its name. */
export function sampleOf({ client, email, deal }: SearchResult): SampleDeal | null {
  if (!deal) return null;
  const names = [client ?? email, deal.name].filter((name) => name !== null);
  return { id: deal.id, name: [...new Set(names)].join(' · ') || String(deal.id) };
}

/** In this browser tab, as the draft itself: it names a client. */
const keyOf = (connection: string) => `stagepost.sample-deal.${connection}`;

export function recallDeal(connection: string): SampleDeal | null {
  const kept = window.sessionStorage.getItem(keyOf(connection));
  return kept === null ? null : (JSON.parse(kept) as SampleDeal);
}

export function keepDeal(connection: string, deal: SampleDeal): void {
  window.sessionStorage.setItem(keyOf(connection), JSON.stringify(deal));
}
