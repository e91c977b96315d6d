/** What is known when people without a record wait to be looked up. */
export interface LookupSituation {
  /** How many people wait. */
  waiting: number;
  /** Whether Kommo's contacts can be listed into the directory. */
  isDirectoryAvailable: boolean;
  /** Whether the directory has ever been read to its end, so that only changes are to be read. */
  isDirectoryComplete: boolean;
  /** How many pages of the first reading have been read so far. */
  pagesRead: number;
  /** Whether Kommo's contact search has lately returned too many contacts to be of use. */
  isSearchUseless: boolean;
}

/**
 * How to look up people whom Stagepost has no record of:
 * - `directory`: they wait until the directory has been read.
 * - `search`: Kommo is asked for each of them.
 * - `give_up`: neither is possible now.
 */
export type LookupMethod = 'directory' | 'search' | 'give_up';

/** Up to so many people are searched for one by one: the answers come sooner than the end of a first reading. */
const FEW_PEOPLE = 10;

/**
 * Chooses what costs Kommo fewer calls: one search for each person, or the rest of a reading, whose length is unknown. As in
 * every search for an end at an unknown distance, at least as many pages are assumed to follow as have been read. So neither
 * a few strangers in an account of 300,000 contacts nor 20,000 in one of 30,000 cost many calls more than they must.
 */
export function chooseLookup(situation: LookupSituation): LookupMethod {
  const { waiting, isDirectoryAvailable, isDirectoryComplete, pagesRead, isSearchUseless } = situation;
  if (isDirectoryAvailable && isDirectoryComplete) return 'directory';
  const mayWait = isDirectoryAvailable && (waiting > FEW_PEOPLE || pagesRead > 0);
  if (isSearchUseless) return mayWait ? 'directory' : 'give_up';
  return mayWait && waiting > Math.max(FEW_PEOPLE, pagesRead) ? 'directory' : 'search';
}
