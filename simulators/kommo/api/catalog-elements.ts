import { addElement, editElement, fieldsOwner } from '../catalogs.ts';
import { type Check, type Item, need } from '../checks.ts';
import { readCustomFields } from '../field-values.ts';
import { hal, nothing, type Reply } from '../hal.ts';
import type { Catalog, CatalogElement } from '../model.ts';
import { type Batch, type Planned, runBatch } from './batch.ts';
import type { Call, Routes } from './call.ts';
import { onCatalog } from './catalogs.ts';
import { matchesQuery } from './lists.ts';
import { link, page } from './page.ts';
import { fieldValues, hrefOf } from './views.ts';

function view(call: Call, { custom, ...element }: CatalogElement) {
  return {
    ...element,
    is_deleted: false,
    custom_fields_values: fieldValues(call.account, custom),
    // null for every list but that of invoices (amoCRM docs).
    ...(call.query.with().has('invoice_link') ? { invoice_link: null } : {}),
    account_id: call.account.settings.account.id,
    ...link(hrefOf(call, `catalogs/${element.catalog_id}/elements`, element.id)),
  };
}

function list(call: Call, catalog: Catalog): Reply {
  const ids = call.query.ids('filter', 'id');
  const matches = matchesQuery(call);
  const elements = [...call.account.elements.values()].filter(
    (one) => one.catalog_id === catalog.id && (!ids || ids.has(one.id)) && matches(one),
  );
  return page(call, 'elements', elements, (one) => view(call, one));
}

function find({ account }: Call, catalog: Catalog, id: number): CatalogElement | undefined {
  const element = account.elements.get(id);
  return element?.catalog_id === catalog.id ? element : undefined;
}

function one(call: Call, catalog: Catalog, id: number): Reply {
  const element = find(call, catalog, id);
  return element ? hal(view(call, element)) : nothing;
}

function readElement(call: Call, catalog: Catalog, item: Item, check: Check) {
  const name = need(check, item, 'name', 'string');
  const custom = readCustomFields(call.account, check, item, fieldsOwner(catalog.id)) ?? [];
  return name === undefined ? undefined : { name, custom };
}

function planAddition(call: Call, catalog: Catalog, item: Item, check: Check): Planned<CatalogElement> {
  const element = readElement(call, catalog, item, check);
  return element && { write: () => addElement(call.account, catalog, element, call.by) };
}

function planEdit(call: Call, catalog: Catalog, item: Item, check: Check): Planned<CatalogElement> {
  const id = need(check, item, 'id', 'int');
  const edit = readElement(call, catalog, item, check);
  if (id === undefined || !edit) return undefined;
  const element = find(call, catalog, id);
  if (!element) return { refused: 'Element not found', id };
  return { write: () => editElement(call.account, element, edit, call.by) };
}

/** The answer has the elements in full (example in amoCRM's docs). */
const batch = (call: Call, plan: Batch<CatalogElement>['plan']): Batch<CatalogElement> => ({
  key: 'elements',
  plan,
  show: (element) => view(call, element),
});

const add = (call: Call, catalog: Catalog): Reply =>
  runBatch(
    call,
    batch(call, (item, check) => planAddition(call, catalog, item, check)),
  );

const edit = (call: Call, catalog: Catalog, single?: number): Reply =>
  runBatch(call, {
    ...batch(call, (item, check) => planEdit(call, catalog, item, check)),
    ...(single === undefined ? {} : { single, answer: ([element]) => hal(element) }),
  });

export const elementRoutes: Routes = {
  'GET /catalogs/:id/elements': onCatalog(list),
  'POST /catalogs/:id/elements': onCatalog(add),
  'PATCH /catalogs/:id/elements': onCatalog((call, catalog) => edit(call, catalog)),
  'GET /catalogs/:id/elements/:id': onCatalog(one),
  'PATCH /catalogs/:id/elements/:id': onCatalog(edit),
};
