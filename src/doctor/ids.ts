import type { RuleContents } from '../config/index.ts';
import type { AppClient } from '../customerio/index.ts';
import { addressesOf } from '../domain/address.ts';
import { DeliveryError } from '../domain/errors.ts';
import type { KommoClient } from '../kommo/index.ts';
import { fromError, ok, skipped, type Verdict, warning } from './finding.ts';

/** One call of the App API takes so many ids. */
const SAMPLE = 100;
const SHOWN = 3;

export interface IdsCheck {
  kommo: Pick<KommoClient, 'contactsPage'>;
  app: Pick<AppClient, 'attributesOfMany'> | null;
  person: RuleContents['person'];
  signal: AbortSignal;
}

/**
 * Whether ids of contacts name other people at Customer.io: the product may identify its users by numbers, too. Nothing
 * where the email is the identity.
 */
export async function checkIds({ kommo, app, person, signal }: IdsCheck): Promise<Verdict[]> {
  if (person.identifyBy !== 'contact_id') return [];
  const prefix = person.profiles.idPrefix;
  if (!app) {
    const text =
      'Whether IDs of contacts belong to other people in Customer.io is not checked: no App API key';
    return [prefix === '' ? skipped(text) : ok(`Contact IDs have the prefix ${prefix}`)];
  }
  try {
    const { contacts } = await kommo.contactsPage({ page: 1, updatedSince: null }, { signal });
    const sample = new Map(
      contacts.slice(0, SAMPLE).map(({ contact }) => [`${prefix}${contact.id}`, contact]),
    );
    const people = await app.attributesOfMany([...sample.keys()]);
    const others = people.flatMap(({ id, email, attributes }) => {
      const contact = id === null ? undefined : sample.get(id);
      const [address] = addressesOf(email ?? String(attributes.email ?? ''));
      if (!contact || address === undefined) return [];
      const own = contact.emails.flatMap(addressesOf);
      return own.length > 0 && !own.includes(address) ? [`${id} is ${address}`] : [];
    });
    return [verdictOf(others, sample.size)];
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    return [fromError(error)];
  }
}

function verdictOf(others: string[], checked: number): Verdict {
  if (others.length === 0) return ok(`No ID of ${checked} contacts belongs to somebody else in Customer.io`);
  const shown = others.slice(0, SHOWN).join(', ') + (others.length > SHOWN ? ', …' : '');
  return warning(
    `${others.length} of ${checked} contact IDs belong to people with other emails in Customer.io: ${shown}`,
    'If your product identifies its users by numbers, write person.id_prefix: "kommo-".',
  );
}
