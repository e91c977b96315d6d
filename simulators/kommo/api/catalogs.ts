import { addCatalog, type CatalogEdit, editCatalog } from '../catalogs.ts';
import { type Check, type Item, need, read } from '../checks.ts';
import { hal, nothing, problem, type Reply } from '../hal.ts';
import type { Catalog } from '../model.ts';
import { type Batch, type Planned, runBatch } from './batch.ts';
import { type Call, json, type Routes } from './call.ts';
import { fieldRoutesOf } from './fields.ts';
import { notSimulated } from './not-simulated.ts';
import { link, page } from './page.ts';
import { hrefOf } from './views.ts';

/** Lists of an account (Kommo docs). */
const MAX_CATALOGS = 10;

function view(call: Call, catalog: Catalog) {
  return {
    ...catalog,
    can_show_in_cards: false,
    can_be_deleted: catalog.type !== 'products',
    sdk_widget_code: null,
    account_id: call.account.settings.account.id,
    ...link(hrefOf(call, 'catalogs', catalog.id)),
  };
}

/** Answers for the list of the path; 204 where there is none. */
export function onCatalog(answer: (call: Call, catalog: Catalog, id: number) => Reply) {
  return (call: Call, catalogId = 0, id = 0): Reply => {
    const catalog = call.account.catalogs.get(catalogId);
    if (catalog) return answer(call, catalog, id);
    // What a write to an unknown list is answered is not documented.
    return call.method === 'GET' ? nothing : problem(404, 'Catalog not found');
  };
}

function readEdit(check: Check, item: Item): CatalogEdit {
  return {
    name: need(check, item, 'name', 'string'),
    sort: read(check, item, 'sort', 'int'),
    can_add_elements: read(check, item, 'can_add_elements', 'bool'),
    can_link_multiple: read(check, item, 'can_link_multiple', 'bool'),
  };
}

/** An account has one list of products at most. */
function readType(call: Call, check: Check, item: Item): Catalog['type'] | undefined {
  const type = read(check, item, 'type', 'string');
  if (type === undefined || type === 'regular') return type;
  const hasProducts = [...call.account.catalogs.values()].some((one) => one.type === 'products');
  if (type === 'products' && !hasProducts) return type;
  check.bad('NotSupportedChoice', 'type');
  return undefined;
}

function planAddition(call: Call, item: Item, check: Check): Planned<Catalog> {
  const { name, ...edit } = readEdit(check, item);
  const type = readType(call, check, item);
  if (name === undefined) return undefined;
  return { write: () => addCatalog(call.account, { ...edit, name, type }, call.by) };
}

function planEdit(call: Call, item: Item, check: Check): Planned<Catalog> {
  const id = need(check, item, 'id', 'int');
  const edit = readEdit(check, item);
  if (id === undefined) return undefined;
  const catalog = call.account.catalogs.get(id);
  if (!catalog) return { refused: 'Catalog not found', id };
  return { write: () => editCatalog(call.account, catalog, edit, call.by) };
}

const batch = (call: Call, plan: Batch<Catalog>['plan']): Batch<Catalog> => ({
  key: 'catalogs',
  plan,
  show: (catalog) => view(call, catalog),
});

const isInvoices = (item: unknown): boolean => (item as Item | null)?.type === 'invoices';

function add(call: Call): Reply {
  const items = json(call.text);
  if (Array.isArray(items) && items.some(isInvoices)) return notSimulated('The list of invoices');
  const count = Array.isArray(items) ? items.length : 0;
  if (call.account.catalogs.size + count > MAX_CATALOGS)
    return problem(400, `An account has ${MAX_CATALOGS} lists at most`);
  return runBatch(
    call,
    batch(call, (item, check) => planAddition(call, item, check)),
  );
}

/** One list is answered by itself, several as a collection (example in amoCRM's docs). */
const edit = (call: Call, single?: number): Reply =>
  runBatch(call, {
    ...batch(call, (item, check) => planEdit(call, item, check)),
    ...(single === undefined ? {} : { single, answer: ([catalog]) => hal(catalog) }),
  });

export const catalogRoutes: Routes = {
  'GET /catalogs': (call) =>
    page(call, 'catalogs', [...call.account.catalogs.values()], (one) => view(call, one)),
  'POST /catalogs': add,
  'PATCH /catalogs': (call) => edit(call),
  'GET /catalogs/:id': onCatalog((call, catalog) => hal(view(call, catalog))),
  'PATCH /catalogs/:id': onCatalog((call, { id }) => edit(call, id)),
  ...fieldRoutesOf('/catalogs/:id', (answer) =>
    onCatalog((call, catalog, id) => answer(call, `catalogs/${catalog.id}`, id)),
  ),
};
