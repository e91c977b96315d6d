import { type BackfillFilter, isTaken } from '../../domain/backfill.ts';
import type { Deal } from '../../domain/entities.ts';
import type { CallOptions, DealsPageQuery, KommoClient } from '../../kommo/index.ts';
import type { Millis } from '../../store/database/schema.ts';
import { type ListPosition, positionAfter } from './list-position.ts';
import type { Listing } from './listings.ts';

/** A deal of a list, and where the reading goes on once it and all before it are done. */
export interface ListedDeal {
  deal: Deal;
  /** When the page was asked for, unix ms: the deal is not older. */
  readAt: Millis;
  after(): ListPosition;
}

export interface DealListsOptions {
  kommo: Pick<KommoClient, 'dealsPage'>;
  filter: BackfillFilter;
  listings: readonly Listing[];
  call: CallOptions;
  now(): Millis;
}

/** What a page of a list is asked for, without its place. */
export function listQuery(filter: BackfillFilter, listing: Listing): Omit<DealsPageQuery, 'page'> {
  return {
    stages: listing,
    created: { from: filter.createdFrom, to: filter.createdTo },
    updated: { from: filter.updatedFrom, to: filter.updatedTo },
    owners: filter.owners,
  };
}

/** Whether a deal belongs to a list: an account may ignore the filters. */
export function isListed({ stage }: Deal, listing: Listing): boolean {
  return listing.some(
    ({ pipelineId, stageId }) => stage.pipelineId === pipelineId && stage.stageId === stageId,
  );
}

/** Reads the lists of a backfill page by page, each deal of a page once. */
export class DealLists {
  readonly #options: DealListsOptions;
  #position: ListPosition;

  constructor(options: DealListsOptions, position: ListPosition) {
    this.#options = options;
    this.#position = position;
  }

  /** The deals of the next page that the filter takes; null after the last page. @throws DeliveryError */
  async nextPage(): Promise<ListedDeal[] | null> {
    const { kommo, filter, listings, call, now } = this.#options;
    const position = this.#position;
    const listing = listings[position.listing];
    if (listing === undefined) return null;
    const query = listQuery(filter, listing);
    const { page, createdTo } = position;
    const created = { ...query.created, to: createdTo ?? query.created.to };
    const readAt = now();
    const { deals, isLast } = await kommo.dealsPage({ ...query, created, page }, call);
    const next = positionAfter(position, deals, isLast);
    this.#position = next;
    const done = new Set(position.done);
    const taken = deals.filter(
      (deal) => !done.has(deal.id) && isListed(deal, listing) && isTaken(deal, filter),
    );
    return taken.map((deal, index) => ({
      deal,
      readAt,
      after: () =>
        index === taken.length - 1
          ? next
          : { ...position, done: [...position.done, ...taken.slice(0, index + 1).map(({ id }) => id)] },
    }));
  }
}
