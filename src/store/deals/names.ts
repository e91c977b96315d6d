import { sql } from 'kysely';
import { addressesOf } from '../../domain/address.ts';
import type { Json } from '../../domain/entities.ts';
import type { DealRecord, RecordedContact } from '../../domain/search/deal-record.ts';
import { anyOf, type Db } from '../database/database.ts';
import { dealRecords } from './deals.ts';

/** An event or an action, as far as it names a deal and a person. */
export interface Named {
  deal_id: number | null;
  /** An identifier or an address. */
  person: string | null;
}

/** The names by which people know a deal and its client; null where they were not read. */
export interface DisplayNames {
  deal: string | null;
  client: string | null;
}

export const NO_NAMES: DisplayNames = { deal: null, client: null };

/** Names of a list, read in two statements. @returns the names of each row */
export async function loadNames(
  db: Db,
  connection: string,
  rows: readonly Named[],
): Promise<(row: Named) => DisplayNames> {
  const dealIds = new Set(rows.map((row) => row.deal_id).filter((id) => id !== null));
  const persons = new Set(rows.map(({ person }) => person).filter((person) => person !== null));
  const deals = await dealRecords(db, connection, [...dealIds]);
  const clients = await clientNames(db, connection, [...persons]);
  return ({ deal_id, person }) => {
    const record = deal_id === null ? undefined : deals.get(deal_id);
    return { deal: record?.name.trim() || null, client: clientName(person, record, clients) };
  };
}

/** As `loadNames`, for rows of several connections. */
export async function loadNamesOfAll(
  db: Db,
  rows: readonly (Named & { connection: string })[],
): Promise<(row: Named & { connection: string }) => DisplayNames> {
  const loaded = new Map<string, (row: Named) => DisplayNames>();
  for (const connection of new Set(rows.map((row) => row.connection))) {
    const own = rows.filter((row) => row.connection === connection);
    loaded.set(connection, await loadNames(db, connection, own));
  }
  return (row) => loaded.get(row.connection)?.(row) ?? NO_NAMES;
}

/** The contact of the deal with this address, else the recorded person; where nobody is named, the main contact. */
function clientName(
  person: string | null,
  record: DealRecord | undefined,
  clients: ReadonlyMap<string, string>,
): string | null {
  const contacts = record?.contacts ?? [];
  if (person === null) return contacts[0]?.name.trim() || null;
  const own = contacts.find((contact) => hasAddress(contact, person));
  return own?.name.trim() || (clients.get(person) ?? null);
}

function hasAddress({ emails }: RecordedContact, address: string): boolean {
  return emails.some((email) => email === address || addressesOf(email).includes(address));
}

interface PersonNames {
  identifier: string | null;
  email: string | null;
  contact_id: number | null;
  attributes: Record<string, Json> | null;
  contacts: RecordedContact[] | null;
}

/** By identifier and by address. */
async function clientNames(db: Db, connection: string, persons: string[]): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  if (persons.length === 0) return names;
  const { rows } = await sql<PersonNames>`
    select p.identifier, p.email, p.contact_id, p.attributes, d.contacts from (
      select person from persons where connection = ${connection} and identifier = ${anyOf(persons, 'text')}
      union select person from persons where connection = ${connection} and email = ${anyOf(persons, 'text')}
    ) found
    join persons p on p.connection = ${connection} and p.person = found.person
    left join deals d on d.connection = ${connection} and d.deal_id = p.deal_id
  `.execute(db);
  for (const row of rows) {
    const name = nameOf(row);
    if (name === null) continue;
    for (const key of [row.email, row.identifier]) if (key !== null) names.set(key, name);
  }
  return names;
}

function nameOf({ email, contact_id, attributes, contacts }: PersonNames): string | null {
  const contact = contacts?.find(
    (one) => one.id === contact_id || (email !== null && hasAddress(one, email)),
  );
  const sent = [attributes?.name, attributes?.first_name];
  const texts = [contact?.name, ...sent].filter((name): name is string => typeof name === 'string');
  return texts.find((name) => name.trim() !== '')?.trim() ?? null;
}
