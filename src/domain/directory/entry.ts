import { addressesOf } from '../address.ts';
import type { Contact } from '../entities.ts';

/** A contact of the Kommo account as the directory keeps it. */
export interface DirectoryEntry {
  contactId: number;
  /** In their normal form, each once; empty where the contact has no valid address. */
  addresses: string[];
  /** The newest of the contact's deals, newest first. */
  dealIds: number[];
}

/** The most deals kept for a contact. Ids grow with time, so the open deals of a regular customer are among the newest. */
const MAX_DEALS = 20;

/** @param contact read with its deals. */
export function entryOf({ id, emails, dealIds }: Pick<Contact, 'id' | 'emails' | 'dealIds'>): DirectoryEntry {
  return {
    contactId: id,
    addresses: [...new Set(emails.flatMap(addressesOf))],
    dealIds: [...new Set(dealIds)].sort((a, b) => b - a).slice(0, MAX_DEALS),
  };
}
