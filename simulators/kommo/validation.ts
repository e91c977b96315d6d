import { type Account, fieldNamed, findField, findPipeline } from './account.ts';
import type { FieldError } from './hal.ts';
import type { CustomValue, FieldDefinition, FieldValue, Lead } from './model.ts';
import type { EntityType } from './seed.ts';

export type Item = Record<string, unknown>;

/** Collects the errors of one item. */
export interface Check {
  errors: FieldError[];
  bad(code: Code, path: string, detail?: string): void;
}

type Code = 'NotSupportedChoice' | 'InvalidType' | 'NotNullable' | 'FieldMissing' | 'TooLong';

const details: Record<Code, string> = {
  NotSupportedChoice: 'The value you selected is not a valid choice.',
  InvalidType: 'This value should be of another type.',
  NotNullable: 'This value should not be null.',
  FieldMissing: 'This field is missing.',
  TooLong: 'This value is too long. It should have 256 characters or less.',
};

export function createCheck(): Check {
  const errors: FieldError[] = [];
  return { errors, bad: (code, path, detail = details[code]) => void errors.push({ code, path, detail }) };
}

export const isObject = (value: unknown): value is Item =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const types = {
  int: (value: unknown) => Number.isInteger(value),
  string: (value: unknown) => typeof value === 'string',
  boolean: (value: unknown) => typeof value === 'boolean',
  object: isObject,
  array: Array.isArray,
} as const;

/** Checks the type of a value that may be absent. */
export function typed(check: Check, item: Item, key: string, type: keyof typeof types): boolean {
  const value = item[key];
  if (value === undefined) return false;
  if (types[type](value)) return true;
  if (value === null) check.bad('NotNullable', key);
  else check.bad('InvalidType', key, `This value should be of type ${type}.`);
  return false;
}

/** A stage must exist in the lead's pipeline, and nothing can be put into incoming leads (seen in public client code). */
export function checkStage(account: Account, check: Check, item: Item, lead?: Lead): void {
  const givesPipeline = typed(check, item, 'pipeline_id', 'int');
  const givesStage = typed(check, item, 'status_id', 'int');
  const pipelineId = givesPipeline ? (item.pipeline_id as number) : lead?.pipeline_id;
  const pipeline = findPipeline(account, pipelineId ?? account.pipelines[0]!.id);
  if (!pipeline) return check.bad('NotSupportedChoice', 'pipeline_id');
  if (!givesStage) return;
  const stage = pipeline.stages.find((one) => one.id === item.status_id);
  if (!stage || stage.type === 1) check.bad('NotSupportedChoice', 'status_id');
}

export function checkUser(account: Account, check: Check, item: Item): void {
  if (!typed(check, item, 'responsible_user_id', 'int')) return;
  if (!account.users.some((user) => user.id === item.responsible_user_id))
    check.bad('NotSupportedChoice', 'responsible_user_id');
}

/** Returns the values as they would be stored. A field given with null or no values is cleared. */
export function checkCustomFields(
  account: Account,
  check: Check,
  item: Item,
  entity: EntityType,
): CustomValue[] {
  const given = item.custom_fields_values;
  if (given === undefined || given === null) return [];
  if (!Array.isArray(given)) {
    check.bad('InvalidType', 'custom_fields_values', 'This value should be of type array.');
    return [];
  }
  return given.flatMap((one: unknown, index) => {
    const path = `custom_fields_values.${index}`;
    if (!isObject(one)) {
      check.bad('InvalidType', path, 'This value should be of type array.');
      return [];
    }
    const field = addressed(account, check, one, entity, path);
    return field ? [{ field_id: field.id, values: checkValues(check, field, one.values, path) }] : [];
  });
}

function addressed(
  account: Account,
  check: Check,
  one: Item,
  entity: EntityType,
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
    : account.fields.find(
        (known) => known.entity_type === entity && known.code !== null && known.code === one.field_code,
      );
  if (field && !field.is_deleted) return field;
  check.bad('NotSupportedChoice', `${path}.${byId ? 'field_id' : 'field_code'}`);
  return undefined;
}

function checkValues(check: Check, field: FieldDefinition, values: unknown, path: string): FieldValue[] {
  if (values === undefined) {
    check.bad('FieldMissing', `${path}.values`);
    return [];
  }
  if (values === null) return [];
  if (!Array.isArray(values)) {
    check.bad('InvalidType', `${path}.values`, 'This value should be of type array.');
    return [];
  }
  return values.flatMap((one: unknown, index) => {
    const at = `${path}.values.${index}`;
    if (!isObject(one)) {
      check.bad('InvalidType', at, 'This value should be of type array.');
      return [];
    }
    return checkValue(check, field, one, at);
  });
}

function checkValue(check: Check, field: FieldDefinition, one: Item, at: string): FieldValue[] {
  if (['select', 'radiobutton', 'category', 'multiselect'].includes(field.type))
    return choice(check, field, one, at);
  if (one.value === null) check.bad('NotNullable', `${at}.value`);
  else if (one.value === undefined) check.bad('FieldMissing', `${at}.value`);
  else if (!accepts(field.type, one.value)) check.bad('InvalidType', `${at}.value`);
  else if (field.type === 'text' && String(one.value).length > 256) check.bad('TooLong', `${at}.value`);
  else if (field.type === 'multitext') return multitext(check, field, one, at);
  else return [{ value: stored(field.type, one.value) }];
  return [];
}

const dateTypes = ['date', 'date_time', 'birthday'];

function accepts(type: string, value: unknown): boolean {
  if (type === 'checkbox') return typeof value === 'boolean';
  if (['numeric', 'price', 'monetary'].includes(type))
    return (typeof value === 'number' || typeof value === 'string') && Number.isFinite(Number(value));
  if (dateTypes.includes(type))
    return Number.isInteger(value) || (typeof value === 'string' && !Number.isNaN(Date.parse(value)));
  return typeof value === 'string';
}

/** Dates are read back as unix seconds, numbers as text. */
function stored(type: string, value: unknown): unknown {
  if (dateTypes.includes(type) && typeof value === 'string') return Math.floor(Date.parse(value) / 1000);
  return ['numeric', 'price', 'monetary'].includes(type) ? String(value) : value;
}

/** An option is named by its exact text, its id or its code; an unknown text is refused, not created. */
function choice(check: Check, field: FieldDefinition, one: Item, at: string): FieldValue[] {
  const key = ['enum_id', 'enum_code', 'value'].find((name) => one[name] !== undefined && one[name] !== null);
  if (key === undefined) {
    check.bad('FieldMissing', `${at}.value`);
    return [];
  }
  const part = { enum_id: 'id', enum_code: 'code', value: 'value' }[key] as 'id' | 'code' | 'value';
  const option = field.enums?.find((known) => known[part] === one[key]);
  if (!option) {
    check.bad('NotSupportedChoice', `${at}.${key}`);
    return [];
  }
  return [{ value: option.value, enum_id: option.id, ...(option.code ? { enum_code: option.code } : {}) }];
}

function multitext(check: Check, field: FieldDefinition, one: Item, at: string): FieldValue[] {
  const named = one.enum_id !== undefined || one.enum_code !== undefined;
  const option = named
    ? field.enums?.find((known) => known.id === one.enum_id || known.code === one.enum_code)
    : field.enums?.find((known) => known.code === 'WORK');
  if (!option) {
    check.bad('NotSupportedChoice', `${at}.${one.enum_id === undefined ? 'enum_code' : 'enum_id'}`);
    return [];
  }
  return [{ value: one.value, enum_id: option.id, enum_code: option.code ?? option.value }];
}

/** The stored values after a write: a field that was given replaces its whole set, others stay. */
export function mergeCustom(old: CustomValue[], given: CustomValue[]): CustomValue[] {
  const kept = old.filter((one) => !given.some((other) => other.field_id === one.field_id));
  return [...kept, ...given.filter((one) => one.values.length > 0)];
}

/** A value for a field by its name, as the account's own users would enter it. */
export function valueFor(account: Account, entity: EntityType, name: string, value: unknown): CustomValue {
  const field = fieldNamed(account, entity, name);
  if (!field) throw new Error(`The simulated account has no field "${name}" for ${entity}.`);
  const check = createCheck();
  const values = value === null ? [] : checkValue(check, field, { value }, name);
  const [error] = check.errors;
  if (error) throw new Error(`"${String(value)}" does not fit the field "${name}": ${error.detail}`);
  return { field_id: field.id, values };
}
