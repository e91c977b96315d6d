import { e164 } from '../lib/e164.ts';
import { oneLine } from '../lib/one-line.ts';
import type { Contact } from './entities.ts';

/**
 * The contact's first phone number that can be written in E.164, which SMS and WhatsApp at Customer.io require; where none can,
 * the first as it is in Kommo, with a warning.
 * @param country the account's, for numbers without a country code
 */
export function phoneOf(
  { phones, name, id }: Pick<Contact, 'phones' | 'name' | 'id'>,
  country: string | null,
): { phone: string | null; warning: string | null } {
  const [first] = phones;
  if (first === undefined) return { phone: null, warning: null };
  for (const text of phones) {
    const phone = e164(text, country);
    if (phone !== null) return { phone, warning: null };
  }
  const where =
    country === null
      ? 'the country of the Kommo account is not known'
      : `the account's country is ${country}`;
  const warning = `Contact ${name || id}: the phone "${oneLine(first, 100)}" is no number that can be written in E.164 (${where}); it was sent as it is.`;
  return { phone: first, warning };
}

/** The warning of `phoneOf` where one of these sources uses `contact.phone_e164`; else null. */
export function phoneWarning(
  contact: Contact,
  sources: readonly unknown[],
  country: string | null,
): string | null {
  const isUsed = sources.some((source) => typeof source === 'string' && source.includes('phone_e164'));
  return isUsed ? phoneOf(contact, country).warning : null;
}
