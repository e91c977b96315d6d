import type { Company, Contact, FieldDefinition, Lead, Tag } from '../model.ts';
import type { HookAccount } from './account.ts';
import { customFields } from './custom-fields.ts';
import type { FormValue } from './form.ts';

/** What item bodies need besides the entity itself. */
export interface ItemContext {
  account: HookAccount;
  fieldDefinitions: FieldDefinition[];
  /** For `company_name` of contacts. */
  companyName?: (companyId: number) => string | undefined;
  /** Seconds by which the times of the last change are ahead of the API's. Default 0. */
  skew?: number;
  /** For `linked_leads_id` of contacts and companies. */
  leadIdsOf?: (kind: 'contacts' | 'companies', id: number) => number[];
}

export type Item = { [key: string]: FormValue };

/** One thing to report: which subscription wants it, under which key it goes, and what it says. */
export interface HookItem {
  /** The name a subscription has in `settings`, e.g. `status_lead`. */
  setting: string;
  /** A further event name that includes it: a contact's new responsible user has no key of its own and is sent as an update. */
  also?: string;
  /** The first two levels of the body, e.g. `['leads', 'status']`. */
  path: [entity: string, action: string];
  item: Item;
}

const tagList = (tags: Tag[]): FormValue => tags.map(({ id, name }) => ({ id, name }));

const zoneOf = ({ timezone = 'UTC', timezoneOffset }: HookAccount) => ({ timezone, timezoneOffset });

function fieldsOf(
  { custom }: Lead | Contact | Company,
  kind: FieldDefinition['entity_type'],
  context: ItemContext,
) {
  const definitions = context.fieldDefinitions.filter((definition) => definition.entity_type === kind);
  return customFields(custom, definitions, zoneOf(context.account));
}

/** A deal in the field order of captured webhooks; `by` is the user who did it, 0 for an integration. */
export function leadItem(
  lead: Lead,
  by: number,
  context: ItemContext,
  old: { status_id?: number; responsible_user_id?: number } = {},
): Item {
  return {
    id: lead.id,
    name: lead.name,
    status_id: lead.status_id,
    old_status_id: old.status_id,
    price: lead.price,
    responsible_user_id: lead.responsible_user_id,
    old_responsible_user_id: old.responsible_user_id,
    last_modified: lead.updated_at + (context.skew ?? 0),
    modified_user_id: by,
    created_user_id: lead.created_by,
    date_create: lead.created_at,
    pipeline_id: lead.pipeline_id,
    tags: tagList(lead.tags),
    account_id: context.account.id,
    custom_fields: fieldsOf(lead, 'leads', context),
    created_at: lead.created_at,
    updated_at: lead.updated_at + (context.skew ?? 0),
  };
}

/** A deleted deal: captures show these three and nothing else. */
export const deletedLeadItem = ({ id, status_id, pipeline_id }: Lead): Item => ({
  id,
  status_id,
  pipeline_id,
});

/** The short item of a Digital Pipeline webhook. */
export function pipelineItem(lead: Lead, from?: { status_id: number; pipeline_id: number }): Item {
  return {
    ...deletedLeadItem(lead),
    old_status_id: from?.status_id,
    old_pipeline_id: from?.pipeline_id,
  };
}

/** A contact or a company: Kommo sends both below `contacts`, with a different `type`. */
export function contactItem(
  entity: Contact | Company,
  by: number,
  context: ItemContext,
  { oldResponsible }: { oldResponsible?: number | undefined } = {},
): Item {
  const isContact = 'first_name' in entity;
  const companyId = isContact ? entity.company_id : null;
  const kind = isContact ? 'contacts' : 'companies';
  const leadIds = context.leadIdsOf?.(kind, entity.id) ?? [];
  return {
    id: entity.id,
    name: entity.name,
    responsible_user_id: entity.responsible_user_id,
    date_create: entity.created_at,
    last_modified: entity.updated_at + (context.skew ?? 0),
    created_user_id: entity.created_by,
    modified_user_id: by,
    company_name: companyId === null ? null : context.companyName?.(companyId),
    linked_company_id: companyId,
    account_id: context.account.id,
    custom_fields: fieldsOf(entity, kind, context),
    tags: tagList(entity.tags),
    linked_leads_id: Object.fromEntries(leadIds.map((id) => [String(id), { ID: id }])),
    old_responsible_user_id: oldResponsible,
    created_at: entity.created_at,
    updated_at: entity.updated_at + (context.skew ?? 0),
    type: isContact ? 'contact' : 'company',
  };
}
