import type { Contact } from '../entities.ts';
import { contactsOf, currentContacts } from './names.ts';
import type { KnownPerson } from './person-types.ts';

/**
 * The contact through which a person is on a deal, for `contact.*` in texts: the person's own, never another one's. A
 * person without a known contact is the deal's main contact.
 */
export function contactOf(person: KnownPerson | undefined, contacts: Contact[]): Contact | null {
  const own = person ? contactsOf(person) : [];
  if (own.length === 0) return contacts[0] ?? null;
  const current = person ? currentContacts(person) : [];
  const isCurrent = contacts.find(({ id }) => current.includes(id));
  return (
    isCurrent ?? (current.length === 0 ? contacts.find(({ id }) => own.includes(id)) : undefined) ?? null
  );
}
