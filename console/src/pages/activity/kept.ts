import type { VirtualItem } from '@tanstack/react-virtual';
import type { Feed } from './feed.ts';

/** The list as it was left, so that whoever comes back from an event finds it as it was, at the same place. */
interface Kept {
  /** Of the browser's history: only "back" leads to the same entry. */
  entry: string;
  feed: Feed;
  /** How high each row was: without them the place would be another one. */
  heights: VirtualItem[];
}

let last: Kept | null = null;

export function keep(kept: Kept): void {
  last = kept;
}

/** Null where another list was left last. @param entry of the browser's history */
export function keptFor(entry: string | undefined): Kept | null {
  return last !== null && last.entry === entry ? last : null;
}
