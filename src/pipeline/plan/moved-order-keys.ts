import { profilesOf } from '../../domain/people/names.ts';
import type { KnownPerson } from '../../domain/people/person-types.ts';
import type { OrderKey } from '../../store/actions/order-keys.ts';
import type { PlanningState } from '../gather/planning-state.ts';

/**
 * The order keys of all profiles of the people who have changed since they were loaded and have or had several: the email was
 * corrected, contacts were merged, two people were joined, or one turned out to be two. None for people with one profile. Pure.
 */
export function movedOrderKeys({ people, stored }: Pick<PlanningState, 'people' | 'stored'>): OrderKey[] {
  const changed = [...people.byKey.values()].filter((person) => person !== stored.get(person.key));
  const profiles = new Set(changed.flatMap((person) => severalProfiles(person, stored.get(person.key))));
  for (const { from } of people.joins) {
    const joined = stored.get(from);
    if (joined) for (const profile of profilesOf(joined)) profiles.add(profile);
  }
  // A new client may get the address that somebody else has given up, with actions that are still open.
  const others = new Set([...people.byKey.values()].flatMap((person) => profilesOf(person).slice(1)));
  for (const { identifier } of changed)
    if (identifier !== null && others.has(identifier)) profiles.add(identifier);
  const concerned = changed.filter((person) => profilesOf(person).some((profile) => profiles.has(profile)));
  const subjects = new Map<string, string>();
  for (const person of concerned)
    for (const profile of profilesOf(person)) subjects.set(profile, person.identifier ?? profile);
  // A former profile of one person may be the present one of another, to whom it belongs.
  for (const { identifier } of people.byKey.values())
    if (identifier !== null && subjects.has(identifier)) subjects.set(identifier, identifier);
  return [...subjects].map(([profile, subject]) => ({ profile, subject }));
}

/** The profiles of before and now, where there are several. Contacts of one person may be identified by turns. */
function severalProfiles(person: KnownPerson, before: KnownPerson | undefined): string[] {
  const profiles = new Set([...(before ? profilesOf(before) : []), ...profilesOf(person)]);
  return profiles.size > 1 ? [...profiles] : [];
}
