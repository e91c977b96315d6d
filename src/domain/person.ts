import { en } from '../languages/en.ts';
import { oneLine } from '../lib/one-line.ts';
import { addressesOf, addressOf } from './address.ts';
import { maySubscribe } from './consent/may-subscribe.ts';
import type { Contact, Json } from './entities.ts';
import { contactsOf, currentContacts } from './people/names.ts';
import { identityOf } from './people/observe.ts';
import type { KnownPerson } from './people/person-types.ts';
import type { DealContext } from './plan/plan-types.ts';
import type { TextRenderer } from './rules/render-text.ts';
import type { Rules } from './rules/rules.ts';
import { type DealView, dealScope, evaluate } from './rules/values.ts';

/** A contact as a person to identify at Customer.io. */
export interface Person {
  /** The key of the person's record. */
  key: string;
  /** The identifier at Customer.io: the email address or the contact's id, as `identify_by` says. */
  person: string;
  email: string | null;
  contact: Contact;
}

export interface DealPeople {
  people: Person[];
  /** Why contacts are left out. */
  reasons: string[];
  warnings: string[];
}

/**
 * The contacts of a deal to identify at Customer.io. Where only the main contact is wanted and it cannot be read, the next
 * one with an email takes its place.
 * @param known the records of the deal's people
 */
export function peopleOf(
  { contacts, missingContacts = [] }: Pick<DealContext, 'contacts'> & Partial<DealContext>,
  rules: Pick<Rules, 'contacts' | 'identifyBy' | 'profiles'>,
  known: readonly KnownPerson[] = [],
): DealPeople {
  const people: Person[] = [];
  const reasons: string[] = [];
  const warnings: string[] = [];
  for (const contact of contactsToSend(contacts, missingContacts, rules)) {
    const record = recordOf(contact, known);
    const { email, problem, warning } = emailOf(contact, rules.identifyBy === 'email' ? record : undefined);
    const person =
      rules.identifyBy === 'email' ? email : contactIdentifier(contact, record, rules.profiles.idPrefix);
    const name = `Contact ${contact.name || contact.id}`;
    if (person === null) reasons.push(`${name} ${problem}.`);
    else if (people.some((other) => other.person === person))
      reasons.push(`${name} has the same email as another contact of the deal.`);
    else {
      people.push({ key: record?.key ?? person, person, email, contact });
      if (warning !== null) warnings.push(`${name}: ${warning}.`);
    }
  }
  if (contacts.length === 0) reasons.push(en.reasons.noContact);
  return { people, reasons, warnings };
}

function contactsToSend(
  contacts: Contact[],
  missing: number[],
  { contacts: wanted }: Pick<Rules, 'contacts'>,
): Contact[] {
  if (wanted === 'all') return contacts;
  const hasEmail = ({ emails }: Contact) => emails.some((text) => addressOf(text).ok);
  const [main] = contacts;
  const taken = missing.length > 0 ? (contacts.find(hasEmail) ?? main) : main;
  return taken ? [taken] : [];
}

/** The record of a contact's person. */
function recordOf({ id, emails }: Contact, known: readonly KnownPerson[]): KnownPerson | undefined {
  const named = known.find((person) => currentContacts(person).includes(id));
  return named ?? known.find((person) => person.contactId === id) ?? withAddress(known, emails);
}

function withAddress(known: readonly KnownPerson[], emails: string[]): KnownPerson | undefined {
  const [address] = emails.flatMap(addressesOf);
  return address === undefined
    ? undefined
    : known.find(({ identifier, email }) => identifier === address || email === address);
}

/** Where contacts are the identity: the profile that Customer.io has of the person, as long as it is one of a contact. */
function contactIdentifier({ id }: Contact, record: KnownPerson | undefined, prefix: string): string {
  const own = record?.identifier ?? null;
  const isOfContact =
    own !== null && record && contactsOf(record).some((contact) => own === `${prefix}${contact}`);
  return isOfContact ? own : `${prefix}${id}`;
}

/**
 * The address that Customer.io has of the person, as long as the contact has it; else the contact's first address.
 * `problem` and `warning` continue a sentence about the contact.
 */
function emailOf(
  { emails }: Contact,
  record: KnownPerson | undefined,
): { email: string | null; problem: string; warning: string | null } {
  const email = identityOf(record, emails.flatMap(addressesOf));
  const text = emails.find((value) => addressOf(value).ok);
  if (email !== null && text !== undefined) {
    const [first, ...others] = addressesOf(text);
    const taken = email === first ? 'the first' : email;
    const warning = `the email "${oneLine(text, 200)}" holds several addresses; ${taken} was taken`;
    return { email, problem: '', warning: others.length > 0 ? warning : null };
  }
  const [first] = emails;
  if (first === undefined) return { email: null, problem: 'has no email', warning: null };
  const reading = addressOf(first);
  const reason = reading.ok ? '' : ` (${reading.reason})`;
  return { email: null, problem: `has no valid email: "${oneLine(first, 200)}"${reason}`, warning: null };
}

/**
 * The attributes to send to Customer.io for a person. Empty values are left out, except where `known` (the attributes
 * sent last) has a value: then an empty text clears it. A value that could subscribe somebody again is never sent.
 * @throws TemplateError
 */
export function attributesOf(
  person: Person,
  view: Omit<DealView, 'contact'>,
  rules: Rules,
  known: Record<string, Json> | null,
  texts: TextRenderer,
): Record<string, Json> {
  const scope = dealScope({ ...view, contact: person.contact });
  const attributes: Record<string, Json> = {};
  // A client who asks for it is taken off the list by deleting the address in Kommo.
  const former = known?.email ?? null;
  if (rules.identifyBy === 'contact_id' && person.email !== null) attributes.email = person.email;
  else if (rules.identifyBy === 'contact_id' && !isEmpty(former)) {
    const { whenEmailRemoved } = rules.profiles;
    attributes.email = whenEmailRemoved === 'clear' ? '' : former;
    if (whenEmailRemoved === 'unsubscribe') attributes.unsubscribed = true;
  }
  for (const [name, source] of Object.entries(rules.attributes)) {
    const evaluated = evaluate(source, scope, texts, `The attribute "${name}"`);
    const value = name === 'email' ? emailAttribute(evaluated) : evaluated;
    if (maySubscribe(name, value)) continue;
    if (!isEmpty(value)) attributes[name] = value;
    else if (known !== null && !isEmpty(known[name] ?? null)) attributes[name] = '';
  }
  return attributes;
}

/** Customer.io refuses the whole person where `email` is no address, so a text without one is left out. */
function emailAttribute(value: Json): Json {
  const texts = Array.isArray(value) ? value : [value];
  return texts.flatMap((text) => (typeof text === 'string' ? addressesOf(text) : []))[0] ?? null;
}

function isEmpty(value: Json): boolean {
  return value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

/** Whether the person at Customer.io already has these attributes. A missing one equals an empty one. */
export function sameAttributes(next: Record<string, Json>, known: Record<string, Json>): boolean {
  const names = new Set([...Object.keys(next), ...Object.keys(known)]);
  for (const name of names) {
    if (JSON.stringify(next[name] ?? '') !== JSON.stringify(known[name] ?? '')) return false;
  }
  return true;
}
