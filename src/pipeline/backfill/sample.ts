import { type BackfillFilter, isTaken } from '../../domain/backfill.ts';
import type { Deal } from '../../domain/entities.ts';
import type { CallOptions, KommoClient } from '../../kommo/index.ts';
import { isListed, listQuery } from './deal-lists.ts';
import type { Listing } from './listings.ts';

export interface Sample {
  /** Those that the filter takes, each once, in the order of the lists. */
  deals: Deal[];
  /** How many deals the lists have; those that the filter does not take among them, where Kommo does not apply it. */
  listed: number;
  /** How many deals of the lists were read. */
  read: number;
  isComplete: boolean;
}

export interface SampleOptions {
  kommo: Pick<KommoClient, 'dealsPage'>;
  filter: BackfillFilter;
  listings: readonly Listing[];
  call: CallOptions;
}

const PAGE = 250;
/** Lists with no more pages than these are read to their end. */
const PAGES_IN_A_ROW = 12;
/** The pages that are read of longer lists, spread over them. */
const SPREAD_PAGES = 12;

/**
 * Reads the lists of a backfill for its plan: to their end where they are short, else some of their pages. Their lengths are then
 * found by halving, with pages of one deal, since Kommo does not say them.
 * @throws DeliveryError
 */
export async function readSample(options: SampleOptions): Promise<Sample> {
  const taken = new Map<number, Deal>();
  let read = 0;
  let left = PAGES_IN_A_ROW;
  const lengths: number[] = [];
  const pagesRead = new Set<string>();
  const readPage = async (index: number, page: number): Promise<{ count: number; isLast: boolean }> => {
    const { kommo, filter, listings, call } = options;
    const listing = listings[index]!;
    const { deals, isLast } = await kommo.dealsPage(
      { ...listQuery(filter, listing), page, limit: PAGE },
      call,
    );
    pagesRead.add(`${index}/${page}`);
    read += deals.length;
    for (const deal of deals) if (isListed(deal, listing) && isTaken(deal, filter)) taken.set(deal.id, deal);
    return { count: deals.length, isLast };
  };

  for (const index of options.listings.keys()) {
    let page = 1;
    let length = 0;
    let isLast = false;
    for (; left > 0 && !isLast; page++, left--) {
      const answer = await readPage(index, page);
      length += answer.count;
      isLast = answer.isLast;
    }
    lengths.push(isLast ? length : await lengthOf(options, index, length));
  }
  const listed = lengths.reduce((sum, length) => sum + length, 0);
  const isComplete = read >= listed;
  if (!isComplete)
    for (const [index, page] of spread(lengths))
      if (!pagesRead.has(`${index}/${page}`)) await readPage(index, page);
  return { deals: [...taken.values()], listed, read, isComplete };
}

/** The number of deals in a list that has more than `known`. */
async function lengthOf(
  { kommo, filter, listings, call }: SampleOptions,
  index: number,
  known: number,
): Promise<number> {
  const query = listQuery(filter, listings[index]!);
  const hasMoreThan = async (count: number) =>
    (await kommo.dealsPage({ ...query, page: count + 1, limit: 1 }, call)).deals.length > 0;
  if (!(await hasMoreThan(known))) return known;
  let low = known + 1;
  let high = Math.max(2 * low, PAGE);
  while (await hasMoreThan(high)) {
    low = high + 1;
    high *= 2;
  }
  while (low < high) {
    const middle = (low + high) >> 1;
    if (await hasMoreThan(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Pages at equal distances over all lists. */
function* spread(lengths: readonly number[]): Generator<[listing: number, page: number]> {
  const pages = lengths.flatMap((length, index) =>
    Array.from({ length: Math.ceil(length / PAGE) }, (_, page): [number, number] => [index, page + 1]),
  );
  for (let n = 0; n < SPREAD_PAGES; n++) {
    const chosen = pages[Math.floor((n * pages.length) / SPREAD_PAGES)];
    if (chosen) yield chosen;
  }
}
