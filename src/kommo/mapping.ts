import type { Company, Contact, Deal, Field, Json, User } from '../domain/entities.ts';
import { asList, asText, type JsonObject, textOrNull } from '../lib/unknown-json.ts';
import { isClosedStage } from './closed-stages.ts';
import { embedded, idOrNull, timeOrNull } from './wire.ts';

/** Kommo's field types that can hold several values. Source: Kommo docs, "Custom fields". */
const MULTIPLE_VALUE_TYPES: ReadonlySet<string> = new Set([
  'multitext',
  'multiselect',
  'smart_address',
  'chained_list',
  'items',
]);

/** Null where the object is not a deal, or the deal is deleted. */
export function dealOf(wire: JsonObject): Deal | null {
  const id = idOrNull(wire.id);
  const pipelineId = idOrNull(wire.pipeline_id);
  const stageId = idOrNull(wire.status_id);
  if (id === null || pipelineId === null || stageId === null || wire.is_deleted === true) return null;
  const contacts = embedded(wire, 'contacts').toSorted(
    (a, b) => Number(b.is_main === true) - Number(a.is_main === true),
  );
  return {
    id,
    name: asText(wire.name),
    price: Number(wire.price) || 0,
    stage: { pipelineId, stageId },
    isClosed: isClosedStage(stageId),
    tags: embedded(wire, 'tags').map((tag) => asText(tag.name)),
    createdAt: timeOrNull(wire.created_at),
    updatedAt: timeOrNull(wire.updated_at),
    closedAt: timeOrNull(wire.closed_at),
    responsibleUserId: idOrNull(wire.responsible_user_id),
    fields: fieldsOf(wire),
    contactIds: ids(contacts),
    companyId: ids(embedded(wire, 'companies'))[0] ?? null,
  };
}

/** Null where the object is not a contact, or the contact is deleted. */
export function contactOf(wire: JsonObject): Contact | null {
  const id = idOrNull(wire.id);
  if (id === null || wire.is_deleted === true) return null;
  const fields = fieldsOf(wire);
  return {
    id,
    name: asText(wire.name),
    firstName: asText(wire.first_name),
    lastName: asText(wire.last_name),
    emails: textsOf(fields, 'EMAIL'),
    phones: textsOf(fields, 'PHONE'),
    responsibleUserId: idOrNull(wire.responsible_user_id),
    fields,
    dealIds: ids(embedded(wire, 'leads')),
    companyId: ids(embedded(wire, 'companies'))[0] ?? null,
  };
}

export function companyOf(wire: JsonObject): Company | null {
  const id = idOrNull(wire.id);
  if (id === null || wire.is_deleted === true) return null;
  return { id, name: asText(wire.name), fields: fieldsOf(wire) };
}

export function userOf(wire: JsonObject): User | null {
  const id = idOrNull(wire.id);
  return id === null ? null : { id, name: asText(wire.name), email: asText(wire.email) };
}

function ids(list: JsonObject[]): number[] {
  return list.map((item) => idOrNull(item.id)).filter((id) => id !== null);
}

function textsOf(fields: Field[], code: string): string[] {
  const values = fields.filter((field) => field.code === code).flatMap((field) => field.values);
  return values.map((value) => asText(value).trim()).filter((text) => text !== '');
}

/** `custom_fields_values` is null where there are none, in one official example an empty list. */
function fieldsOf(wire: JsonObject): Field[] {
  return asList(wire.custom_fields_values).flatMap((field) => {
    const id = idOrNull(field.field_id);
    if (id === null) return [];
    const type = asText(field.field_type);
    const values = asList(field.values)
      .map(({ value }) => fieldValueOf(type, value))
      .filter((value) => value !== null);
    return [
      {
        id,
        name: asText(field.field_name),
        code: textOrNull(field.field_code),
        values,
        multiple: MULTIPLE_VALUE_TYPES.has(type) || values.length > 1,
      },
    ];
  });
}

/** Null where there is no value. */
function fieldValueOf(type: string, value: unknown): Json {
  if (value === null || value === undefined) return null;
  switch (type) {
    case 'numeric':
    case 'price':
    case 'monetary':
      return numberOf(value);
    case 'checkbox':
      return value === true || value === 1 || value === '1' || value === 'true';
    case 'date':
    case 'date_time':
    case 'birthday':
      return dateOf(value);
    default:
      return typeof value === 'number' ? String(value) : (value as Json);
  }
}

function numberOf(value: unknown): Json {
  const text = asText(value).trim();
  const number = Number(text);
  return text !== '' && Number.isFinite(number) ? number : (value as Json);
}

/** Unix seconds. Birthdays before 1970 are negative; webhooks and old examples write `12.01.1980`. */
function dateOf(value: unknown): Json {
  if (typeof value === 'number') return Math.floor(value);
  const text = asText(value).trim();
  if (/^-?\d+$/.test(text)) return Number(text);
  const dotted = /^(\d{2})\.(\d{2})\.(\d{4})$/.exec(text);
  const ms = Date.parse(dotted ? `${dotted[3]}-${dotted[2]}-${dotted[1]}T00:00:00Z` : text);
  return Number.isNaN(ms) ? (value as Json) : Math.floor(ms / 1000);
}
