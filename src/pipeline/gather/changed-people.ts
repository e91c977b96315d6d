import { holds, waitingNames } from '../../domain/people/names.ts';
import type { KnownPerson, PersonName } from '../../domain/people/person-types.ts';
import type { PeopleChanges } from '../../store/people.ts';
import type { PlanningState } from './planning-state.ts';

/** What differs between the people of the planning state and the people as stored. */
export function changedPeople({ people, stored }: Pick<PlanningState, 'people' | 'stored'>): PeopleChanges {
  const changes: PeopleChanges = {
    persons: [],
    names: [],
    movedNames: [],
    links: [],
    joins: people.joins,
    appeared: [],
  };
  const joined = new Set(people.joins.map(({ into }) => into));
  for (const person of people.byKey.values()) {
    const before = stored.get(person.key);
    if (person === before) continue;
    // The names and links of a key that was given up are removed with it, so the key that stays states them all.
    changes.movedNames.push(...namesMoved(person, before));
    addChanges(changes, person, joined.has(person.key) ? withoutNamesAndLinks(before) : before);
  }
  return changes;
}

/** To be called when the changes are saved. */
export function markSaved(state: Pick<PlanningState, 'people' | 'stored'>): void {
  state.stored = new Map(state.people.byKey);
  state.people.joins = [];
}

/** The names that another person has now: a contact has taken them along. */
function namesMoved(person: KnownPerson, before: KnownPerson | undefined): PeopleChanges['movedNames'] {
  if (before === undefined || before.names === person.names) return [];
  const kept = new Set(person.names.map(identityOf));
  return before.names
    .filter((name) => !kept.has(identityOf(name)))
    .map((name) => ({ ...name, key: person.key }));
}

const identityOf = ({ kind, value, source }: PersonName) => `${kind} ${source} ${value}`;

function withoutNamesAndLinks(person: KnownPerson | undefined): KnownPerson | undefined {
  return person && { ...person, names: [], links: [] };
}

function addChanges(changes: PeopleChanges, person: KnownPerson, before: KnownPerson | undefined): void {
  const { key } = person;
  const names = person.names.filter((name) => !before?.names.includes(name));
  const links = person.links.filter((link) => !before?.links.includes(link));
  if (!before || !sameRecord(person, before)) changes.persons.push(person);
  changes.names.push(...names.map((name) => ({ ...name, key })));
  changes.links.push(...links.map((link) => ({ ...link, key })));
  const isSent = person.attributes !== null && person.attributes !== before?.attributes;
  if (isSent || links.some(holds) || (names.length > 0 && person.links.some(holds)))
    changes.appeared.push(...waitingNames(person));
}

function sameRecord(a: KnownPerson, b: KnownPerson): boolean {
  return (
    a.identifier === b.identifier &&
    a.email === b.email &&
    a.contactId === b.contactId &&
    a.dealId === b.dealId &&
    a.attributes === b.attributes &&
    a.fields === b.fields
  );
}
