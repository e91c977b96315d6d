import type { Company, Contact, Deal, Field, Json, User } from '../domain/entities.ts';
import { ADDRESS_PARTS } from '../domain/rules/paths.ts';
import { asList, asObject, asText, type JsonObject, textOrNull } from '../lib/unknown-json.ts';
import { isClosedStage } from './closed-stages.ts';
import { embedded, idOrNull, timeOrNull } from './wire.ts';

/** Kommo's field types that can hold several values. Source: Kommo docs, "Custom fields". */
const MULTIPLE_VALUE_TYPES: ReadonlySet<string> = new Set([
  'multitext',
  'multiselect',
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
    ...(typeof wire.updated_by === 'number' && { updatedBy: wire.updated_by }),
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
    updatedAt: timeOrNull(wire.updated_at),
  };
}

export function companyOf(wire: JsonObject): Company | null {
  const id = idOrNull(wire.id);
  if (id === null || wire.is_deleted === true) return null;
  return { id, name: asText(wire.name), fields: fieldsOf(wire) };
}

export function userOf(wire: JsonObject): User | null {
  const id = idOrNull(wire.id);
  if (id === null) return null;
  const isActive = asObject(wire.rights).is_active !== false;
  return { id, name: asText(wire.name), email: asText(wire.email), isActive };
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
  return asList(wire.custom_fields_values)
    .map(fieldOf)
    .filter((field) => field !== null);
}

function fieldOf(wire: JsonObject): Field | null {
  const id = idOrNull(wire.field_id);
  if (id === null) return null;
  const type = asText(wire.field_type);
  const names = { id, name: asText(wire.field_name), code: textOrNull(wire.field_code) };
  if (type === 'smart_address') return { ...names, values: addressOf(wire.values), multiple: false };
  const values = asList(wire.values)
    .map(({ value }) => fieldValueOf(type, value))
    .filter((value) => value !== null);
  const multiple = MULTIPLE_VALUE_TYPES.has(type) || values.length > 1;
  return { ...names, values, multiple, ...(CALENDAR_DAYS.has(type) ? { isCalendarDay: true } : {}) };
}

/**
 * One object with the parts that are filled in, by name; none where all are empty. Kommo leaves out empty parts, so their place
 * says nothing; their `enum_id` counts from 1 in the order of the names (Kommo docs).
 */
function addressOf(values: unknown): Json[] {
  const parts: Record<string, string> = {};
  for (const { value, enum_code: code, enum_id: id } of asList(values)) {
    const name = textOrNull(code)?.toLowerCase() ?? ADDRESS_PARTS[Number(id) - 1];
    const text = asText(value).trim();
    if (name !== undefined && text !== '') parts[name] = text;
  }
  return Object.keys(parts).length > 0 ? [parts] : [];
}

const CALENDAR_DAYS: ReadonlySet<string> = new Set(['date', 'birthday']);

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
    case 'birthday':
      return dayOf(value);
    case 'date_time':
      return momentOf(value);
    default:
      return typeof value === 'number' ? String(value) : (value as Json);
  }
}

function numberOf(value: unknown): Json {
  const text = asText(value).trim();
  const number = Number(text);
  return text !== '' && Number.isFinite(number) ? number : (value as Json);
}

/**
 * The moment at which the day begins in the account's zone, in unix seconds (birthdays before 1970 are negative); or a text that
 * begins with the day: `1980-01-12`. Old examples write `12.01.1980`.
 */
function dayOf(value: unknown): Json {
  const text = asText(value).trim();
  const dotted = /^(\d{2})\.(\d{2})\.(\d{4})$/.exec(text);
  if (dotted) return `${dotted[3]}-${dotted[2]}-${dotted[1]}`;
  return /^\d{4}-\d{2}-\d{2}/.test(text) ? text.slice(0, 10) : momentOf(value);
}

/** Unix seconds. */
function momentOf(value: unknown): Json {
  if (typeof value === 'number') return Math.floor(value);
  const text = asText(value).trim();
  if (/^-?\d+$/.test(text)) return Number(text);
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? (value as Json) : Math.floor(ms / 1000);
}
