import type { Contact, Json } from './entities.ts';
import { maySubscribe } from './opt-out.ts';
import type { TextRenderer } from './rules/render-text.ts';
import type { Rules } from './rules/rules.ts';
import { type DealView, dealScope, evaluate } from './rules/values.ts';

/** A contact as a person to identify at Customer.io. */
export interface Person {
  /** The identifier at Customer.io: the email address or the contact's id, as `identify_by` says. */
  person: string;
  email: string | null;
  contact: Contact;
}

/**
 * An email address in the form used for comparisons: trimmed, in lower case (Customer.io ignores case) and without a
 * display name. Null where the text is not an email address.
 */
export function normalizeEmail(text: string): string | null {
  const bare = /<([^<>]+)>\s*$/.exec(text)?.[1] ?? text;
  const email = bare.trim().toLowerCase();
  return /^[^\s@<>,;\p{Cc}]+@[^\s@<>,;\p{Cc}]+$/u.test(email) && Buffer.byteLength(email) <= 150
    ? email
    : null;
}

/** The contacts of a deal to identify at Customer.io, and the reasons why others are left out. */
export function peopleOf(contacts: Contact[], rules: Rules): { people: Person[]; reasons: string[] } {
  const people: Person[] = [];
  const reasons: string[] = [];
  for (const contact of rules.contacts === 'main' ? contacts.slice(0, 1) : contacts) {
    const email = contact.emails.map(normalizeEmail).find((candidate) => candidate !== null) ?? null;
    const person = rules.identifyBy === 'email' ? email : String(contact.id);
    const name = `Contact ${contact.name || contact.id}`;
    if (person !== null && !people.some((other) => other.person === person))
      people.push({ person, email, contact });
    else if (person !== null) reasons.push(`${name} has the same email as another contact of the deal.`);
    else if (contact.emails.length === 0) reasons.push(`${name} has no email.`);
    else reasons.push(`${name} has no valid email: "${contact.emails[0]}".`);
  }
  if (contacts.length === 0) reasons.push('The deal has no contact.');
  return { people, reasons };
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
  if (rules.identifyBy === 'contact_id' && person.email !== null) attributes.email = person.email;
  for (const [name, source] of Object.entries(rules.attributes)) {
    const value = evaluate(source, scope, texts, `The attribute "${name}"`);
    if (maySubscribe(name, value)) continue;
    if (!isEmpty(value)) attributes[name] = value;
    else if (known !== null && !isEmpty(known[name] ?? null)) attributes[name] = '';
  }
  return attributes;
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
