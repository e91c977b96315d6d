import type { FieldState } from '../consent/field-state.ts';
import { currentContacts, holds } from './names.ts';
import type { KnownPerson, PeopleChange, PersonLink, PersonName } from './person-types.ts';

/**
 * Makes one record of two. The key that sorts first stays: it is the same whichever of the two is seen first. What both
 * state differently is taken from the record with a contact that exists, else from the one that Customer.io has.
 */
export function joinPeople(a: KnownPerson, b: KnownPerson, reason: string): [KnownPerson, PeopleChange] {
  const [kept, dropped] = a.key < b.key ? [a, b] : [b, a];
  const [first, second] = rank(a) > rank(b) || (rank(a) === rank(b) && a === kept) ? [a, b] : [b, a];
  // Attributes and the identifier belong together: they are what Customer.io has of one profile.
  const identified = first.attributes !== null || second.attributes === null ? first : second;
  const person: KnownPerson = {
    key: kept.key,
    formerKeys: [...a.formerKeys, ...b.formerKeys, dropped.key],
    identifier: identified.identifier ?? first.identifier ?? second.identifier,
    email: first.email ?? second.email,
    contactId: first.contactId ?? second.contactId,
    dealId: identified.dealId ?? first.dealId ?? second.dealId,
    attributes: identified.attributes,
    fields: joinFields(a.fields, b.fields),
    names: joinNames(a.names, b.names),
    links: joinLinks(a.links, b.links),
  };
  return [person, { kind: 'join', from: dropped.key, into: kept.key, reason }];
}

function rank(person: KnownPerson): number {
  return (currentContacts(person).length > 0 ? 2 : 0) + (person.attributes !== null ? 1 : 0);
}

function joinFields(a: KnownPerson['fields'], b: KnownPerson['fields']): KnownPerson['fields'] {
  const joined = { ...a };
  for (const [field, state] of Object.entries(b)) {
    const other = a[field];
    joined[field] = other ? joinStates(other, state) : state;
  }
  return joined;
}

/** The later value, with the latest opt-out and opt-in of both. */
function joinStates(a: FieldState, b: FieldState): FieldState {
  const later = b.at > a.at ? b : a;
  const latest = (first: number | undefined, second: number | undefined) =>
    first === undefined || second === undefined ? (first ?? second) : Math.max(first, second);
  const optOutAt = latest(a.optOutAt, b.optOutAt);
  const optInAt = latest(a.optInAt, b.optInAt);
  return {
    ...later,
    ...(optOutAt === undefined ? {} : { optOutAt }),
    ...(optInAt === undefined ? {} : { optInAt }),
  };
}

/** All names of both, each once. */
export function joinNames(a: readonly PersonName[], b: readonly PersonName[]): PersonName[] {
  return joinBy([...a, ...b], ({ kind, value, source }) => `${kind} ${value} ${source}`);
}

function joinLinks(a: readonly PersonLink[], b: readonly PersonLink[]): PersonLink[] {
  return joinBy([...a, ...b], ({ dealId }) => String(dealId));
}

/** One item for each key: one that holds before one that has ended, and a main contact's before another's. */
function joinBy<Item extends PersonName | PersonLink>(items: Item[], keyOf: (item: Item) => string): Item[] {
  const joined = new Map<string, Item>();
  for (const item of items) {
    const other = joined.get(keyOf(item));
    if (!other || isStronger(item, other)) joined.set(keyOf(item), item);
  }
  return [...joined.values()];
}

function isStronger(item: PersonName | PersonLink, other: PersonName | PersonLink): boolean {
  if (holds(item) !== holds(other)) return holds(item);
  return 'role' in item && 'role' in other && item.role === 'main' && other.role !== 'main';
}
