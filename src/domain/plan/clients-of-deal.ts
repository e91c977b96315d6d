import { holds } from '../people/names.ts';
import type { KnownPerson } from '../people/person-types.ts';
import type { Rules } from '../rules/rules.ts';

/**
 * The clients whom a deal is about, the main contact's person first: those that the rules address, as far as they are known.
 * Where nobody is recorded as the main contact, everybody on the deal counts.
 */
export function clientsOfDeal(
  dealId: number,
  known: readonly KnownPerson[],
  { contacts }: Pick<Rules, 'contacts'>,
): KnownPerson[] {
  const main: KnownPerson[] = [];
  const others: KnownPerson[] = [];
  for (const person of known) {
    const link = person.links.find((candidate) => candidate.dealId === dealId && holds(candidate));
    if (link) (link.role === 'main' ? main : others).push(person);
  }
  return contacts === 'main' && main.length > 0 ? main : [...main, ...others];
}
