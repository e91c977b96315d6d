import { entriesOf, type PersonNames } from './entries-of-person.ts';
import type { LedgerEntry, RecordedEntry } from './ledger-entry.ts';

/** The recorded entries of a batch's people, by name. Plain data, so that another process can plan with it. */
export interface Ledger {
  byName: Map<string, RecordedEntry[]>;
  byKey: Map<string, RecordedEntry[]>;
}

export function createLedger(entries: Iterable<RecordedEntry> = []): Ledger {
  const ledger: Ledger = { byName: new Map(), byKey: new Map() };
  for (const entry of entries) addEntry(ledger, entry);
  return ledger;
}

/** Adds an entry, or replaces the recorded one of the same key, kind and scope. */
export function addEntry({ byName, byKey }: Ledger, entry: RecordedEntry): void {
  put(byKey, entry.key, entry);
  for (const name of namesIn(entry)) put(byName, name, entry);
}

function put(entries: Map<string, RecordedEntry[]>, name: string, entry: RecordedEntry): void {
  const others = (entries.get(name) ?? []).filter((other) => !isSame(other, entry));
  entries.set(name, [...others, entry]);
}

/** The entries that count for a person with these names. */
export function recordedFor({ byName }: Ledger, names: PersonNames): RecordedEntry[] {
  const searched = [...names.identifiers, ...names.addresses, ...[...names.cioIds].map(cioIdName)];
  const found = new Set(searched.flatMap((name) => byName.get(name) ?? []));
  return entriesOf(names, [...found]);
}

/** The entries that one fact has made. */
export function recordedAs({ byKey }: Ledger, key: string): readonly RecordedEntry[] {
  return byKey.get(key) ?? [];
}

function namesIn({ names, address }: LedgerEntry): string[] {
  const { identifier, email, cioId } = names;
  const all = [identifier, email, address, cioId === null ? null : cioIdName(cioId)];
  return [...new Set(all.filter((name) => name !== null))];
}

/** Apart from identifiers, which another system may have given. */
const cioIdName = (cioId: string) => `cio_id ${cioId}`;

function isSame(a: LedgerEntry, b: LedgerEntry): boolean {
  return a.key === b.key && a.kind === b.kind && a.scope === b.scope;
}
