import type { KnownPerson, NameKind, PeopleChange, PersonJoin } from './person-types.ts';

/** The people of a batch of events, with indexes. Plain data, so that another process can plan with it. */
export interface People {
  byKey: Map<string, KnownPerson>;
  /** The keys of the people that have or had a name, by `kind value`. */
  byName: Map<string, Set<string>>;
  /** The keys of the people that are or were on a deal. */
  byDeal: Map<number, Set<string>>;
  /** The joins since the people were loaded, in order. */
  joins: PersonJoin[];
}

export function createPeople(persons: Iterable<KnownPerson> = []): People {
  const people: People = { byKey: new Map(), byName: new Map(), byDeal: new Map(), joins: [] };
  for (const person of persons) putPerson(people, person);
  return people;
}

/** Adds a person, or replaces the record of the same key. */
export function putPerson(people: People, person: KnownPerson): void {
  const before = people.byKey.get(person.key);
  people.byKey.set(person.key, person);
  if (before !== undefined && before.names !== person.names) unindexMoved(people, before, person);
  for (const { kind, value } of person.names) index(people.byName, `${kind} ${value}`, person.key);
  for (const { dealId } of person.links) index(people.byDeal, dealId, person.key);
}

/** Removes from the index what the person is not called any more: another one has taken it along. */
function unindexMoved({ byName }: People, before: KnownPerson, { key, names }: KnownPerson): void {
  const indexes = new Set(names.map(({ kind, value }) => `${kind} ${value}`));
  for (const { kind, value } of before.names)
    if (!indexes.has(`${kind} ${value}`)) byName.get(`${kind} ${value}`)?.delete(key);
}

function index<Name>(keys: Map<Name, Set<string>>, name: Name, key: string): void {
  const known = keys.get(name);
  if (known) known.add(key);
  else keys.set(name, new Set([key]));
}

/** The people that have or had a name. */
export function peopleNamed(people: People, kind: NameKind, value: string): KnownPerson[] {
  return existing(people, people.byName.get(`${kind} ${value}`));
}

/** The people that are or were on a deal. */
export function peopleOnDeal(people: People, dealId: number): KnownPerson[] {
  return existing(people, people.byDeal.get(dealId));
}

function existing({ byKey }: People, keys: ReadonlySet<string> = new Set()): KnownPerson[] {
  return [...keys].map((key) => byKey.get(key)).filter((person) => person !== undefined);
}

/** The person with a key, or the one that it was joined into; undefined where the people hold neither. */
export function personWith({ byKey }: People, key: string): KnownPerson | undefined {
  return byKey.get(key) ?? [...byKey.values()].find(({ formerKeys }) => formerKeys.includes(key));
}

/** Applies the changes that an observation leads to. */
export function applyChanges(people: People, changes: PeopleChange[]): void {
  for (const change of changes) {
    if (change.kind === 'person') putPerson(people, change.person);
    else {
      const { from, into, reason } = change;
      people.byKey.delete(from);
      people.joins.push({ from, into, reason });
    }
  }
}
