import { type Account, fieldByCode, findField } from './account.ts';
import { type Check, createCheck, type Item, isObject } from './checks.ts';
import type { CustomValue, FieldDefinition, FieldOwner, FieldValue } from './model.ts';
import type { FieldInput } from './types.ts';

/**
 * Checks `custom_fields_values` and returns the values as they are stored.
 * A field given with null or no values is cleared (used by public clients, not documented).
 */
export function readCustomFields(
  account: Account,
  check: Check,
  item: Item,
  entity: FieldOwner,
): CustomValue[] | undefined {
  const given = item.custom_fields_values;
  if (given === undefined || given === null) return undefined;
  const notAList = (path: string) => check.bad('InvalidType', path, 'This value should be of type array.');
  if (!Array.isArray(given)) {
    notAList('custom_fields_values');
    return undefined;
  }
  const maxText = account.settings.switches.fieldTextMax;
  return given.flatMap((one: unknown, index): CustomValue[] => {
    const path = `custom_fields_values.${index}`;
    if (!isObject(one)) {
      notAList(path);
      return [];
    }
    const field = addressed(account, check, one, entity, path);
    return field ? [{ field_id: field.id, values: readValues(check, field, one.values, path, maxText) }] : [];
  });
}

function addressed(
  account: Account,
  check: Check,
  one: Item,
  entity: FieldOwner,
  path: string,
): FieldDefinition | undefined {
  if (one.field_id === undefined && one.field_code === undefined) {
    check.bad('FieldMissing', `${path}.field_id`);
    return undefined;
  }
  const byId = one.field_id !== undefined;
  if (byId && !Number.isInteger(one.field_id)) {
    check.bad('InvalidType', `${path}.field_id`, 'This value should be of type int.');
    return undefined;
  }
  const field = byId
    ? findField(account, entity, one.field_id as number)
    : fieldByCode(account, entity, one.field_code);
  if (!field) check.bad('NotSupportedChoice', `${path}.${byId ? 'field_id' : 'field_code'}`);
  return field;
}

function readValues(
  check: Check,
  field: FieldDefinition,
  values: unknown,
  path: string,
  maxText: number,
): FieldValue[] {
  if (values === undefined) check.bad('FieldMissing', `${path}.values`);
  if (values === undefined || values === null) return [];
  if (!Array.isArray(values)) {
    check.bad('InvalidType', `${path}.values`, 'This value should be of type array.');
    return [];
  }
  if (values.length > 1 && !severalTypes.has(field.type)) {
    check.bad('InvalidType', `${path}.values`, 'This collection should contain 1 element or less.');
    return [];
  }
  return values.flatMap((one: unknown, index) => {
    const at = `${path}.values.${index}`;
    if (isObject(one)) return readValue(check, field, one, at, maxText);
    check.bad('InvalidType', at, 'This value should be of type array.');
    return [];
  });
}

const severalTypes = new Set([
  'multiselect',
  'multitext',
  'smart_address',
  'chained_list',
  'items',
  'linked_entity',
]);
const choiceTypes = new Set(['select', 'radiobutton', 'category', 'multiselect']);
const numberTypes = new Set(['numeric', 'price', 'monetary']);
const dateTypes = new Set(['date', 'date_time', 'birthday']);
const objectTypes = new Set(['legal_entity', 'linked_entity', 'file', 'chained_list', 'items']);
const addressParts = ['address_line_1', 'address_line_2', 'city', 'state', 'zip', 'country'];

function readValue(
  check: Check,
  field: FieldDefinition,
  one: Item,
  at: string,
  maxText: number,
): FieldValue[] {
  if (choiceTypes.has(field.type)) return readChoice(check, field, one, at);
  // chained_list items are objects themselves; the others wrap theirs in `value`.
  if (field.type === 'chained_list') return [{ value: one }];
  if (one.value === null) check.bad('NotNullable', `${at}.value`);
  else if (one.value === undefined) check.bad('FieldMissing', `${at}.value`);
  else if (!accepts(field.type, one.value)) check.bad('InvalidType', `${at}.value`);
  else if (field.type === 'text' && String(one.value).length > maxText)
    check.bad(
      'TooLong',
      `${at}.value`,
      `This value is too long. It should have ${maxText} characters or less.`,
    );
  else if (field.type === 'multitext') return readMultitext(check, field, one, at);
  else if (field.type === 'smart_address') return readAddressPart(check, one, at);
  else return [{ value: stored(field.type, one.value) }];
  return [];
}

function accepts(type: string, value: unknown): boolean {
  if (type === 'checkbox') return typeof value === 'boolean';
  if (numberTypes.has(type))
    return (typeof value === 'number' || typeof value === 'string') && Number.isFinite(Number(value));
  if (dateTypes.has(type))
    return Number.isInteger(value) || (typeof value === 'string' && !Number.isNaN(Date.parse(value)));
  return objectTypes.has(type) ? isObject(value) : typeof value === 'string';
}

/** Dates are read back as unix seconds, numbers as text (Kommo docs). */
function stored(type: string, value: unknown): unknown {
  if (dateTypes.has(type) && typeof value === 'string') return Math.floor(Date.parse(value) / 1000);
  return numberTypes.has(type) ? String(value) : value;
}

/** An option is named by its exact text, its id or its code; an unknown text is refused, not created. */
function readChoice(check: Check, field: FieldDefinition, one: Item, at: string): FieldValue[] {
  const keys = { enum_id: 'id', enum_code: 'code', value: 'value' } as const;
  const key = (['enum_id', 'enum_code', 'value'] as const).find((name) => (one[name] ?? null) !== null);
  if (!key) {
    check.bad('FieldMissing', `${at}.value`);
    return [];
  }
  const option = field.enums?.find((known) => known[keys[key]] === one[key]);
  if (!option) {
    check.bad('NotSupportedChoice', `${at}.${key}`);
    return [];
  }
  return [{ value: option.value, enum_id: option.id, ...(option.code ? { enum_code: option.code } : {}) }];
}

function readMultitext(check: Check, field: FieldDefinition, one: Item, at: string): FieldValue[] {
  const key = one.enum_id !== undefined ? 'enum_id' : 'enum_code';
  const wanted = one[key] ?? 'WORK';
  const option = field.enums?.find((known) => (key === 'enum_id' ? known.id : known.code) === wanted);
  if (option) return [{ value: one.value, enum_id: option.id, enum_code: option.code ?? option.value }];
  check.bad('NotSupportedChoice', `${at}.${key}`);
  return [];
}

function readAddressPart(check: Check, one: Item, at: string): FieldValue[] {
  const index =
    one.enum_id === undefined ? addressParts.indexOf(String(one.enum_code)) : Number(one.enum_id) - 1;
  const part = addressParts[index];
  if (part) return [{ value: one.value, enum_id: index + 1, enum_code: part }];
  check.bad('NotSupportedChoice', `${at}.enum_code`);
  return [];
}

/** Values for fields by name, code or id, as the account's own users would enter them. Throws in words. */
export function valuesFor(account: Account, entity: FieldOwner, input: FieldInput = {}): CustomValue[] {
  return Object.entries(input).map(([name, value]) => {
    const field = account.fields.find(
      (one) =>
        one.entity_type === entity &&
        !one.is_deleted &&
        (one.name === name || one.code === name || String(one.id) === name),
    );
    if (!field) throw new Error(`The simulated account has no field "${name}" for ${entity}.`);
    const list = value === null || value === undefined ? [] : Array.isArray(value) ? value : [value];
    const check = createCheck();
    const wrapped = list.map((one) => (isObject(one) && 'value' in one ? one : { value: one }));
    const values = readValues(check, field, wrapped, name, Number.POSITIVE_INFINITY);
    const [error] = check.errors;
    if (error) throw new Error(`The field "${name}" cannot be set (${error.path}): ${error.detail}`);
    return { field_id: field.id, values };
  });
}
