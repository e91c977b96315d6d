import type { Contact, CustomValue, FieldDefinition, Lead } from '../../model.ts';

export function lead(over: Partial<Lead> = {}): Lead {
  return {
    id: 32966269,
    name: 'Test',
    price: 999,
    responsible_user_id: 10000698,
    status_id: 76789230,
    pipeline_id: 9621010,
    loss_reason_id: null,
    created_by: 10000698,
    updated_by: 10000698,
    created_at: 1748268669,
    updated_at: 1748268669,
    closed_at: null,
    is_deleted: false,
    custom: [],
    tags: [],
    contact_ids: [],
    company_id: null,
    ...over,
  };
}

export function contact(over: Partial<Contact> = {}): Contact {
  return {
    id: 37054081,
    name: 'Иван',
    first_name: 'Иван',
    last_name: '',
    responsible_user_id: 10000698,
    created_by: 10000698,
    updated_by: 10000698,
    created_at: 1748289231,
    updated_at: 1748292937,
    is_deleted: false,
    custom: [],
    tags: [],
    company_id: null,
    ...over,
  };
}

export function field(
  id: number,
  name: string,
  type: string,
  over: Partial<FieldDefinition> = {},
): FieldDefinition {
  return {
    id,
    name,
    type,
    code: null,
    sort: id,
    entity_type: 'leads',
    enums: null,
    is_deleted: false,
    ...over,
  };
}

export const value = (field_id: number, content: unknown, enum_id?: number): CustomValue => ({
  field_id,
  values: [enum_id === undefined ? { value: content } : { value: content, enum_id }],
});
