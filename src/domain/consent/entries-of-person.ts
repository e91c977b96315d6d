import { GIVES_CONSENT, type LedgerEntry } from './ledger-entry.ts';

/** All names that a person has or had. */
export interface PersonNames {
  identifiers: ReadonlySet<string>;
  /** In their normal form; ended ones too. */
  addresses: ReadonlySet<string>;
  cioIds: ReadonlySet<string>;
}

/**
 * The entries that count for a person. What speaks against sending counts by any name, also of an address that the person
 * shares with somebody: nobody is written to who may have opted out. An opt-in counts only where it is the person's own: one
 * of another profile with the same address must not end this person's opt-out.
 */
export function entriesOf<Entry extends LedgerEntry>(names: PersonNames, entries: readonly Entry[]): Entry[] {
  return entries.filter((entry) => {
    const isNamed = concerns(names, entry);
    return isNamed && (!GIVES_CONSENT.has(entry.kind) || isOwn(names, entry));
  });
}

function concerns(names: PersonNames, entry: LedgerEntry): boolean {
  const { identifier, email, cioId } = entry.names;
  return (
    (identifier !== null && (names.identifiers.has(identifier) || names.addresses.has(identifier))) ||
    (cioId !== null && names.cioIds.has(cioId)) ||
    (email !== null && names.addresses.has(email)) ||
    (entry.address !== null && names.addresses.has(entry.address))
  );
}

/** By the identifier or the `cio_id`; by the address alone where the person has no identifier but addresses. */
function isOwn({ identifiers, addresses, cioIds }: PersonNames, { names }: LedgerEntry): boolean {
  const { identifier, cioId } = names;
  if (identifier !== null && (identifiers.has(identifier) || addresses.has(identifier))) return true;
  if (cioId !== null && cioIds.has(cioId)) return true;
  const isKnownByAddress = [...identifiers].every((own) => addresses.has(own));
  return isKnownByAddress || identifier === null;
}
