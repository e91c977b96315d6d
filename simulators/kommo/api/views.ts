import type { Account } from '../account.ts';
import { elementsOf } from '../catalogs.ts';
import type { Company, Contact, CustomValue, Lead, LossReason, Note, Tag, Task } from '../model.ts';
import type { EntityKind } from '../types.ts';
import type { Call } from './call.ts';
import { link } from './page.ts';

export const hrefOf = (call: Call, kind: string, id: number): string => `${call.base}/api/v4/${kind}/${id}`;

const withSelf = (call: Call, kind: string, id: number) => link(`${hrefOf(call, kind, id)}?page=1&limit=50`);

/** Fields as v4 shows them; an entity without values has null or an empty list (both seen in Kommo's docs). */
export function fieldValues(account: Account, custom: CustomValue[], computed = false) {
  const shown = custom.flatMap(({ field_id, values }) => {
    const field = account.fields.find((one) => one.id === field_id && !one.is_deleted);
    if (!field) return [];
    return [
      {
        field_id,
        field_name: field.name,
        field_code: field.code,
        field_type: field.type,
        values,
        ...(computed ? { is_computed: false } : {}),
      },
    ];
  });
  if (shown.length > 0) return shown;
  return account.settings.switches.emptyFields === 'null' ? null : [];
}

const tags = (list: Tag[]) => list.map(({ id, name }) => ({ id, name, color: null }));

const companyLinks = (call: Call, id: number | null) =>
  id === null ? [] : [{ id, ...link(hrefOf(call, 'companies', id)) }];

/** The earliest open task, in unix seconds. */
function closestTask(account: Account, kind: EntityKind, id: number): number | null {
  const open = account.tasksOf.get(`${kind}/${id}`)?.filter((task) => !task.is_completed) ?? [];
  return open.length === 0 ? null : Math.min(...open.map((task) => task.complete_till));
}

const elementLinks = (account: Account, leadId: number) =>
  [...elementsOf(account, 'leads', leadId)].map(([id, quantity]) => ({
    id,
    metadata: { quantity, catalog_id: account.elements.get(id)!.catalog_id },
  }));

/** @param asked the parts named by `with` */
export function leadView(call: Call, lead: Lead, asked: Set<string>) {
  const { account } = call;
  const reason = account.lossReasons.find(({ id }) => id === lead.loss_reason_id);
  const contacts = lead.contact_ids.map((id, index) => ({
    id,
    is_main: index === 0,
    ...link(hrefOf(call, 'contacts', id)),
  }));
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
    closest_task_at: closestTask(account, 'leads', lead.id),
    is_deleted: lead.is_deleted,
    custom_fields_values: fieldValues(account, lead.custom, true),
    score: null,
    account_id: account.settings.account.id,
    labor_cost: null,
    is_price_computed: false,
    ...withSelf(call, 'leads', lead.id),
    _embedded: {
      tags: tags(lead.tags),
      companies: companyLinks(call, lead.company_id),
      ...(asked.has('contacts') ? { contacts } : {}),
      ...(asked.has('catalog_elements') ? { catalog_elements: elementLinks(account, lead.id) } : {}),
      // A list, although a lead has one reason at most (amoCRM docs).
      ...(asked.has('loss_reason') && reason ? { loss_reason: [lossReasonView(call, reason)] } : {}),
    },
  };
}

function personView(call: Call, kind: 'contacts' | 'companies', one: Contact | Company) {
  return {
    responsible_user_id: one.responsible_user_id,
    group_id: 0,
    created_by: one.created_by,
    updated_by: one.updated_by,
    created_at: one.created_at,
    updated_at: one.updated_at,
    closest_task_at: closestTask(call.account, kind, one.id),
    is_deleted: one.is_deleted,
    ...(kind === 'contacts' ? { is_unsorted: (one as Contact).is_unsorted ?? false } : {}),
    custom_fields_values: fieldValues(call.account, one.custom),
    account_id: call.account.settings.account.id,
    ...withSelf(call, kind, one.id),
  };
}

const leadLinks = (call: Call, ids: Iterable<number>) =>
  [...ids]
    .filter((id) => call.account.leads.get(id)?.is_deleted === false)
    .map((id) => ({ id, ...link(hrefOf(call, 'leads', id)) }));

export const lossReasonView = (call: Call, reason: LossReason) => ({
  ...reason,
  ...link(hrefOf(call, 'leads/loss_reasons', reason.id)),
});

export function contactView(call: Call, contact: Contact, withLeads: boolean) {
  const { id, name, first_name, last_name } = contact;
  return {
    id,
    name,
    first_name,
    last_name,
    ...personView(call, 'contacts', contact),
    _embedded: {
      tags: tags(contact.tags),
      ...(withLeads ? { leads: leadLinks(call, call.account.leadsOf.get(id) ?? []) } : {}),
      companies: companyLinks(call, contact.company_id),
    },
  };
}

export function companyView(call: Call, company: Company, asked: Set<string>) {
  const { leads, contacts } = call.account;
  const has = (one: { company_id: number | null }) => one.company_id === company.id;
  const contactIds = asked.has('contacts') ? [...contacts.values()].filter(has).map(({ id }) => id) : [];
  return {
    id: company.id,
    name: company.name,
    ...personView(call, 'companies', company),
    _embedded: {
      tags: tags(company.tags),
      ...(asked.has('leads')
        ? {
            leads: leadLinks(
              call,
              [...leads.values()].filter(has).map(({ id }) => id),
            ),
          }
        : {}),
      ...(asked.has('contacts')
        ? { contacts: contactIds.map((id) => ({ id, ...link(hrefOf(call, 'contacts', id)) })) }
        : {}),
    },
  };
}

export function noteView(call: Call, note: Note) {
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
    ...(call.query.with().has('is_pinned') ? { is_pinned: note.is_pinned ?? false } : {}),
    account_id: call.account.settings.account.id,
    ...link(`${hrefOf(call, note.entity_type, note.entity_id)}/notes/${note.id}`),
  };
}

export function taskView(call: Call, task: Task) {
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
    // Kommo docs: an empty list, not null, while there is no result.
    result: task.result ?? [],
    complete_till: task.complete_till,
    account_id: call.account.settings.account.id,
    ...link(hrefOf(call, 'tasks', task.id)),
  };
}
