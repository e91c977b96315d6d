import { type Account, linkContacts } from './account.ts';
import { fieldEvents, leadEvents, type NewEvent } from './events-log.ts';
import type { Company, Contact, CustomValue, Lead, Note, Task } from './model.ts';
import { mergeCustom } from './validation.ts';

/** Who does something; 0 is a robot. */
type By = number;

export type LeadEdit = Partial<
  Pick<Lead, 'name' | 'price' | 'status_id' | 'pipeline_id' | 'responsible_user_id' | 'loss_reason_id' | 'tags'>
> & { custom?: CustomValue[]; contact_ids?: number[]; company_id?: number | null };

type Person = Contact | Company;
type PersonEdit = Partial<
  Pick<Contact, 'name' | 'first_name' | 'last_name' | 'responsible_user_id' | 'company_id' | 'tags'>
> & { custom?: CustomValue[] };

const defined = <T extends object>(edit: T): Partial<T> =>
  Object.fromEntries(Object.entries(edit).filter(([, value]) => value !== undefined)) as Partial<T>;

function log(
  account: Account,
  kind: 'lead' | 'contact' | 'company' | 'task',
  id: number,
  by: By,
  event: Omit<NewEvent, 'entity_id' | 'entity_type' | 'created_by' | 'created_at'>,
): void {
  const about = { entity_id: id, entity_type: kind, created_by: by, created_at: account.seconds() };
  account.events.add({ ...event, ...about });
}

const bare = (type: string, value_after: unknown[] = []) => ({ type, value_after, value_before: [] });

export function addLead(account: Account, edit: LeadEdit & { pipeline_id: number; status_id: number }, by: By): Lead {
  const at = account.seconds();
  const lead: Lead = {
    id: account.nextId(),
    name: edit.name ?? '',
    price: edit.price ?? 0,
    responsible_user_id: edit.responsible_user_id ?? account.tokenUser.id,
    status_id: edit.status_id,
    pipeline_id: edit.pipeline_id,
    loss_reason_id: edit.loss_reason_id ?? null,
    created_by: by,
    updated_by: by,
    created_at: at,
    updated_at: at,
    closed_at: isClosed(edit.status_id) ? at : null,
    is_deleted: false,
    custom: mergeCustom([], edit.custom ?? []),
    tags: edit.tags ?? [],
    contact_ids: [],
    company_id: edit.company_id ?? null,
  };
  if (lead.name === '') lead.name = `Lead #${lead.id}`;
  account.leads.set(lead.id, lead);
  linkContacts(account, lead, edit.contact_ids ?? []);
  log(account, 'lead', lead.id, by, bare('lead_added', [{ note: { id: account.nextId() } }]));
  account.tell({ kind: 'lead_added', lead: { ...lead }, by, at });
  return lead;
}

const isClosed = (statusId: number): boolean => statusId === 142 || statusId === 143;

/** Edits a lead, and tells of the move or of the edit, and of a new responsible user. */
export function editLead(account: Account, lead: Lead, edit: LeadEdit, by: By): Lead {
  const before = { ...lead };
  const at = account.seconds();
  const { custom, contact_ids, ...plain } = edit;
  Object.assign(lead, defined(plain), { updated_at: at, updated_by: by });
  if (custom) lead.custom = mergeCustom(lead.custom, custom);
  if (contact_ids) linkContacts(account, lead, contact_ids);
  const moved = before.status_id !== lead.status_id || before.pipeline_id !== lead.pipeline_id;
  if (moved) lead.closed_at = isClosed(lead.status_id) ? at : null;
  if (moved && lead.status_id !== 143) lead.loss_reason_id = null;
  for (const event of leadEvents(before, lead, account.fields)) log(account, 'lead', lead.id, by, event);

  const from = { pipeline_id: before.pipeline_id, status_id: before.status_id };
  if (moved) account.tell({ kind: 'lead_moved', lead: { ...lead }, from, by, at });
  else account.tell({ kind: 'lead_updated', lead: { ...lead }, by, at });
  if (before.responsible_user_id !== lead.responsible_user_id) {
    const old_responsible_user_id = before.responsible_user_id;
    account.tell({ kind: 'lead_responsible', lead: { ...lead }, old_responsible_user_id, by, at });
  }
  return lead;
}

export function setLeadDeleted(account: Account, lead: Lead, deleted: boolean, by: By): void {
  const at = account.seconds();
  Object.assign(lead, { is_deleted: deleted, updated_at: at, updated_by: by });
  log(account, 'lead', lead.id, by, bare(deleted ? 'lead_deleted' : 'lead_restored'));
  account.tell({ kind: deleted ? 'lead_deleted' : 'lead_restored', lead: { ...lead }, by, at });
}

function person(account: Account, edit: PersonEdit, by: By): Company {
  const at = account.seconds();
  return {
    id: account.nextId(),
    name: edit.name ?? '',
    responsible_user_id: edit.responsible_user_id ?? account.tokenUser.id,
    created_by: by,
    updated_by: by,
    created_at: at,
    updated_at: at,
    is_deleted: false,
    custom: mergeCustom([], edit.custom ?? []),
    tags: edit.tags ?? [],
  };
}

export function addContact(account: Account, edit: PersonEdit, by: By): Contact {
  const first_name = edit.first_name ?? '';
  const last_name = edit.last_name ?? '';
  const name = edit.name ?? `${first_name} ${last_name}`.trim();
  const base = person(account, { ...edit, name }, by);
  const contact: Contact = { ...base, first_name, last_name, company_id: edit.company_id ?? null };
  account.contacts.set(contact.id, contact);
  log(account, 'contact', contact.id, by, bare('contact_added', [{ note: { id: account.nextId() } }]));
  account.tell({ kind: 'contact_added', contact: { ...contact }, by, at: contact.created_at });
  return contact;
}

export function addCompany(account: Account, edit: PersonEdit, by: By): Company {
  const company = person(account, edit, by);
  account.companies.set(company.id, company);
  log(account, 'company', company.id, by, bare('company_added', [{ note: { id: account.nextId() } }]));
  account.tell({ kind: 'company_added', company: { ...company }, by, at: company.created_at });
  return company;
}

function editPerson(account: Account, kind: 'contact' | 'company', one: Person, edit: PersonEdit, by: By): void {
  const before = one.custom;
  const { custom, ...plain } = edit;
  Object.assign(one, defined(plain), { updated_at: account.seconds(), updated_by: by });
  if (custom) one.custom = mergeCustom(one.custom, custom);
  for (const event of fieldEvents(before, one.custom, account.fields)) log(account, kind, one.id, by, event);
}

export function editContact(account: Account, contact: Contact, edit: PersonEdit, by: By): Contact {
  const renamed = edit.name === undefined && (edit.first_name ?? edit.last_name) !== undefined;
  const first = edit.first_name ?? contact.first_name;
  const last = edit.last_name ?? contact.last_name;
  const name = renamed ? `${first} ${last}`.trim() : edit.name;
  editPerson(account, 'contact', contact, { ...edit, name }, by);
  account.tell({ kind: 'contact_updated', contact: { ...contact }, by, at: contact.updated_at });
  return contact;
}

export function editCompany(account: Account, company: Company, edit: PersonEdit, by: By): Company {
  editPerson(account, 'company', company, edit, by);
  account.tell({ kind: 'company_updated', company: { ...company }, by, at: company.updated_at });
  return company;
}

export type NewNote = Pick<Note, 'entity_id' | 'entity_type' | 'note_type' | 'params'> & {
  responsible_user_id?: number;
};

export function addNote(account: Account, fresh: NewNote, by: By): Note {
  const at = account.seconds();
  const note: Note = {
    id: account.nextId(),
    responsible_user_id: account.tokenUser.id,
    ...fresh,
    created_by: by,
    updated_by: by,
    created_at: at,
    updated_at: at,
  };
  account.notes.set(note.id, note);
  const key = `${note.entity_type}/${note.entity_id}`;
  const others = account.notesOf.get(key);
  if (others) others.push(note);
  else account.notesOf.set(key, [note]);
  const kind = ({ leads: 'lead', contacts: 'contact', companies: 'company' } as const)[note.entity_type];
  log(account, kind, note.entity_id, by, bare(`${note.note_type}_note_added`, [{ note: { id: note.id } }]));
  account.tell({ kind: 'note_added', note: { ...note }, by, at });
  return note;
}

export type NewTask = Pick<Task, 'text' | 'complete_till'> & Partial<Task>;

export function addTask(account: Account, fresh: NewTask, by: By): Task {
  const at = account.seconds();
  const task: Task = {
    entity_id: null,
    entity_type: null,
    task_type_id: 1,
    responsible_user_id: account.tokenUser.id,
    is_completed: false,
    duration: 0,
    result: null,
    ...(defined(fresh) as NewTask),
    id: account.nextId(),
    created_by: by,
    updated_by: by,
    created_at: at,
    updated_at: at,
  };
  account.tasks.set(task.id, task);
  log(account, 'task', task.id, by, bare('task_added', [{ note: { id: account.nextId() } }]));
  account.tell({ kind: 'task_added', task: { ...task }, by, at });
  return task;
}

export function editTask(account: Account, task: Task, edit: Partial<Task>, by: By): Task {
  const completed = !task.is_completed && edit.is_completed === true;
  Object.assign(task, defined(edit), { updated_at: account.seconds(), updated_by: by });
  if (completed) log(account, 'task', task.id, by, bare('task_completed'));
  account.tell({ kind: 'task_updated', task: { ...task }, by, at: task.updated_at });
  return task;
}
