import { type Account, linkContacts } from './account.ts';
import { mergeCustom } from './edits.ts';
import { type By, bare, log } from './history.ts';
import type { Contact, CustomValue, Lead, Tag } from './model.ts';

type Merged = { custom: CustomValue[]; tags: Tag[] };

/** What the survivor has after a merge: its own values, what it lacks, and every phone and email of both. */
function union(account: Account, survivor: Merged, gone: Merged): Merged {
  const several = (fieldId: number) =>
    account.fields.some((field) => field.id === fieldId && field.type === 'multitext');
  const added = gone.custom.flatMap(({ field_id, values }) => {
    const own = survivor.custom.find((one) => one.field_id === field_id)?.values;
    if (own && !several(field_id)) return [];
    const known = new Set(own?.map(({ value }) => value));
    return [{ field_id, values: [...(own ?? []), ...values.filter(({ value }) => !known.has(value))] }];
  });
  const names = new Set(survivor.tags.map(({ name }) => name));
  return {
    custom: mergeCustom(survivor.custom, added),
    tags: [...survivor.tags, ...gone.tags.filter(({ name }) => !names.has(name))],
  };
}

/**
 * Merges a contact into another: the survivor takes its place on every deal, and calls for the one that is gone are
 * 204 from then on. The history says `entity_merged` of the survivor and no deletion (public client code).
 */
export function mergeContacts(account: Account, survivor: Contact, gone: Contact, by: By): Contact {
  const at = account.seconds();
  const leadIds = [...(account.leadsOf.get(gone.id) ?? [])];
  for (const lead of leadIds.map((id) => account.leads.get(id)!)) {
    const ids = lead.contact_ids.map((id) => (id === gone.id ? survivor.id : id));
    linkContacts(account, lead, ids);
  }
  Object.assign(survivor, union(account, survivor, gone), { updated_at: at, updated_by: by });
  account.contacts.delete(gone.id);
  account.leadsOf.delete(gone.id);
  log(account, 'contact', survivor.id, by, bare('entity_merged'));
  for (const id of leadIds)
    log(
      account,
      'contact',
      survivor.id,
      by,
      bare('entity_linked', [{ link: { entity: { type: 'lead', id } } }]),
    );
  const { mergeHooks } = account.settings.switches;
  if (mergeHooks === 'delete_and_update')
    account.emit({ kind: 'contact_deleted', contact: { ...gone, is_deleted: true }, by, at });
  if (mergeHooks !== 'none') account.emit({ kind: 'contact_updated', contact: { ...survivor }, by, at });
  return survivor;
}

/** Merges a deal into another: contacts and what the survivor lacks go over, its stage and price stay. */
export function mergeLeads(account: Account, survivor: Lead, gone: Lead, by: By): Lead {
  const at = account.seconds();
  const contactIds = [...survivor.contact_ids, ...gone.contact_ids];
  linkContacts(account, gone, []);
  linkContacts(account, survivor, contactIds);
  Object.assign(survivor, union(account, survivor, gone), { updated_at: at, updated_by: by });
  account.leads.delete(gone.id);
  log(account, 'lead', survivor.id, by, bare('entity_merged'));
  const { mergeHooks } = account.settings.switches;
  if (mergeHooks === 'delete_and_update')
    account.emit({ kind: 'lead_deleted', lead: { ...gone, is_deleted: true }, by, at });
  if (mergeHooks !== 'none') account.emit({ kind: 'lead_updated', lead: { ...survivor }, by, at });
  return survivor;
}
