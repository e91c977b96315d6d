import { z } from 'zod';
import type { Deal, UnixSeconds } from '../../domain/entities.ts';

/** Where the reading of the lists goes on. Stored with the events of the deals before it. */
export interface ListPosition {
  /** The index of the list. */
  listing: number;
  /** The next page has only deals that were created until then; null: all. */
  createdTo: UnixSeconds | null;
  /** The page, from 1, among those. */
  page: number;
  /** How many pages of the list were read. */
  pages: number;
  /** Whether the account ignores times or order, so that only the number of a page says where it begins. */
  isNumbered: boolean;
  /** Deals of the next page that are done already. */
  done: number[];
}

export const START: ListPosition = {
  listing: 0,
  createdTo: null,
  page: 1,
  pages: 0,
  isNumbered: false,
  done: [],
};

const stored = z.object({
  listing: z.int(),
  createdTo: z.int().nullable(),
  page: z.int(),
  pages: z.int(),
  isNumbered: z.boolean(),
  done: z.array(z.int()),
});

/** A stored position; the start where there is none in a shape that this version knows: what is done again changes nothing. */
export function readPosition(value: unknown): ListPosition {
  return stored.safeParse(value).data ?? START;
}

/** A page whose last deals were created with so many others in one second is followed by its next page. */
const MOST_OF_A_SECOND = 25;

/**
 * The position after a page. The next page begins at the time of the page's last deal and not at a number: when a deal is deleted
 * or leaves the filter, the others move up, and some would be skipped. Only among many deals of one second, as after an
 * import, the number counts.
 */
export function positionAfter(position: ListPosition, deals: readonly Deal[], isLast: boolean): ListPosition {
  if (isLast) return { ...START, listing: position.listing + 1 };
  const pages = position.pages + 1;
  const next = { ...position, pages, page: position.page + 1, done: [] };
  if (position.isNumbered) return next;
  const times = deals.map(({ createdAt }) => createdAt);
  // The first page again: this page is not counted, and the next one is that after the pages before it.
  if (position.createdTo !== null && !isWithin(times[0], position.createdTo))
    return { ...next, createdTo: null, page: pages, pages: position.pages, isNumbered: true };
  const last = times.at(-1) ?? null;
  if (last === null || !isDescending(times)) return { ...next, isNumbered: position.createdTo === null };
  const ofLastSecond = deals.filter(({ createdAt }) => createdAt === last);
  if (last === position.createdTo || ofLastSecond.length > MOST_OF_A_SECOND) return next;
  return { ...next, createdTo: last, page: 1, done: ofLastSecond.map(({ id }) => id) };
}

function isWithin(time: UnixSeconds | null | undefined, to: UnixSeconds): boolean {
  return time !== null && time !== undefined && time <= to;
}

function isDescending(times: readonly (UnixSeconds | null)[]): boolean {
  return times.every((time, index) => index === 0 || isWithin(time, times[index - 1] ?? 0));
}
