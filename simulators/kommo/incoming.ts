import { createHash } from 'node:crypto';
import {
  type Account,
  findPipeline,
  firstStage,
  linkContacts,
  mainPipeline,
  settleIncoming,
} from './account.ts';
import { type LeadEdit, type PersonEdit, storeContact, storeLead } from './edits.ts';
import { leadEvents } from './events-log.ts';
import { type By, bare, log } from './history.ts';
import { linkContact } from './links.ts';
import { mergeContacts } from './merges.ts';
import type { IncomingLead, Lead } from './model.ts';

export interface NewIncoming {
  lead: LeadEdit;
  contact?: PersonEdit | undefined;
  pipeline_id?: number | undefined;
  category: IncomingLead['category'];
  source_uid: string | null;
  source_name: string;
  created_at?: number | undefined;
  metadata: Record<string, unknown>;
}

/** Stores an incoming lead: a deal in the type 1 stage, and its contact, which nobody sees until it is accepted. */
export function addIncoming(account: Account, fresh: NewIncoming, by: By): IncomingLead {
  const pipeline = (fresh.pipeline_id && findPipeline(account, fresh.pipeline_id)) || mainPipeline(account);
  const stage = pipeline.stages.find(({ type }) => type === 1);
  if (!stage) throw new Error(`The pipeline "${pipeline.name}" takes no incoming leads.`);
  const contact = fresh.contact && storeContact(account, fresh.contact, by);
  if (contact) contact.is_unsorted = true;
  const contact_ids = contact ? [contact.id] : [];
  const place = { pipeline_id: pipeline.id, status_id: stage.id, contact_ids };
  const lead = storeLead(account, { ...fresh.lead, ...place }, by);
  const uid = createHash('md5').update(`${account.settings.account.id}/${lead.id}`).digest('hex');
  const { category, source_uid, source_name, metadata } = fresh;
  const created_at = fresh.created_at ?? account.seconds();
  const about = { category, source_uid, source_name, metadata, created_at, contact_ids };
  const incoming: IncomingLead = { uid, ...about, pipeline_id: pipeline.id, lead_id: lead.id };
  account.incoming.set(uid, incoming);
  const at = account.seconds();
  if (account.settings.switches.incomingLeadAddHook)
    account.emit({ kind: 'lead_added', lead: { ...lead }, by, at });
  account.emit({ kind: 'incoming_lead_added', incoming, by, at });
  return incoming;
}

/**
 * Accepting puts the deal into a stage. The history has a change of stage; which webhook of the deal comes with
 * `unsorted[delete]`, if any, is a switch.
 */
export function acceptIncoming(
  account: Account,
  incoming: IncomingLead,
  stageId: number | undefined,
  by: By,
): Lead {
  const lead = account.leads.get(incoming.lead_id)!;
  const pipeline = findPipeline(account, incoming.pipeline_id)!;
  const before = { ...lead };
  const at = account.seconds();
  const status_id = stageId ?? firstStage(pipeline).id;
  Object.assign(lead, { status_id, updated_at: at, updated_by: by });
  account.decisions.push({ incoming, accepted: true, at });
  settleIncoming(account, lead);
  for (const event of leadEvents(before, lead, account.fields)) log(account, 'lead', lead.id, by, event);
  account.emit({ kind: 'incoming_lead_accepted', incoming, by, at });
  const { acceptedLeadHooks } = account.settings.switches;
  const from = { pipeline_id: before.pipeline_id, status_id: before.status_id };
  if (acceptedLeadHooks === 'add') account.emit({ kind: 'lead_added', lead: { ...lead }, by, at });
  if (acceptedLeadHooks === 'status') account.emit({ kind: 'lead_moved', lead: { ...lead }, from, by, at });
  return lead;
}

/**
 * Linking brings the contact of an incoming lead to a deal that exists, merged into a contact where one is named. The deal of the
 * incoming lead goes to the bin, as it does when it is declined. Which webhook follows is not documented: none does.
 * @returns the contacts that came to the deal
 */
export function linkIncoming(
  account: Account,
  incoming: IncomingLead,
  { dealId, contactId }: { dealId: number; contactId: number | undefined },
  by: By,
): number[] {
  const gone = account.leads.get(incoming.lead_id)!;
  account.decisions.push({ incoming, accepted: true, at: account.seconds() });
  settleIncoming(account, gone);
  const contacts = incoming.contact_ids.map((id) => account.contacts.get(id)!);
  linkContacts(account, gone, []);
  Object.assign(gone, { is_deleted: true, updated_at: account.seconds(), updated_by: by });
  log(account, 'lead', gone.id, by, bare('lead_deleted'));
  const survivor = contactId === undefined ? undefined : account.contacts.get(contactId)!;
  const come = contacts.map((contact) =>
    survivor ? mergeContacts(account, survivor, contact, by) : contact,
  );
  for (const { id } of come) linkContact(account, account.leads.get(dealId)!, id, false, by);
  return come.map(({ id }) => id);
}

/** Declining puts the deal into the bin; its contact was never one. No webhook speaks of the deal. */
export function declineIncoming(account: Account, incoming: IncomingLead, by: By): void {
  const lead = account.leads.get(incoming.lead_id)!;
  const at = account.seconds();
  account.decisions.push({ incoming, accepted: false, at });
  account.incoming.delete(incoming.uid);
  Object.assign(lead, { is_deleted: true, updated_at: at, updated_by: by });
  log(account, 'lead', lead.id, by, bare('lead_deleted'));
  account.emit({ kind: 'incoming_lead_declined', incoming, by, at });
}
