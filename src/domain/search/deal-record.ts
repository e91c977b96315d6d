import type { StageRef } from '../entities.ts';
import type { DealContext } from '../plan/plan-types.ts';
import { searchTerms } from './terms.ts';

/** A contact of a deal by name. */
export interface RecordedContact {
  id: number;
  name: string;
  emails: string[];
}

/** A deal with the names by which people know it, as it was last read from Kommo. */
export interface DealRecord {
  dealId: number;
  name: string;
  stage: StageRef;
  companyId: number | null;
  /** Null where there is none, or where it was not read yet. */
  company: string | null;
  /** Those that were read, the main contact first. */
  contacts: RecordedContact[];
}

/** The contacts of a deal that are recorded by name. */
const MAX_CONTACTS = 5;

/**
 * The record after a reading. A decision that needs no contact or company does not read them, and their names of an earlier
 * reading stay. Null for a deal that Kommo does not have.
 */
export function dealRecord({ deal, contacts, company }: DealContext, before?: DealRecord): DealRecord | null {
  if (deal === null) return null;
  const { id: dealId, name, stage, companyId } = deal;
  const read = new Map(
    contacts.map(({ id, name, emails }) => [id, { id, name, emails: emails.slice(0, 5) }]),
  );
  const recorded = new Map(before?.contacts.map((contact) => [contact.id, contact]));
  const own = deal.contactIds.flatMap((id) => read.get(id) ?? recorded.get(id) ?? []).slice(0, MAX_CONTACTS);
  const isSameCompany = companyId !== null && before?.companyId === companyId;
  return {
    ...{ dealId, name, stage, companyId },
    company: company?.name ?? (isSameCompany ? before.company : null),
    contacts: own,
  };
}

/** All texts by which the deal is found. */
export function searchedTexts({ name, company, contacts }: DealRecord): string[] {
  return [name, company ?? '', ...contacts.flatMap((contact) => [contact.name, ...contact.emails])];
}

export function termsOf(record: DealRecord): string[] {
  return searchTerms(searchedTexts(record));
}

/** The name of the client: that of the main contact. Null where no contact with a name was read. */
export function clientOf({ contacts }: Pick<DealRecord, 'contacts'>): string | null {
  return contacts[0]?.name.trim() || null;
}
