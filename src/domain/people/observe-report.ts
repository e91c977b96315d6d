import type { PersonRef } from '../events.ts';
import { contactsOf, holds, withName } from './names.ts';
import type { Observer } from './observe.ts';
import { holderOf } from './observe.ts';
import { type People, peopleNamed } from './people.ts';
import type { KnownPerson, PeopleChange, PersonName } from './person-types.ts';

/** The names in a report, the address in its normal form. */
export type ReportNames = PersonRef;

/**
 * The person that a report names: by the identifier, by the `cio_id` of somebody with one profile, by an address, in this order,
 * and a name that holds before one that has ended. Of several people with one name, the one on a deal is taken.
 */
export function personOfReport(people: People, { id, email, cioId }: ReportNames): KnownPerson | undefined {
  const names = [id, email].filter((name) => name !== null);
  const identified = names.flatMap((name) => peopleNamed(people, 'identifier', name));
  const byCioId = cioId === null ? [] : peopleNamed(people, 'cio_id', cioId);
  const byAddress = names.flatMap((name) => peopleNamed(people, 'address', name));
  return (
    best(identified.filter(({ identifier }) => identifier !== null && names.includes(identifier))) ??
    best(byCioId.filter(hasOneProfile)) ??
    best(byAddress.filter(({ email: current }) => current !== null && names.includes(current))) ??
    best(byCioId) ??
    best(byAddress.filter((person) => hasNow(person, 'address', names))) ??
    best(identified) ??
    best(byAddress)
  );
}

/**
 * Whether the person has one profile at Customer.io, as far as is known. Of two, one may be that of somebody with whom the
 * person shared an address for a while.
 */
function hasOneProfile({ names }: KnownPerson): boolean {
  return new Set(names.filter(({ kind }) => kind === 'cio_id').map(({ value }) => value)).size === 1;
}

function hasNow(person: KnownPerson, kind: string, values: string[]): boolean {
  return person.names.some((name) => name.kind === kind && holds(name) && values.includes(name.value));
}

function best(persons: KnownPerson[]): KnownPerson | undefined {
  return persons.find(({ links }) => links.some(holds)) ?? persons[0];
}

/** A report names a recorded person: its other names are learnt. A report about nobody known changes nothing. */
export function observeReport(people: People, names: ReportNames, at: number): PeopleChange[] {
  const person = personOfReport(people, names);
  return person ? learn(person, names, at) : [];
}

/** What a look-up has found for a report. */
export interface FoundPerson {
  /** The contact in Kommo; null where only the deal is known. */
  contactId: number | null;
  /** In its normal form. */
  email: string | null;
}

/**
 * A look-up has found the person of a report.
 * @returns the person, and the changes after which it is recorded
 */
export function observeFound(
  people: People,
  { contactId, email }: FoundPerson,
  report: ReportNames,
  observer: Observer,
): { person: KnownPerson; changes: PeopleChange[] } {
  const holder = contactId === null ? undefined : holderOf(people, contactId);
  const before = holder ?? personOfReport(people, report) ?? strangerWith(email, observer);
  let found = before;
  if (contactId !== null && !contactsOf(before).includes(contactId)) {
    const name = { kind: 'contact', value: String(contactId), source: 'kommo' } as const;
    const names = withName(before.names, name, observer.at);
    found = { ...before, names, contactId: before.contactId ?? contactId, email: before.email ?? email };
  }
  const [change] = learn(found, { ...report, email: report.email ?? email }, observer.at);
  const person = change?.kind === 'person' ? change.person : found;
  const isKnown = people.byKey.get(person.key) === person;
  return { person, changes: isKnown ? [] : [{ kind: 'person', person }] };
}

function strangerWith(email: string | null, { newKey }: Observer): KnownPerson {
  const nothing = { formerKeys: [], identifier: null, contactId: null, dealId: null, attributes: null };
  return { key: newKey(), email, ...nothing, fields: {}, names: [], links: [] };
}

/** The profile is that of one contact where no other one has stated the address of the report. */
function sourceOfCioId(names: readonly PersonName[], reported: (string | null)[]): string {
  const contacts = names.filter(
    ({ value, source }) => reported.includes(value) && source.startsWith('contact '),
  );
  const [source, ...others] = new Set(contacts.map((name) => name.source));
  return source === undefined || others.length > 0 ? 'report' : `report of ${source}`;
}

function learn(person: KnownPerson, { id, email, cioId }: ReportNames, at: number): PeopleChange[] {
  let { names } = person;
  const add = (kind: 'identifier' | 'address' | 'cio_id', value: string | null, source = 'report') => {
    if (value === null || names.some((name) => name.kind === kind && name.value === value)) return;
    names = withName(names, { kind, value, source }, at);
  };
  add('cio_id', cioId, sourceOfCioId(names, [id, email]));
  add('identifier', id);
  add('address', email);
  return names === person.names ? [] : [{ kind: 'person', person: { ...person, names } }];
}
