import { addressOf } from '../address.ts';
import type { Contact, Deal } from '../entities.ts';
import { currentContacts } from '../people/names.ts';
import type { KnownPerson } from '../people/person-types.ts';
import type { Rules } from '../rules/rules.ts';
import type { DealContext, Plan, PlanContext } from './plan-types.ts';

/**
 * A contact has no email any more, perhaps because the client asked for that, and Customer.io still has the address: never
 * silent. Where the contact is the identity, `attributesOf` clears the address or unsubscribes the person; where the address
 * is the identity, it cannot be cleared, and nothing else sends the person.
 */
export function addRemovedEmails(
  plan: Plan,
  { contacts, deal }: DealContext & { deal: Deal },
  { known, readAt }: PlanContext,
  { identifyBy, profiles }: Rules,
): void {
  for (const contact of contacts) {
    if (contact.emails.some((text) => addressOf(text).ok)) continue;
    const person = known.find((one) => one.attributes !== null && currentContacts(one).includes(contact.id));
    if (!person || person.identifier === null || person.email !== null) continue;
    const cleared = clearedEmail(person, identifyBy, profiles);
    if (cleared !== null) plan.warnings.push(clearedText(contact, cleared));
    const kept = identifyBy === 'email' ? person.identifier : keptEmail(person, profiles);
    if (kept === null) continue;
    plan.person ??= person.identifier;
    plan.dealId ??= deal.id;
    if (profiles.whenEmailRemoved !== 'unsubscribe') plan.warnings.push(warningOf(contact, kept));
    else if (identifyBy === 'email' && person.attributes?.unsubscribed !== true)
      addUnsubscribe(plan, person, contact, deal, readAt);
  }
}

function keptEmail({ attributes }: KnownPerson, { whenEmailRemoved }: Rules['profiles']): string | null {
  const email = attributes?.email;
  return whenEmailRemoved === 'keep' && typeof email === 'string' && email !== '' ? email : null;
}

/** The email that this plan clears at Customer.io; null where it clears none. */
function clearedEmail(
  { attributes }: KnownPerson,
  identifyBy: Rules['identifyBy'],
  { whenEmailRemoved }: Rules['profiles'],
): string | null {
  const email = attributes?.email;
  const isCleared = identifyBy === 'contact_id' && whenEmailRemoved === 'clear';
  return isCleared && typeof email === 'string' && email !== '' ? email : null;
}

/** Customer.io documents the removal by an empty text for objects only, and says nothing where it keeps the address. */
function clearedText({ name, id }: Contact, email: string): string {
  return `${name || `Contact ${id}`} has no email in Kommo any more, so ${email} is removed from the person in Customer.io (person.when_email_removed). If Customer.io still shows it there, remove it by hand.`;
}

function warningOf({ name, id }: Contact, email: string): string {
  return `${name || `Contact ${id}`} has no email in Kommo any more, but Customer.io still has ${email} and can write to it. Unsubscribe or delete the person there if the client asked for that (or set person.when_email_removed).`;
}

/** The attributes remember it, so that it is sent once. */
function addUnsubscribe(plan: Plan, person: KnownPerson, contact: Contact, deal: Deal, readAt: number): void {
  const { key, identifier } = person;
  const action = {
    kind: 'identify',
    person: identifier!,
    attributes: { unsubscribed: true },
    timestamp: readAt,
  } as const;
  plan.actions.push({ action, after: null });
  plan.effects.push({
    kind: 'identified',
    key,
    person: identifier!,
    email: null,
    contactId: contact.id,
    dealId: deal.id,
    attributes: { ...person.attributes, unsubscribed: true },
  });
}
