import { type Account, fieldByCode, findField } from '../account.ts';
import { type Check, type Item, isObject, need, read } from '../checks.ts';
import { defined } from '../edits.ts';
import { hal, nothing, problem, type Reply } from '../hal.ts';
import type { FieldDefinition, FieldOwner } from '../model.ts';
import type { EntityKind } from '../types.ts';
import { type Planned, runBatch } from './batch.ts';
import type { Call, Handler, Routes } from './call.ts';
import { orderBy } from './lists.ts';
import { notSimulated } from './not-simulated.ts';
import { link, page } from './page.ts';
import { hrefOf } from './views.ts';

const plainTypes = [
  ...['text', 'textarea', 'url', 'streetaddress', 'tracking_data', 'smart_address', 'legal_entity', 'file'],
  ...['numeric', 'price', 'monetary', 'checkbox', 'date', 'date_time', 'birthday', 'linked_entity'],
  ...['chained_list', 'items', 'multitext'],
];
const choiceTypes = ['select', 'radiobutton', 'category', 'multiselect'];

/** Keys that a definition of deals, contacts and companies has (amoCRM docs). */
const cardKeys = ({ code, is_api_only = false }: FieldDefinition) => ({
  is_api_only,
  is_predefined: ['POSITION', 'PHONE', 'EMAIL', 'WEB'].includes(code ?? ''),
  group_id: null,
  required_statuses: [],
  hidden_statuses: [],
  remind: null,
  chained_lists: null,
});

/** Keys that a definition of a list has. */
const catalogKeys = { is_visible: true, is_required: false };

function fieldView(call: Call, field: FieldDefinition) {
  const { is_deleted: _deleted, is_api_only: _own, entity_type: owner, ...shown } = field;
  const isOfCatalog = owner.startsWith('catalogs/');
  return {
    ...shown,
    entity_type: isOfCatalog ? 'catalogs' : owner,
    account_id: call.account.settings.account.id,
    ...(isOfCatalog ? catalogKeys : cardKeys(field)),
    is_deletable: field.code === null,
    currency: null,
    tracking_callback: null,
    search_in: null,
    triggers: [],
    settings: null,
    ...link(hrefOf(call, `${owner}/custom_fields`, field.id)),
  };
}

function list(call: Call, entity: FieldOwner): Reply {
  const types = call.query.list('filter', 'type');
  const fields = call.account.fields.filter(
    (field) => field.entity_type === entity && !field.is_deleted && (!types || types.includes(field.type)),
  );
  orderBy(call, fields, ['sort', 'id']);
  return page(call, 'custom_fields', fields, (field) => fieldView(call, field), { counted: true });
}

function one(call: Call, entity: FieldOwner, id: number): Reply {
  const field = call.account.fields.find((known) => known.id === id && known.entity_type === entity);
  return field && !field.is_deleted ? hal(fieldView(call, field)) : nothing;
}

type Option = { id?: number; value: string; code?: string };

function readOptions(check: Check, item: Item): Option[] {
  const given = read(check, item, 'enums', 'array') ?? [];
  return given.flatMap((option, index) => {
    const value = isObject(option)
      ? need(check, option, 'value', 'string', `enums.${index}.value`)
      : undefined;
    if (!isObject(option)) check.bad('InvalidType', `enums.${index}`);
    if (value === undefined) return [];
    const { id, code } = option as Item;
    return [
      { value, ...(typeof id === 'number' ? { id } : {}), ...(typeof code === 'string' ? { code } : {}) },
    ];
  });
}

function plan(call: Call, entity: FieldOwner, item: Item, check: Check) {
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
    const enums = options.map(({ id: _id, ...option }, n) => ({
      id: account.nextId(),
      ...option,
      sort: n + 1,
    }));
    const own = { id: account.nextId(), name, code: code ?? null, type, sort, entity_type: entity };
    const field = { ...own, enums: isChoice ? enums : null, is_api_only, is_deleted: false };
    account.fields.push(field);
    return field;
  };
  return { write };
}

/** The options after a write: those named by their ids keep them, all others are new (public issue threads). */
function changedOptions(account: Account, field: FieldDefinition, options: Option[]) {
  return options.map(({ id, ...option }, n) => {
    const known = field.enums?.find((one) => one.id === id);
    return { ...known, ...option, id: known?.id ?? account.nextId(), sort: n + 1 };
  });
}

function planEdit(call: Call, entity: FieldOwner, item: Item, check: Check): Planned<FieldDefinition> {
  const { account } = call;
  const id = need(check, item, 'id', 'int');
  const name = read(check, item, 'name', 'string');
  const code = item.code === null ? null : read(check, item, 'code', 'string');
  const sort = read(check, item, 'sort', 'int');
  const is_api_only = read(check, item, 'is_api_only', 'bool');
  const options = item.enums === undefined ? undefined : readOptions(check, item);
  if (id === undefined) return undefined;
  const field = findField(account, entity, id);
  if (!field) return { refused: 'Field not found', id };
  const enums = options && field.enums ? { enums: changedOptions(account, field, options) } : {};
  const write = () => Object.assign(field, defined({ name, code, sort, is_api_only }), enums);
  return { write };
}

/** A list of changed definitions, or the one of the path as the answer itself; for administrators only (Kommo docs). */
function edit(call: Call, entity: FieldOwner, single?: number): Reply {
  if (!call.user.is_admin) return problem(403, "Client doesn't have the required scope");
  return runBatch<FieldDefinition>(call, {
    key: 'custom_fields',
    ...(single === undefined ? {} : { single }),
    plan: (item, check) => planEdit(call, entity, item, check),
    show: (field) => fieldView(call, field),
    answer(written) {
      if (single === undefined)
        return hal({ _total_items: written.length, _embedded: { custom_fields: written } });
      const { request_id: _request, ...own } = written[0]!;
      return hal(own);
    },
  });
}

function remove({ account, user }: Call, entity: FieldOwner, id: number): Reply {
  if (!user.is_admin) return problem(403, "Client doesn't have the required scope");
  const field = findField(account, entity, id);
  if (!field) return nothing;
  if (field.code !== null) return notSimulated('Deleting a field that every account has');
  field.is_deleted = true;
  return nothing;
}

/** Kommo docs: 201 with the definitions, for administrators only. */
function add(call: Call, entity: FieldOwner): Reply {
  if (!call.user.is_admin) return problem(403, "Client doesn't have the required scope");
  return runBatch<FieldDefinition>(call, {
    key: 'custom_fields',
    plan: (item, check) => plan(call, entity, item, check),
    show: (field) => fieldView(call, field),
    answer: (written) => hal({ _total_items: written.length, _embedded: { custom_fields: written } }, 201),
  });
}

type Answer = (call: Call, owner: FieldOwner, id: number) => Reply;

/**
 * The routes of the fields of one owner.
 * @param on makes the handler of a route, which finds the owner that the path names
 */
export function fieldRoutesOf(path: string, on: (answer: Answer) => Handler): Routes {
  const all = `${path}/custom_fields`;
  return {
    [`GET ${all}`]: on(list),
    [`POST ${all}`]: on(add),
    [`PATCH ${all}`]: on((call, owner) => edit(call, owner)),
    [`PATCH ${all}/:id`]: on(edit),
    [`DELETE ${all}/:id`]: on(remove),
    [`GET ${all}/:id`]: on(one),
  };
}

const routesOf = (entity: EntityKind): Routes =>
  fieldRoutesOf(
    `/${entity}`,
    (answer) =>
      (call, id = 0) =>
        answer(call, entity, id),
  );

export const fieldRoutes: Routes = {
  ...routesOf('leads'),
  ...routesOf('contacts'),
  ...routesOf('companies'),
};
