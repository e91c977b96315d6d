import { joinPeople } from './join-people.ts';
import { contactSource, currentContacts, holds } from './names.ts';
import { holderOf, type ObservedContact, type Observer, withContact } from './observe.ts';
import { type People, peopleNamed, peopleOnDeal } from './people.ts';
import type { KnownPerson, PeopleChange, PersonName } from './person-types.ts';

/*
 * Kommo merges one contact into another: the survivor gets all addresses of both and takes the other's place on its deals.
 * The contact that is gone can no longer be read, and neither the events log nor a webhook names it where the webhook of its
 * deletion is lost. So it is found by what the survivor has now and another person had before. Pure functions.
 */

/**
 * Records the addresses that the events log shows of a contact that was not read. It may be gone, and its survivor is found by the
 * address that it had last. Nothing where nobody has the contact, and nobody is joined: the addresses may be older than what is
 * recorded of others.
 * @param observer with the time of the change as `at`
 */
export function observeLoggedAddresses(
  people: People,
  contact: ObservedContact,
  observer: Observer,
): PeopleChange[] {
  const holder = peopleNamed(people, 'contact', String(contact.id)).find((person) =>
    currentContacts(person).includes(contact.id),
  );
  if (!holder || isReadSince(holder, contact.id, observer.at)) return [];
  const person = withContact(holder, contact, observer);
  return person === holder ? [] : [{ kind: 'person', person }];
}

/** Whether a later reading of the contact has changed its addresses. */
function isReadSince({ names }: KnownPerson, contactId: number, at: number): boolean {
  const stated = names.filter(({ source }) => source === contactSource(contactId));
  return stated.some(({ since, until }) => since > at || (until ?? 0) > at);
}

/** The surviving contact of a merge, as read from Kommo. */
export interface Survivor extends ObservedContact {
  dealIds: number[];
}

/**
 * The contacts that may have been merged into those that were read: another person's, where a contact has an address of
 * that person that it did not have before. A contact that exists shares an address once and is not checked again.
 */
export function contactsWithGainedAddresses(people: People, read: readonly ObservedContact[]): number[] {
  const others = read.flatMap(({ id, addresses }) => {
    const holder = holderOf(people, id);
    const source = contactSource(id);
    const isGained = (address: string) =>
      !holder?.names.some((name) => holds(name) && name.source === source && name.value === address);
    const named = addresses.filter(isGained).flatMap((address) => peopleNamed(people, 'address', address));
    return named.flatMap(currentContacts).filter((contactId) => contactId !== id);
  });
  return [...new Set(others)];
}

/** Whether anybody is known who may be the survivor, or may have been merged into it. */
export function isKnownSurvivor(people: People, { id, addresses, dealIds }: Survivor): boolean {
  return (
    peopleNamed(people, 'contact', String(id)).length > 0 ||
    peopleWith(people, { addresses, dealIds }).length > 0
  );
}

/** The contacts that may have been merged into a survivor: those of people who have or had one of its addresses or deals. */
export function contactsLinkedToSurvivor(people: People, { id, addresses, dealIds }: Survivor): number[] {
  const persons = peopleWith(people, { addresses, dealIds });
  return [...new Set(persons.flatMap(currentContacts))].filter((contactId) => contactId !== id);
}

/** Those who have or had one of these addresses or deals. */
function peopleWith(
  people: People,
  { addresses, dealIds }: Pick<Survivor, 'addresses' | 'dealIds'>,
): KnownPerson[] {
  const persons = [
    ...addresses.flatMap((address) => peopleNamed(people, 'address', address)),
    ...dealIds.flatMap((dealId) => peopleOnDeal(people, dealId)),
  ];
  return [...new Set(persons)];
}

/** A merge as the events log shows it. */
export interface Merge {
  /** The surviving contact. */
  contactId: number;
  /** Unix time, ms. */
  at: number;
}

/** How far the time at which a contact was gone may be from the time of its merge, ms: deletions are reported late. */
const GONE_MS = 10 * 60_000;
/** How far Kommo's clock, by which contacts are merged, may be from the one by which deals are read, ms. */
const CLOCK_DIFFERENCE_MS = 60_000;

/**
 * Joins the people of merged contacts. A person whose contacts are gone since a merge is the survivor's if the survivor has
 * all addresses that they stated last, or else if it has taken their place on a deal and nobody has those addresses. Two
 * survivors of whom both could be it are no evidence: a merge of profiles cannot be undone.
 */
export function observeMerges(people: People, merges: readonly Merge[]): PeopleChange[] {
  const byAddress = new Map<KnownPerson, Set<KnownPerson>>();
  const byPlace = new Map<KnownPerson, Set<KnownPerson>>();
  for (const merge of merges) {
    const survivor = survivorOf(people, merge);
    if (!survivor) continue;
    const addresses = lastAddresses(survivor, [merge.contactId]);
    const dealIds = newDeals(survivor, merge);
    for (const gone of vanishedPeople(people, { addresses, dealIds }, merge)) {
      if (gone === survivor) continue;
      const last = lastAddresses(gone);
      if (last.length > 0 && last.every((address) => addresses.includes(address)))
        add(byAddress, gone, survivor);
      else if (hasLeftAt(gone, dealIds, merge) && !last.some((address) => isHeld(people, address, survivor)))
        add(byPlace, gone, survivor);
    }
  }
  return joinAll([
    ...unambiguous(byAddress),
    ...unambiguous(byPlace).filter(([gone]) => !byAddress.has(gone)),
  ]);
}

/** The person of the surviving contact, unless that is gone, too. */
function survivorOf(people: People, { contactId }: Merge): KnownPerson | undefined {
  const holder = holderOf(people, contactId);
  return holder && currentContacts(holder).includes(contactId) ? holder : undefined;
}

/** The addresses that contacts of a person stated last, those of contacts that are gone, too; default: all contacts. */
function lastAddresses({ names }: KnownPerson, contactIds?: number[]): string[] {
  const sources = contactIds?.map(contactSource);
  const isStated = ({ source }: PersonName) => sources?.includes(source) ?? source.startsWith('contact ');
  return names
    .filter((name) => holds(name) && name.kind === 'address' && isStated(name))
    .map(({ value }) => value);
}

/** The deals that the survivor came on with the merge, or after it. */
function newDeals({ links }: KnownPerson, { contactId, at }: Merge): number[] {
  return links
    .filter((link) => holds(link) && link.contactId === contactId && link.since >= at - CLOCK_DIFFERENCE_MS)
    .map(({ dealId }) => dealId);
}

/** The people with one of these addresses or deals whose contacts have all ended, the last of them about the time of the merge. */
function vanishedPeople(
  people: People,
  evidence: Pick<Survivor, 'addresses' | 'dealIds'>,
  { at }: Merge,
): KnownPerson[] {
  return peopleWith(people, evidence).filter(({ names }) => {
    const ends = names.filter(({ kind }) => kind === 'contact').map(({ until }) => until);
    return ends.length > 0 && !ends.includes(null) && Math.abs(Math.max(...ends.map(Number)) - at) <= GONE_MS;
  });
}

/** Whether the person was on one of the deals at the time of the merge, and is not any more. */
function hasLeftAt({ links }: KnownPerson, dealIds: readonly number[], { at }: Merge): boolean {
  return links.some(
    ({ dealId, contactId, until }) =>
      dealIds.includes(dealId) && contactId !== null && until !== null && until >= at - CLOCK_DIFFERENCE_MS,
  );
}

/** Whether a contact that exists, of anybody but the survivor, has this address. */
function isHeld(people: People, address: string, survivor: KnownPerson): boolean {
  const others = peopleNamed(people, 'address', address).filter((person) => person !== survivor);
  return others.some((person) => lastAddresses(person, currentContacts(person)).includes(address));
}

function add(survivors: Map<KnownPerson, Set<KnownPerson>>, gone: KnownPerson, survivor: KnownPerson): void {
  survivors.set(gone, (survivors.get(gone) ?? new Set()).add(survivor));
}

function unambiguous(survivors: Map<KnownPerson, Set<KnownPerson>>): [KnownPerson, KnownPerson][] {
  return [...survivors].flatMap(([gone, [survivor, ...others]]) =>
    survivor && others.length === 0 ? [[gone, survivor] as [KnownPerson, KnownPerson]] : [],
  );
}

/** Joins each pair. A survivor may be in several pairs. */
function joinAll(pairs: [KnownPerson, KnownPerson][]): PeopleChange[] {
  const joined = new Map<KnownPerson, KnownPerson>();
  const changes: PeopleChange[] = [];
  for (const [gone, survivor] of pairs) {
    const reason = `Contacts were merged into the contact ${survivor.contactId}.`;
    const [person, join] = joinPeople(joined.get(survivor) ?? survivor, gone, reason);
    joined.set(survivor, person);
    changes.push(join);
  }
  return [...changes, ...[...joined.values()].map((person): PeopleChange => ({ kind: 'person', person }))];
}
