import type { ChangeEvent, ContactDeleted } from '../events.ts';
import { contactsOf, currentContacts } from '../people/names.ts';
import type { KnownPerson } from '../people/person-types.ts';
import type { Rules } from '../rules/rules.ts';
import { formerProfiles } from './former-profiles.ts';
import { addIdentify } from './identify-person.ts';
import type { Plan, PlanContext } from './plan-types.ts';

/**
 * Merges the profiles of the contact's person where no deal sends its attributes: the person may have left the deal that they
 * follow, or be no main contact there. The attributes are those that Customer.io has already.
 */
export function addProfileMerges(
  plan: Plan,
  event: ChangeEvent | ContactDeleted,
  context: PlanContext,
  rules: Rules,
): void {
  if (!('contactId' in event)) return;
  for (const known of context.known) {
    const { key, identifier, email, dealId, attributes } = known;
    if (identifier === null || dealId === null || attributes === null) continue;
    // With another address the person is identified anew, which takes values that are read.
    if (rules.identifyBy === 'email' && identifier !== email) continue;
    const isConcerned = contactsOf(known).includes(event.contactId);
    const isSent = plan.effects.some((effect) => effect.kind === 'identified' && effect.key === key);
    const contact = isConcerned && !isSent ? contactRead(known, context) : undefined;
    if (!contact || formerProfiles(known, identifier).length === 0) continue;
    const person = { key, person: identifier, email, contact };
    plan.person ??= identifier;
    addIdentify(plan, { person, known, dealId, attributes }, context, rules);
  }
}

/** A contact of the person that exists and was read. */
function contactRead(known: KnownPerson, { deals }: PlanContext) {
  const ids = currentContacts(known);
  return deals.flatMap(({ contacts }) => contacts).find(({ id }) => ids.includes(id));
}
