import { type Account, linkContacts, settleIncoming } from './account.ts';
import { fieldEvents, leadEvents, tagEvents } from './events-log.ts';
import { type By, bare, log, logLinks } from './history.ts';
import type { Company, Contact, CustomValue, Lead, Tag } from './model.ts';

/** Times of an import; Kommo takes them from whoever writes them. */
interface Stamps {
  id?: number;
  created_by?: number;
  created_at?: number;
  updated_at?: number;
}

type Changes<T, Keys extends keyof T> = { [Key in Keys]?: T[Key] | undefined };

export type LeadEdit = Changes<
  Lead,
  'name' | 'price' | 'status_id' | 'pipeline_id' | 'responsible_user_id' | 'loss_reason_id' | 'closed_at'
> & { custom?: CustomValue[]; tags?: Tag[]; contact_ids?: number[]; company_id?: number | null } & Stamps;

export type PersonEdit = Changes<Contact, 'name' | 'first_name' | 'last_name' | 'responsible_user_id'> & {
  custom?: CustomValue[];
  tags?: Tag[];
  company_id?: number | null;
} & Stamps;

export const defined = <T extends object>(edit: T): Partial<T> =>
  Object.fromEntries(Object.entries(edit).filter(([, value]) => value !== undefined)) as Partial<T>;

/** The stored values after a write: a field that was given replaces its whole set, others stay. */
export function mergeCustom(old: CustomValue[], given: CustomValue[]): CustomValue[] {
  const fresh = new Map(given.map((one) => [one.field_id, one]));
  const kept = old.map((one) => fresh.get(one.field_id) ?? one);
  const added = [...fresh.values()].filter((one) => !old.some((other) => other.field_id === one.field_id));
  return [...kept, ...added].filter((one) => one.values.length > 0);
}

function fresh(account: Account, edit: LeadEdit | PersonEdit, by: By) {
  const at = account.seconds();
  return {
    id: edit.id ?? account.nextId(),
    responsible_user_id: edit.responsible_user_id ?? account.tokenUser.id,
    created_by: edit.created_by ?? by,
    updated_by: by,
    created_at: edit.created_at ?? at,
    updated_at: edit.updated_at ?? at,
    is_deleted: false,
    custom: mergeCustom([], edit.custom ?? []),
    tags: edit.tags ?? [],
  };
}

export const isClosed = (statusId: number): boolean => statusId === 142 || statusId === 143;

/** Stores a new lead and writes its history; no webhook follows. */
export function storeLead(
  account: Account,
  edit: LeadEdit & { pipeline_id: number; status_id: number },
  by: By,
): Lead {
  const base = fresh(account, edit, by);
  const lead: Lead = {
    ...base,
    name: edit.name || `Lead #${base.id}`,
    price: edit.price ?? 0,
    status_id: edit.status_id,
    pipeline_id: edit.pipeline_id,
    loss_reason_id: edit.loss_reason_id ?? null,
    closed_at: edit.closed_at ?? (isClosed(edit.status_id) ? base.created_at : null),
    contact_ids: [],
    company_id: edit.company_id ?? null,
  };
  account.leads.set(lead.id, lead);
  linkContacts(account, lead, edit.contact_ids ?? []);
  log(account, 'lead', lead.id, by, bare('lead_added', [{ note: { id: account.nextId() } }]));
  logLinks(account, lead.id, [], lead.contact_ids, by);
  return lead;
}

export function addLead(
  account: Account,
  edit: LeadEdit & { pipeline_id: number; status_id: number },
  by: By,
): Lead {
  const lead = storeLead(account, edit, by);
  account.emit({ kind: 'lead_added', lead: { ...lead }, by, at: account.seconds() });
  return lead;
}

const same = (one: object, other: object): boolean => JSON.stringify(one) === JSON.stringify(other);

/** What a lead would be after an edit, without its time stamps. */
function edited(lead: Lead, edit: LeadEdit): Lead {
  const { custom, contact_ids, id: _id, updated_at: _at, created_by: _by, ...plain } = edit;
  const after = { ...lead, ...defined(plain) };
  if (custom) after.custom = mergeCustom(lead.custom, custom);
  if (contact_ids) after.contact_ids = [...new Set(contact_ids)];
  return after;
}

const isOnlyLinked = (before: Lead, after: Lead): boolean =>
  !same(before.contact_ids, after.contact_ids) && same({ ...before, contact_ids: after.contact_ids }, after);

/** Which webhooks follow a link is not documented, so it is a switch. */
function emitLinks(account: Account, before: Lead, lead: Lead, by: By): void {
  const { linkHooks } = account.settings.switches;
  if (linkHooks === 'none') return;
  const at = account.seconds();
  account.emit({ kind: 'lead_updated', lead: { ...lead }, by, at });
  if (linkHooks === 'lead') return;
  for (const id of new Set([...before.contact_ids, ...lead.contact_ids])) {
    const contact = account.contacts.get(id);
    const stayed = before.contact_ids.includes(id) && lead.contact_ids.includes(id);
    if (contact && !stayed) account.emit({ kind: 'contact_updated', contact: { ...contact }, by, at });
  }
}

/** Edits a lead, and emits the webhooks for the move or the edit, and for a new responsible user. */
export function editLead(account: Account, lead: Lead, edit: LeadEdit, by: By): Lead {
  const before = { ...lead };
  const after = edited(lead, edit);
  if (same(before, after) && !account.settings.switches.hookOnUnchanged) return lead;
  const at = account.seconds();
  const moved = before.status_id !== after.status_id || before.pipeline_id !== after.pipeline_id;
  if (moved && edit.closed_at === undefined) after.closed_at = isClosed(after.status_id) ? at : null;
  if (moved && after.status_id !== 143) after.loss_reason_id = null;
  linkContacts(account, lead, after.contact_ids);
  Object.assign(lead, after, { updated_at: edit.updated_at ?? at, updated_by: by });
  for (const event of leadEvents(before, lead, account.fields)) log(account, 'lead', lead.id, by, event);
  logLinks(account, lead.id, before.contact_ids, lead.contact_ids, by);
  if (moved) settleIncoming(account, lead);

  const from = { pipeline_id: before.pipeline_id, status_id: before.status_id };
  if (moved) account.emit({ kind: 'lead_moved', lead: { ...lead }, from, by, at });
  else if (isOnlyLinked(before, after)) emitLinks(account, before, lead, by);
  else account.emit({ kind: 'lead_updated', lead: { ...lead }, by, at });
  const old_responsible_user_id = before.responsible_user_id;
  if (old_responsible_user_id !== lead.responsible_user_id)
    account.emit({ kind: 'lead_responsible', lead: { ...lead }, old_responsible_user_id, by, at });
  return lead;
}

export function setLeadDeleted(account: Account, lead: Lead, deleted: boolean, by: By): void {
  if (lead.is_deleted === deleted) return;
  const at = account.seconds();
  Object.assign(lead, { is_deleted: deleted, updated_at: at, updated_by: by });
  log(account, 'lead', lead.id, by, bare(deleted ? 'lead_deleted' : 'lead_restored'));
  account.emit({ kind: deleted ? 'lead_deleted' : 'lead_restored', lead: { ...lead }, by, at });
}

/** Stores a new contact and writes its history; no webhook follows. */
export function storeContact(account: Account, edit: PersonEdit, by: By): Contact {
  const first_name = edit.first_name ?? (edit.last_name === undefined ? (edit.name ?? '') : '');
  const last_name = edit.last_name ?? '';
  const name = edit.name ?? `${first_name} ${last_name}`.trim();
  const base = fresh(account, edit, by);
  const contact: Contact = { ...base, name, first_name, last_name, company_id: edit.company_id ?? null };
  account.contacts.set(contact.id, contact);
  log(account, 'contact', contact.id, by, bare('contact_added', [{ note: { id: account.nextId() } }]));
  return contact;
}

export function addContact(account: Account, edit: PersonEdit, by: By): Contact {
  const contact = storeContact(account, edit, by);
  account.emit({ kind: 'contact_added', contact: { ...contact }, by, at: account.seconds() });
  return contact;
}

export function addCompany(account: Account, edit: PersonEdit, by: By): Company {
  const company: Company = { ...fresh(account, edit, by), name: edit.name ?? '' };
  account.companies.set(company.id, company);
  log(account, 'company', company.id, by, bare('company_added', [{ note: { id: account.nextId() } }]));
  account.emit({ kind: 'company_added', company: { ...company }, by, at: account.seconds() });
  return company;
}

/** Changes the entity in place; undefined when nothing changed, else the responsible user before. */
function editPerson<T extends Contact | Company>(
  account: Account,
  kind: 'contact' | 'company',
  one: T,
  edit: PersonEdit,
  by: By,
): { before: T } | undefined {
  const before = { ...one };
  const { custom, id: _id, updated_at: _at, created_by: _by, ...plain } = edit;
  const after = { ...one, ...defined(plain), custom: mergeCustom(one.custom, custom ?? []) };
  if (same(before, after) && !account.settings.switches.hookOnUnchanged) return undefined;
  Object.assign(one, after, { updated_at: edit.updated_at ?? account.seconds(), updated_by: by });
  const events = [...tagEvents(before, one), ...fieldEvents(before.custom, one.custom, account.fields)];
  for (const event of events) log(account, kind, one.id, by, event);
  return { before };
}

const oldResponsible = (before: Contact | Company, after: Contact | Company) =>
  before.responsible_user_id === after.responsible_user_id
    ? {}
    : { old_responsible_user_id: before.responsible_user_id };

export function editContact(account: Account, contact: Contact, edit: PersonEdit, by: By): Contact {
  const renamed = edit.name === undefined && (edit.first_name ?? edit.last_name) !== undefined;
  const first = edit.first_name ?? contact.first_name;
  const last = edit.last_name ?? contact.last_name;
  const name = renamed ? `${first} ${last}`.trim() : edit.name;
  const done = editPerson(account, 'contact', contact, { ...edit, name }, by);
  if (!done) return contact;
  const old = oldResponsible(done.before, contact);
  account.emit({ kind: 'contact_updated', contact: { ...contact }, ...old, by, at: account.seconds() });
  return contact;
}

export function editCompany(account: Account, company: Company, edit: PersonEdit, by: By): Company {
  const { first_name: _first, last_name: _last, company_id: _company, ...own } = edit;
  const done = editPerson(account, 'company', company, own, by);
  if (!done) return company;
  const old = oldResponsible(done.before, company);
  account.emit({ kind: 'company_updated', company: { ...company }, ...old, by, at: account.seconds() });
  return company;
}

export function setContactDeleted(account: Account, contact: Contact, deleted: boolean, by: By): void {
  if (contact.is_deleted === deleted) return;
  const at = account.seconds();
  Object.assign(contact, { is_deleted: deleted, updated_at: at, updated_by: by });
  const kind = deleted ? 'contact_deleted' : 'contact_restored';
  log(account, 'contact', contact.id, by, bare(kind));
  account.emit({ kind, contact: { ...contact }, by, at });
}

export const listKey = (kind: string, id: number): string => `${kind}/${id}`;
