import { type Account, findField } from '../account.ts';
import type { Company, Contact, CustomValue, FieldDefinition, Lead, Note, Task } from '../model.ts';
import { type Api, selfLink } from './call.ts';

function customValues(account: Account, entity: FieldDefinition['entity_type'], custom: CustomValue[]) {
  const shown = custom.flatMap((one) => {
    const field = findField(account, entity, one.field_id);
    if (!field || field.is_deleted) return [];
    const { id, name, code, type } = field;
    return [
      {
        field_id: id,
        field_name: name,
        field_code: code,
        field_type: type,
        values: one.values,
        is_computed: false,
      },
    ];
  });
  return shown.length === 0 ? null : shown;
}

const tags = (list: Lead['tags']) => list.map(({ id, name }) => ({ id, name, color: null }));

const companies = (api: Api, id: number | null) =>
  id === null ? [] : [{ id, ...selfLink(api, `/companies/${id}`) }];

export function leadView(api: Api, lead: Lead, also: Set<string>) {
  const { account } = api;
  const contacts = lead.contact_ids
    .filter((id) => !account.contacts.get(id)?.is_deleted)
    .map((id, index) => ({ id, is_main: index === 0, ...selfLink(api, `/contacts/${id}`) }));
  return {
    id: lead.id,
    name: lead.name,
    price: lead.price,
    responsible_user_id: lead.responsible_user_id,
    group_id: 0,
    status_id: lead.status_id,
    pipeline_id: lead.pipeline_id,
    loss_reason_id: lead.loss_reason_id,
    created_by: lead.created_by,
    updated_by: lead.updated_by,
    created_at: lead.created_at,
    updated_at: lead.updated_at,
    closed_at: lead.closed_at,
    closest_task_at: null,
    is_deleted: lead.is_deleted,
    custom_fields_values: customValues(account, 'leads', lead.custom),
    score: null,
    account_id: account.settings.account.id,
    labor_cost: null,
    is_price_computed: false,
    ...selfLink(api, `/leads/${lead.id}`),
    _embedded: {
      tags: tags(lead.tags),
      companies: companies(api, lead.company_id),
      ...(also.has('contacts') ? { contacts } : {}),
    },
  };
}

function personView(api: Api, entity: 'contacts' | 'companies', one: Contact | Company) {
  return {
    responsible_user_id: one.responsible_user_id,
    group_id: 0,
    created_by: one.created_by,
    updated_by: one.updated_by,
    created_at: one.created_at,
    updated_at: one.updated_at,
    closest_task_at: null,
    is_deleted: one.is_deleted,
    ...(entity === 'contacts' ? { is_unsorted: false } : {}),
    custom_fields_values: customValues(api.account, entity, one.custom),
    account_id: api.account.settings.account.id,
    ...selfLink(api, `/${entity}/${one.id}`),
  };
}

export function contactView(api: Api, contact: Contact, also: Set<string>) {
  const { id, name, first_name, last_name } = contact;
  const leads = [...(api.account.leadsOf.get(id) ?? [])]
    .filter((leadId) => !api.account.leads.get(leadId)?.is_deleted)
    .map((leadId) => ({ id: leadId, ...selfLink(api, `/leads/${leadId}`) }));
  return {
    id,
    name,
    first_name,
    last_name,
    ...personView(api, 'contacts', contact),
    _embedded: {
      tags: tags(contact.tags),
      ...(also.has('leads') ? { leads } : {}),
      companies: companies(api, contact.company_id),
    },
  };
}

export function companyView(api: Api, company: Company) {
  const { id, name } = company;
  return { id, name, ...personView(api, 'companies', company), _embedded: { tags: tags(company.tags) } };
}

export function noteView(api: Api, note: Note) {
  return {
    id: note.id,
    entity_id: note.entity_id,
    created_by: note.created_by,
    updated_by: note.updated_by,
    created_at: note.created_at,
    updated_at: note.updated_at,
    responsible_user_id: note.responsible_user_id,
    group_id: 0,
    note_type: note.note_type,
    params: note.params,
    account_id: api.account.settings.account.id,
    ...selfLink(api, `/${note.entity_type}/${note.entity_id}/notes/${note.id}`),
  };
}

/** Kommo docs: an empty result reads as an empty array. */
export function taskView(api: Api, task: Task) {
  return {
    id: task.id,
    created_by: task.created_by,
    updated_by: task.updated_by,
    created_at: task.created_at,
    updated_at: task.updated_at,
    responsible_user_id: task.responsible_user_id,
    group_id: 0,
    entity_id: task.entity_id,
    entity_type: task.entity_type,
    duration: task.duration,
    is_completed: task.is_completed,
    task_type_id: task.task_type_id,
    text: task.text,
    result: task.result ?? [],
    complete_till: task.complete_till,
    account_id: api.account.settings.account.id,
    ...selfLink(api, `/tasks/${task.id}`),
  };
}
