import { joinNames, joinPeople } from './join-people.ts';
import {
  contactSource,
  contactsOf,
  currentContacts,
  holds,
  reportSource,
  withName,
  withoutNames,
} from './names.ts';
import { type People, peopleNamed, peopleOnDeal } from './people.ts';
import type { KnownPerson, PeopleChange, PersonLink, PersonName } from './person-types.ts';

/**
 * Observations become changes of people. All functions are pure: they return what changes, and nothing where an
 * observation says what is known already.
 */

export interface Observer {
  /**
   * `email`: the profile at Customer.io is the address, so contacts that are written to at one address are one person.
   * `contact_id`: the profile is the contact, and two contacts may share an address.
   */
  identifyBy: 'email' | 'contact_id';
  /** The key of a new person. */
  newKey(): string;
  /** When it was observed, unix time, ms. */
  at: number;
}

/** A contact as read from Kommo, with its addresses in their normal form and in Kommo's order. */
export interface ObservedContact {
  id: number;
  addresses: string[];
}

/**
 * A contact was read. Its person is the one that has the contact. Otherwise it is the one that has the contact's address:
 * two contacts with one address are one person where the address is the identity, and a person without a contact (deleted,
 * merged into this one, or known from reports only) gets the contact that has the address now.
 */
export function observeContact(people: People, contact: ObservedContact, observer: Observer): PeopleChange[] {
  const holder = holderOf(people, contact.id);
  const leaves = holder !== undefined && isLeaving(holder, contact, observer);
  const others = sharers(people, holder, contact, observer);
  const changes: PeopleChange[] = [];
  let person = leaves || !holder ? undefined : holder;
  for (const other of others) {
    if (!person) person = other;
    else {
      const [joined, join] = joinPeople(person, other, joinReason(contact));
      changes.push(join);
      person = joined;
    }
  }
  person ??= newPerson(observer, leaves ? holder : undefined);
  if (leaves) {
    const [before, moved] = leave(holder, person, contact.id, observer.at);
    changes.push({ kind: 'person', person: before });
    person = moved;
  }
  const after = withContact(person, contact, observer);
  if (after !== people.byKey.get(after.key)) changes.push({ kind: 'person', person: after });
  return changes;
}

/** A contact does not exist any more, or cannot be read. Its addresses stay names of its person. */
export function observeMissingContact(people: People, contactId: number, at: number): PeopleChange[] {
  return peopleNamed(people, 'contact', String(contactId)).flatMap((person) => {
    const names = withoutNames(person.names, (name) => isContact(name, contactId), at);
    return names === person.names ? [] : [{ kind: 'person', person: { ...person, names } }];
  });
}

/**
 * A deal was read. The links of people whose contacts are not on it end, and people whose contacts are on it are linked.
 * @param contactIds the main contact first; null where the deal does not exist (any more)
 */
export function observeDeal(
  people: People,
  dealId: number,
  contactIds: readonly number[] | null,
  at: number,
): PeopleChange[] {
  const on = new Set(contactIds ?? []);
  const candidates = new Map(
    [
      ...peopleOnDeal(people, dealId),
      ...[...on].flatMap((id) => peopleNamed(people, 'contact', String(id))),
    ].map((person) => [person.key, person]),
  );
  return [...candidates.values()].flatMap((person) => {
    const links = linksAfter(people, person, dealId, contactIds, at);
    return links === person.links ? [] : [{ kind: 'person', person: { ...person, links } }];
  });
}

function linksAfter(
  people: People,
  person: KnownPerson,
  dealId: number,
  contactIds: readonly number[] | null,
  at: number,
): readonly PersonLink[] {
  const before = person.links.find((link) => link.dealId === dealId);
  const contacts = contactsOf(person);
  // A contact that the person had may be another person's now.
  const isOwn = (id: number) => contacts.includes(id) && holderOf(people, id) === person;
  const contactId = contactIds?.find(isOwn) ?? null;
  const others = person.links.filter((link) => link !== before);
  if (contactId === null) {
    // Without a contact, the list of the deal's contacts says nothing about the person.
    const isUnknown = contactIds !== null && contacts.length === 0 && before?.contactId == null;
    if (!before || !holds(before) || isUnknown) return person.links;
    return [...others, { ...before, until: at }];
  }
  const role = contactIds?.[0] === contactId ? 'main' : 'other';
  if (before && holds(before) && before.role === role && before.contactId === contactId) return person.links;
  return [...others, { dealId, role, contactId, since: before?.since ?? at, until: null }];
}

/** The person that has a contact, else the one that had it. */
export function holderOf(people: People, contactId: number): KnownPerson | undefined {
  const named = peopleNamed(people, 'contact', String(contactId));
  return named.find((person) => currentContacts(person).includes(contactId)) ?? named[0];
}

/** The people who turn out to be the contact's person by an address. */
function sharers(
  people: People,
  holder: KnownPerson | undefined,
  { id, addresses }: ObservedContact,
  { identifyBy }: Observer,
): KnownPerson[] {
  const own = identityOf(holder, addresses);
  const named = addresses.flatMap((address) => peopleNamed(people, 'address', address));
  return [...new Set(named)].filter((other) => {
    if (other === holder || other.email === null || !addresses.includes(other.email)) return false;
    const isFree = currentContacts(other).every((contactId) => contactId === id);
    return isFree || (identifyBy === 'email' && other.email === own);
  });
}

/** The address that the person is identified by: the one that Customer.io has, as long as the contact still has it. */
export function identityOf(person: KnownPerson | undefined, addresses: readonly string[]): string | null {
  const known = [person?.identifier, person?.email].find((name) => name != null && addresses.includes(name));
  return known ?? addresses[0] ?? null;
}

/** Whether a contact that shared its person with another contact has an address of its own now. */
function isLeaving(
  holder: KnownPerson,
  { id, addresses }: ObservedContact,
  { identifyBy }: Observer,
): boolean {
  if (identifyBy !== 'email' || addresses.length === 0 || holder.email === null) return false;
  const others = currentContacts(holder).filter((contactId) => contactId !== id);
  const isShared = others.some((contactId) =>
    holder.names.some(
      (name) => holds(name) && name.value === holder.email && name.source === contactSource(contactId),
    ),
  );
  return isShared && !addresses.includes(holder.email);
}

/**
 * The contact takes along its links, and the names that are its own alone: of two clients whose records were one because one of
 * them had the other's address by mistake, neither keeps a name, and with it the opt-outs, of the other.
 * @returns the person that the contact leaves, and the person that it becomes.
 */
function leave(
  holder: KnownPerson,
  person: KnownPerson,
  contactId: number,
  at: number,
): [KnownPerson, KnownPerson] {
  const isOwn = ownNamesOf(holder, contactId);
  const own = holder.names.filter(isOwn);
  const source = contactSource(contactId);
  const others = holder.names.filter((name) => !isOwn(name));
  const names = withoutNames(others, (name) => name.source === source, at);
  const moved = holder.links.filter((link) => holds(link) && link.contactId === contactId);
  const links = holder.links.map((link) => (moved.includes(link) ? { ...link, until: at } : link));
  const [next = null] = currentContacts({ ...holder, names });
  const kept: KnownPerson = {
    ...holder,
    names,
    links,
    contactId: holder.contactId === contactId ? next : holder.contactId,
  };
  const otherLinks = person.links.filter((link) => !moved.some(({ dealId }) => dealId === link.dealId));
  const left: KnownPerson = {
    ...person,
    names: joinNames(person.names, own),
    links: [...otherLinks, ...moved],
  };
  const hasProfile = own.some(
    ({ kind, value }) => value === holder.identifier && (kind === 'identifier' || kind === 'address'),
  );
  if (!hasProfile || person.identifier !== null) return [kept, left];
  const { identifier, attributes } = holder;
  return [
    { ...kept, identifier: identifiedAs(names), attributes: attributes === null ? null : {} },
    { ...left, identifier, attributes },
  ];
}

/** Which names of a person belong to one of its contacts alone: those that it has stated, and no other contact states. */
function ownNamesOf({ names }: KnownPerson, contactId: number): (name: PersonName) => boolean {
  const source = contactSource(contactId);
  const isOthers = (name: PersonName) =>
    holds(name) && name.source.startsWith('contact ') && name.source !== source;
  const others = new Set(names.filter(isOthers).map(({ value }) => value));
  const stated = names.filter((name) => name.source === source).map(({ value }) => value);
  const own = new Set(stated.filter((value) => !others.has(value)));
  return (name) =>
    isContact(name, contactId) ||
    name.source === reportSource(contactId) ||
    ((name.kind === 'address' || name.kind === 'identifier') && own.has(name.value));
}

/** The profile at Customer.io that is left. */
function identifiedAs(names: readonly PersonName[]): string | null {
  return names.find((name) => holds(name) && name.source === 'identify')?.value ?? null;
}

/** @param from the person that a contact leaves: what Customer.io has of the new one is then unknown, but it has one. */
function newPerson({ newKey }: Observer, from: KnownPerson | undefined): KnownPerson {
  const wasIdentified = from !== undefined && from.attributes !== null;
  return {
    key: newKey(),
    formerKeys: [],
    identifier: null,
    email: null,
    contactId: null,
    dealId: null,
    attributes: wasIdentified ? {} : null,
    fields: {},
    names: [],
    links: [],
  };
}

/** The person with a contact as it was read, without looking for others who are the same person. */
export function withContact(
  person: KnownPerson,
  { id, addresses }: ObservedContact,
  { identifyBy, at }: Observer,
): KnownPerson {
  const source = contactSource(id);
  let names = withName(person.names, { kind: 'contact', value: String(id), source: 'kommo' }, at);
  for (const value of addresses) names = withName(names, { kind: 'address', value, source }, at);
  names = withoutNames(names, (name) => name.source === source && !addresses.includes(name.value), at);
  const email = emailAfter({ ...person, names }, addresses, identifyBy);
  const contacts = currentContacts({ ...person, names });
  const contactId = person.contactId !== null && contacts.includes(person.contactId) ? person.contactId : id;
  const isSame = names === person.names && email === person.email && contactId === person.contactId;
  return isSame ? person : { ...person, names, email, contactId };
}

/** The current address: the one of before while a contact has it; where contacts are the identity, the contact's first. */
function emailAfter(
  person: KnownPerson,
  addresses: string[],
  identifyBy: Observer['identifyBy'],
): string | null {
  const own = identifyBy === 'email' ? identityOf(person, addresses) : (addresses[0] ?? null);
  const isHeld = person.names.some(
    ({ kind, value, source, until }) =>
      until === null && kind === 'address' && value === person.email && source.startsWith('contact '),
  );
  if (own !== null && (identifyBy === 'contact_id' || !isHeld)) return own;
  return isHeld ? person.email : own;
}

function isContact({ kind, value }: { kind: string; value: string }, contactId: number): boolean {
  return kind === 'contact' && value === String(contactId);
}

function joinReason({ id, addresses }: ObservedContact): string {
  return `The contact ${id} has the address of both (${addresses.join(', ')}).`;
}
