import { joinPeople } from './join-people.ts';
import { contactSource, currentContacts, holds, withName } from './names.ts';
import { holderOf, identityOf, type ObservedContact } from './observe.ts';
import { type People, peopleNamed } from './people.ts';
import type { KnownPerson, PeopleChange } from './person-types.ts';

/*
 * After a restore, Customer.io can have profiles that the restored database has no record of: the lost one has identified a client
 * under an address that the contact has lost since then, or that it had as a contact of its own before a merge. Such an address
 * counts as a former profile of the client, so that the profile is renamed or merged like one that was known. Where Customer.io
 * has no such profile, both change nothing. Pure functions.
 */

/** How far Kommo's clock, by which contacts are merged, may be from the one by which contacts are read, ms. */
const CLOCK_DIFFERENCE_MS = 60_000;

/**
 * The addresses that a contact has got since a merge, as far as it has been observed, without the one that identifies the client.
 * @param mergedAt unix time, ms
 */
export function gainedAddresses(people: People, contactId: number, mergedAt: number): string[] {
  const holder = holderOf(people, contactId);
  if (!holder) return [];
  const stated = holder.names.filter(
    (name) => holds(name) && name.kind === 'address' && name.source === contactSource(contactId),
  );
  const own = identityOf(
    holder,
    stated.map(({ value }) => value),
  );
  return stated
    .filter(({ value, since }) => value !== own && since >= mergedAt - CLOCK_DIFFERENCE_MS)
    .map(({ value }) => value);
}

/**
 * Records addresses as former profiles of a contact's person, once the contact has been observed. Not those of somebody else who
 * has a contact or a profile: an address can have moved from one client to another.
 * @param contact with the addresses in question
 * @param at unix time, ms
 */
export function observeLostProfiles(
  people: People,
  { id, addresses }: ObservedContact,
  at: number,
): PeopleChange[] {
  const holder = holderOf(people, id);
  if (!holder) return [];
  const changes: PeopleChange[] = [];
  let person = holder;
  for (const address of addresses) {
    const others = namedBy(people, address).filter((other) => other !== holder);
    if (others.some(isClient)) continue;
    for (const other of others) {
      const [joined, join] = joinPeople(person, other, `The contact ${id} had the address ${address}.`);
      changes.push(join);
      person = joined;
    }
    person = withFormerProfile(person, address, id, at);
  }
  return person === holder ? [] : [...changes, { kind: 'person', person }];
}

function namedBy(people: People, address: string): KnownPerson[] {
  return [
    ...new Set([...peopleNamed(people, 'address', address), ...peopleNamed(people, 'identifier', address)]),
  ];
}

/** Whether the person is more than the address of a report. */
function isClient(person: KnownPerson): boolean {
  return currentContacts(person).length > 0 || person.identifier !== null || person.attributes !== null;
}

function withFormerProfile(person: KnownPerson, address: string, contactId: number, at: number): KnownPerson {
  if (person.names.some(({ source, value }) => source === 'identify' && value === address)) return person;
  const stated = { kind: 'address', value: address, source: contactSource(contactId) } as const;
  const isStated = person.names.some(({ value, source }) => value === address && source === stated.source);
  const names = isStated ? person.names : [...person.names, { ...stated, since: at, until: at }];
  return {
    ...person,
    names: withName(names, { kind: 'identifier', value: address, source: 'identify' }, at),
  };
}
