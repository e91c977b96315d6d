import type { UnixSeconds } from '../entities.ts';
import { entriesOf, type PersonNames } from './entries-of-person.ts';
import type { FieldState } from './field-state.ts';
import { type ClientFold, foldLedger } from './fold.ts';
import { type Ledger, recordedFor } from './ledger.ts';
import type { EntryKind, LedgerEntry } from './ledger-entry.ts';

/** A person's record, as far as consent depends on it. */
export interface ConsentPerson {
  key: string;
  identifier: string | null;
  /** The current address, in its normal form. */
  email: string | null;
  fields: Readonly<Record<string, FieldState>>;
  /** Ended ones too. */
  names: readonly { kind: string; value: string }[];
  /** Keys of people who were joined into this one, and those from before keys were opaque. */
  formerKeys?: readonly string[];
}

/** All names by which the ledger may know the person. The key of people from before keys were introduced is one of them. */
export function namesOf({ key, identifier, email, names, formerKeys = [] }: ConsentPerson): PersonNames {
  const valuesOf = (kind: string) => names.filter((name) => name.kind === kind).map(({ value }) => value);
  const former = [key, ...formerKeys].filter((name) => !name.startsWith('p_'));
  const addresses = [...valuesOf('address'), ...(email === null ? [] : [email])];
  const identifiers = [...valuesOf('identifier'), ...former, ...(identifier === null ? [] : [identifier])];
  return {
    identifiers: new Set(identifiers),
    addresses: new Set([...addresses, ...identifiers.filter((name) => name.includes('@'))]),
    cioIds: new Set(valuesOf('cio_id')),
  };
}

/**
 * What holds of a person, by all entries under any of the person's names.
 * @param own entries that are not recorded yet
 * @param until later entries do not count
 */
export function foldOf(
  person: ConsentPerson,
  ledger: Ledger,
  own: readonly LedgerEntry[] = [],
  until: UnixSeconds = Number.POSITIVE_INFINITY,
): ClientFold {
  const names = namesOf(person);
  const entries = [...recordedFor(ledger, names), ...entriesOf(names, own)];
  return foldLedger(
    entries.filter(({ at }) => at <= until),
    person.email,
  );
}

/** The kinds that concern the person's setting as a whole, `unsubscribed` at Customer.io. */
const SETTING: ReadonlySet<EntryKind> = new Set(['opt_out', 'opt_in', 'complaint']);

/** Whether the client is unsubscribed from everything, by the setting itself: topics that are all off leave it as it is. */
export function isSettingOff(
  person: ConsentPerson,
  ledger: Ledger,
  own: readonly LedgerEntry[] = [],
): boolean {
  const names = namesOf(person);
  const entries = [...recordedFor(ledger, names), ...entriesOf(names, own)];
  const settings = entries.filter(({ kind }) => SETTING.has(kind));
  const { state } = foldLedger(settings, person.email).consent;
  return state === 'unsubscribed' || state === 'complained';
}
