import type { Account } from './account.ts';
import { editLead } from './edits.ts';
import type { By } from './history.ts';
import type { Lead } from './model.ts';

/** Links a contact; a main contact comes first, as Kommo shows it. The first of a lead is its main contact. */
export function linkContact(account: Account, lead: Lead, contactId: number, isMain: boolean, by: By): Lead {
  const others = lead.contact_ids.filter((id) => id !== contactId);
  const kept = lead.contact_ids.includes(contactId) ? lead.contact_ids : [...others, contactId];
  return editLead(account, lead, { contact_ids: isMain ? [contactId, ...others] : kept }, by);
}

/** Unlinks a contact; where it was the main one, the next takes its place. */
export function unlinkContact(account: Account, lead: Lead, contactId: number, by: By): Lead {
  return editLead(account, lead, { contact_ids: lead.contact_ids.filter((id) => id !== contactId) }, by);
}
