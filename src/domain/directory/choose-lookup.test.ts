import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseLookup, type LookupSituation } from './choose-lookup.ts';

const situation = (part: Partial<LookupSituation>): LookupSituation => ({
  waiting: 1,
  isDirectoryAvailable: true,
  isDirectoryComplete: false,
  pagesRead: 0,
  isSearchUseless: false,
  ...part,
});

describe('how unknown people are looked up', () => {
  it.each<[string, Partial<LookupSituation>, string]>([
    ['one by one while they are few', { waiting: 10 }, 'search'],
    ['by reading all contacts when they are many', { waiting: 20_000 }, 'directory'],
    ['by what has changed where all contacts were read before', { isDirectoryComplete: true }, 'directory'],
    ['one by one in a long list of which a lot has been read', { waiting: 100, pagesRead: 400 }, 'search'],
    [
      'one by one where contacts cannot be listed',
      { waiting: 20_000, isDirectoryAvailable: false },
      'search',
    ],
    [
      'not at all where the search is useless and nothing has been read',
      { isSearchUseless: true },
      'give_up',
    ],
    [
      'by the reading under way where the search is useless',
      { isSearchUseless: true, pagesRead: 3 },
      'directory',
    ],
    [
      'by reading where the search is useless and they are many',
      { isSearchUseless: true, waiting: 11 },
      'directory',
    ],
    [
      'not at all where the search is useless and contacts cannot be listed',
      { isSearchUseless: true, waiting: 20_000, isDirectoryAvailable: false },
      'give_up',
    ],
  ])('%s', (_, part, method) => {
    expect(chooseLookup(situation(part))).toBe(method);
  });

  it('costs at most about twice the calls of the cheaper way, however long the list is', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30_000 }),
        fc.integer({ min: 1, max: 2_000 }),
        (people, pages) => {
          let waiting = people;
          let pagesRead = 0;
          let calls = 0;
          // The list ends all waiting at once; each search ends that of one person.
          while (waiting > 0 && pagesRead < pages) {
            calls += 1;
            if (chooseLookup(situation({ waiting, pagesRead })) === 'search') waiting -= 1;
            else pagesRead += 1;
          }
          expect(calls).toBeLessThanOrEqual(2 * Math.min(people, pages) + 10);
        },
      ),
    );
  });
});
