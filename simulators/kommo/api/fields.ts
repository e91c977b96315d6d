import { fieldByCode } from '../account.ts';
import { type Check, type Item, isObject, need, read } from '../checks.ts';
import { hal, nothing, problem, type Reply } from '../hal.ts';
import type { FieldDefinition } from '../model.ts';
import type { EntityKind } from '../types.ts';
import { runBatch } from './batch.ts';
import type { Call, Routes } from './call.ts';
import { orderBy } from './lists.ts';
import { link, page } from './page.ts';
import { hrefOf } from './views.ts';

const plainTypes = [
  ...['text', 'textarea', 'url', 'streetaddress', 'tracking_data', 'smart_address', 'legal_entity', 'file'],
  ...['numeric', 'price', 'monetary', 'checkbox', 'date', 'date_time', 'birthday', 'linked_entity'],
  ...['chained_list', 'items', 'multitext'],
];
const choiceTypes = ['select', 'radiobutton', 'category', 'multiselect'];

function fieldView(call: Call, field: FieldDefinition) {
  const { is_deleted: _deleted, is_api_only = false, ...shown } = field;
  return {
    ...shown,
    account_id: call.account.settings.account.id,
    is_api_only,
    is_predefined: ['POSITION', 'PHONE', 'EMAIL', 'WEB'].includes(field.code ?? ''),
    is_deletable: field.code === null,
    group_id: null,
    required_statuses: [],
    hidden_statuses: [],
    currency: null,
    remind: null,
    tracking_callback: null,
    search_in: null,
    chained_lists: null,
    triggers: [],
    settings: null,
    ...link(hrefOf(call, `${field.entity_type}/custom_fields`, field.id)),
  };
}

function list(call: Call, entity: EntityKind): Reply {
  const types = call.query.list('filter', 'type');
  const fields = call.account.fields.filter(
    (field) => field.entity_type === entity && !field.is_deleted && (!types || types.includes(field.type)),
  );
  orderBy(call, fields, ['sort', 'id']);
  return page(call, 'custom_fields', fields, (field) => fieldView(call, field), { counted: true });
}

function one(call: Call, entity: EntityKind, id: number): Reply {
  const field = call.account.fields.find((known) => known.id === id && known.entity_type === entity);
  return field && !field.is_deleted ? hal(fieldView(call, field)) : nothing;
}

type Option = { value: string; code?: string };

function readOptions(check: Check, item: Item): Option[] {
  const given = read(check, item, 'enums', 'array') ?? [];
  return given.flatMap((option, index) => {
    const value = isObject(option)
      ? need(check, option, 'value', 'string', `enums.${index}.value`)
      : undefined;
    if (!isObject(option)) check.bad('InvalidType', `enums.${index}`);
    if (value === undefined) return [];
    return [{ value, ...(isObject(option) && typeof option.code === 'string' ? { code: option.code } : {}) }];
  });
}

function plan(call: Call, entity: EntityKind, item: Item, check: Check) {
  const { account } = call;
  const name = need(check, item, 'name', 'string');
  const type = need(check, item, 'type', 'string');
  const isChoice = choiceTypes.includes(type ?? '');
  if (type !== undefined && !isChoice && !plainTypes.includes(type)) check.bad('NotSupportedChoice', 'type');
  const code = item.code === null ? undefined : read(check, item, 'code', 'string');
  if (code !== undefined && fieldByCode(account, entity, code)) check.bad('NotSupportedChoice', 'code');
  const options = readOptions(check, item);
  const sort = read(check, item, 'sort', 'int') ?? 500;
  const is_api_only = read(check, item, 'is_api_only', 'bool') ?? false;
  if (name === undefined || type === undefined) return undefined;
  const write = (): FieldDefinition => {
    const enums = options.map((option, n) => ({ id: account.nextId(), ...option, sort: n + 1 }));
    const own = { id: account.nextId(), name, code: code ?? null, type, sort, entity_type: entity };
    const field = { ...own, enums: isChoice ? enums : null, is_api_only, is_deleted: false };
    account.fields.push(field);
    return field;
  };
  return { write };
}

/** Kommo docs: 201 with the definitions, for administrators only. */
function add(call: Call, entity: EntityKind): Reply {
  if (!call.user.is_admin) return problem(403, "Client doesn't have the required scope");
  return runBatch<FieldDefinition>(call, {
    key: 'custom_fields',
    plan: (item, check) => plan(call, entity, item, check),
    show: (field) => fieldView(call, field),
    answer: (written) => hal({ _total_items: written.length, _embedded: { custom_fields: written } }, 201),
  });
}

const routesOf = (entity: EntityKind): Routes => ({
  [`GET /${entity}/custom_fields`]: (call) => list(call, entity),
  [`POST /${entity}/custom_fields`]: (call) => add(call, entity),
  [`GET /${entity}/custom_fields/:id`]: (call, id) => one(call, entity, id!),
});

export const fieldRoutes: Routes = {
  ...routesOf('leads'),
  ...routesOf('contacts'),
  ...routesOf('companies'),
};
