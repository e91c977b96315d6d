import { addressIn } from '../address.ts';
import { entriesOf } from '../consent/entries-of-person.ts';
import { type ClientFold, foldLedger } from '../consent/fold.ts';
import type { LedgerEntry } from '../consent/ledger-entry.ts';
import type { Mailability } from '../consent/mail-state.ts';
import type { Json, UnixSeconds } from '../entities.ts';

/** A person as shown. */
export interface StoredClient {
  /** The identifier at Customer.io. */
  person: string;
  /** All names under which facts are stored; where they are missing, the identifier and the email. */
  names?: string[];
  email: string | null;
  attributes: Record<string, Json> | null;
}

/** What holds of a stored person. @param entries of the ledger; later ones than `now` do not count */
export function foldOf(
  { person, email, names = [] }: StoredClient,
  entries: readonly LedgerEntry[],
  now: UnixSeconds,
): ClientFold {
  const all = new Set([person, ...(email === null ? [] : [email]), ...names]);
  const own = entriesOf({ identifiers: all, addresses: all, cioIds: new Set() }, entries);
  return foldLedger(
    own.filter(({ at }) => at <= now),
    addressIn(email ?? person),
  );
}

/** Whether a stored person can get email; the parameters are those of `foldOf`. */
export function mailabilityOf(...stored: Parameters<typeof foldOf>): Mailability {
  const { state, since } = foldOf(...stored);
  return { state, since };
}

/** The client's first name where one is sent as an attribute, else the full name, else the address. */
export function clientName({ person, email, attributes }: StoredClient): string {
  const names = [attributes?.first_name, attributes?.name];
  const name = names.find((value) => typeof value === 'string' && value.trim() !== '');
  return typeof name === 'string' ? name.trim() : (email ?? person);
}
