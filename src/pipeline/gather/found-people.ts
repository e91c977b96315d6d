import type { PersonLookup } from './look-up-person.ts';

/** The people of a batch of reports; all sets and maps go by the report's id. */
export interface FoundPeople {
  found: Map<string, PersonLookup>;
  /** Reports whose person is to be looked up later. */
  deferred: Set<string>;
  /** Reports that wait until the directory has been read. */
  waiting: Set<string>;
  /** Reports whose lookup got no answer. The batch is planned without them. */
  unanswered: Set<string>;
}
