import type { Account } from './account.ts';
import type {
  CatalogElement,
  Company,
  Contact,
  CustomValue,
  IncomingLead,
  Lead,
  Note,
  Task,
} from './model.ts';
import type {
  CatalogElementView,
  CompanyView,
  ContactView,
  DealView,
  IncomingLeadView,
  NoteView,
  TaskView,
} from './types.ts';
import { shownDate } from './zones.ts';

/** Fields by their names; one value as it is, several as a list. */
function fields(account: Account, custom: CustomValue[]): Record<string, unknown> {
  return Object.fromEntries(
    custom.flatMap(({ field_id, values }) => {
      const field = account.fields.find((one) => one.id === field_id);
      if (!field || field.is_deleted) return [];
      const several = field.type === 'multiselect' || values.length > 1;
      return [[field.name, several ? values.map(({ value }) => value) : values[0]?.value]];
    }),
  );
}

/** The fields of a card in the words of its user; dates by the calendar of the account's zone. */
export function cardView(account: Account, custom: CustomValue[]): Record<string, string> {
  const shown = (type: string, value: unknown): string => {
    if (!/^(date|date_time|birthday)$/.test(type)) return String(value);
    return shownDate(account.settings.account, Number(value), type === 'date_time');
  };
  return Object.fromEntries(
    custom.flatMap(({ field_id, values }) => {
      const field = account.fields.find((one) => one.id === field_id && !one.is_deleted);
      return field ? [[field.name, values.map(({ value }) => shown(field.type, value)).join(', ')]] : [];
    }),
  );
}

function texts(account: Account, custom: CustomValue[], code: string): string[] {
  const isWanted = ({ field_id }: CustomValue) =>
    account.fields.some((field) => field.id === field_id && field.code === code);
  return custom.filter(isWanted).flatMap(({ values }) => values.map(({ value }) => String(value)));
}

export const elementView = (
  account: Account,
  { id, catalog_id, name, custom }: CatalogElement,
): CatalogElementView => ({ id, catalogId: catalog_id, name, fields: fields(account, custom) });

export function dealView(account: Account, lead: Lead): DealView {
  const pipeline = account.pipelines.find((one) => one.id === lead.pipeline_id);
  const stage = pipeline?.stages.find((one) => one.id === lead.status_id);
  return {
    id: lead.id,
    name: lead.name,
    price: lead.price,
    pipelineId: lead.pipeline_id,
    pipeline: pipeline?.name ?? '',
    stageId: lead.status_id,
    stage: stage?.name ?? '',
    responsibleUserId: lead.responsible_user_id,
    contactIds: [...lead.contact_ids],
    companyId: lead.company_id,
    tags: lead.tags.map((tag) => tag.name),
    fields: fields(account, lead.custom),
    isDeleted: lead.is_deleted,
    createdAt: lead.created_at,
    updatedAt: lead.updated_at,
    closedAt: lead.closed_at,
  };
}

export function contactView(account: Account, contact: Contact): ContactView {
  return {
    id: contact.id,
    name: contact.name,
    firstName: contact.first_name,
    lastName: contact.last_name,
    emails: texts(account, contact.custom, 'EMAIL'),
    phones: texts(account, contact.custom, 'PHONE'),
    companyId: contact.company_id,
    dealIds: [...(account.leadsOf.get(contact.id) ?? [])],
    responsibleUserId: contact.responsible_user_id,
    fields: fields(account, contact.custom),
    isDeleted: contact.is_deleted,
    createdAt: contact.created_at,
    updatedAt: contact.updated_at,
  };
}

export const companyView = (account: Account, company: Company): CompanyView => ({
  id: company.id,
  name: company.name,
  fields: fields(account, company.custom),
  isDeleted: company.is_deleted,
});

export const incomingView = (incoming: IncomingLead): IncomingLeadView => ({
  uid: incoming.uid,
  category: incoming.category,
  dealId: incoming.lead_id,
  contactIds: [...incoming.contact_ids],
  createdAt: incoming.created_at,
});

export const noteView = (note: Note): NoteView => ({
  id: note.id,
  entityType: note.entity_type,
  entityId: note.entity_id,
  type: note.note_type,
  text: String(note.params.text ?? ''),
  params: { ...note.params },
  createdBy: note.created_by,
  createdAt: note.created_at,
});

export const taskView = (task: Task): TaskView => ({
  id: task.id,
  text: task.text,
  entityType: task.entity_type,
  entityId: task.entity_id,
  taskTypeId: task.task_type_id,
  responsibleUserId: task.responsible_user_id,
  completeTill: task.complete_till,
  isCompleted: task.is_completed,
  result: task.result?.text ?? null,
  createdBy: task.created_by,
  createdAt: task.created_at,
});
