import { hal, type ItemErrors, invalid, type Reply } from '../hal.ts';
import type { FieldDefinition } from '../model.ts';
import type { EntityKind } from '../types.ts';
import { type Check, createCheck, type Item, isObject, typed } from '../validation.ts';
import { type Api, type Call, isReply, readItems, requestId } from './call.ts';
import { fieldView } from './catalog.ts';

const types = [
  ...[
    'text',
    'textarea',
    'url',
    'streetaddress',
    'tracking_data',
    'numeric',
    'price',
    'monetary',
    'checkbox',
  ],
  ...['date', 'date_time', 'birthday', 'select', 'radiobutton', 'category', 'multiselect', 'multitext'],
];
const withOptions = ['select', 'radiobutton', 'category', 'multiselect'];

function checkField(api: Api, entity: EntityKind, item: Item, check: Check): void {
  for (const key of ['name', 'type']) if (item[key] === undefined) check.bad('FieldMissing', key);
  typed(check, item, 'name', 'string');
  if (typed(check, item, 'type', 'string') && !types.includes(item.type as string))
    check.bad('NotSupportedChoice', 'type');
  if (withOptions.includes(item.type as string) && typed(check, item, 'enums', 'array'))
    for (const [index, option] of (item.enums as unknown[]).entries())
      if (!isObject(option) || typeof option.value !== 'string')
        check.bad('FieldMissing', `enums.${index}.value`);
  if (typed(check, item, 'code', 'string')) {
    const taken = api.account.fields.some(
      (field) => field.entity_type === entity && !field.is_deleted && field.code === item.code,
    );
    if (taken) check.bad('NotSupportedChoice', 'code');
  }
}

function create(api: Api, entity: EntityKind, item: Item): FieldDefinition {
  const options = Array.isArray(item.enums) ? (item.enums as Item[]) : [];
  const enums = options.map((option, index) => ({
    id: api.account.nextId(),
    value: String(option.value),
    sort: index + 1,
  }));
  const field: FieldDefinition = {
    id: api.account.nextId(),
    name: item.name as string,
    code: (item.code as string | undefined) ?? null,
    type: item.type as string,
    sort: Number(item.sort ?? 500),
    entity_type: entity,
    enums: withOptions.includes(item.type as string) ? enums : null,
    is_api_only: item.is_api_only === true,
    is_deleted: false,
  };
  api.account.fields.push(field);
  return field;
}

/** Kommo docs: 201 with the definitions; for administrators only, as the long-lived token's user is. */
export function addFields(api: Api, call: Call, entity: EntityKind): Reply {
  const read = readItems(call.body, undefined);
  if (isReply(read)) return read;
  const failures: ItemErrors[] = read.items.flatMap((item, index) => {
    const check = createCheck();
    checkField(api, entity, item, check);
    return check.errors.length > 0 ? [{ request_id: requestId(item, index), errors: check.errors }] : [];
  });
  if (failures.length > 0) return invalid(failures);
  const custom_fields = read.items.map((item, index) => ({
    ...fieldView(api, create(api, entity, item)),
    request_id: requestId(item, index),
  }));
  return hal({ _total_items: custom_fields.length, _embedded: { custom_fields } }, 201);
}
