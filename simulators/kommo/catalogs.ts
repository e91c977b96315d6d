import type { Account } from './account.ts';
import { defined, listKey, mergeCustom } from './edits.ts';
import type { By } from './history.ts';
import type { Catalog, CatalogElement, CustomValue, FieldOwner } from './model.ts';
import { fieldOf } from './seed.ts';
import type { CatalogSeed, FieldSeed } from './seed-types.ts';
import type { EntityKind } from './types.ts';

export const fieldsOwner = (catalogId: number): FieldOwner => `catalogs/${catalogId}`;

/** What every list of products has (amoCRM docs). The hidden `external_id` has no documented type, and is left out. */
const productFields: Omit<FieldSeed, 'entity' | 'id'>[] = [
  { name: 'SKU', code: 'SKU', type: 'text' },
  { name: 'Description', code: 'DESCRIPTION', type: 'textarea' },
  { name: 'Price', code: 'PRICE', type: 'numeric' },
  { name: 'Group', code: 'GROUP', type: 'category', enums: [] },
];

export interface CatalogEdit {
  name?: string | undefined;
  type?: Catalog['type'] | undefined;
  sort?: number | undefined;
  can_add_elements?: boolean | undefined;
  can_link_multiple?: boolean | undefined;
}

/** Stores a list with its fields. Without a `sort` it comes after all others, ten apart (example in amoCRM's docs). */
export function addCatalog(
  account: Account,
  edit: CatalogEdit & { name: string; id?: number; fields?: CatalogSeed['fields'] },
  by: By,
): Catalog {
  const { id = account.nextId(), fields = [], type = 'regular', ...given } = edit;
  const at = account.seconds();
  const catalog: Catalog = {
    sort: 10 * (account.catalogs.size + 1),
    can_add_elements: true,
    can_link_multiple: true,
    ...defined(given),
    ...{ id, type, name: edit.name },
    ...{ created_by: by, updated_by: by, created_at: at, updated_at: at },
  };
  account.catalogs.set(id, catalog);
  const entity = fieldsOwner(id);
  const seeds = [...(type === 'products' ? productFields : []), ...fields];
  for (const [n, seed] of seeds.entries())
    account.fields.push(fieldOf({ ...seed, entity }, 500 + n, account.nextId));
  return catalog;
}

export function editCatalog(account: Account, catalog: Catalog, edit: CatalogEdit, by: By): Catalog {
  return Object.assign(catalog, defined(edit), { updated_by: by, updated_at: account.seconds() });
}

export function addElement(
  account: Account,
  catalog: Catalog,
  { name, custom }: { name: string; custom: CustomValue[] },
  by: By,
): CatalogElement {
  const at = account.seconds();
  const about = { created_by: by, updated_by: by, created_at: at, updated_at: at };
  const element = { id: account.nextId(), catalog_id: catalog.id, name, ...about, custom };
  account.elements.set(element.id, element);
  return element;
}

export function editElement(
  account: Account,
  element: CatalogElement,
  { name, custom }: { name: string; custom: CustomValue[] },
  by: By,
): CatalogElement {
  const about = { updated_by: by, updated_at: account.seconds() };
  return Object.assign(element, { name, custom: mergeCustom(element.custom, custom), ...about });
}

/** The elements of an entity with their quantities; those of an entity without any are an empty map. */
export const elementsOf = (account: Account, kind: EntityKind, id: number): ReadonlyMap<number, number> =>
  account.elementsOf.get(listKey(kind, id)) ?? new Map();

/** A link that exists gets the new quantity. Which webhook or entry of the history follows is not documented: none does. */
export function linkElement(
  account: Account,
  kind: EntityKind,
  id: number,
  elementId: number,
  quantity: number,
): void {
  const key = listKey(kind, id);
  const elements = account.elementsOf.get(key) ?? new Map();
  account.elementsOf.set(key, elements.set(elementId, quantity));
}

export function unlinkElement(account: Account, kind: EntityKind, id: number, elementId: number): void {
  account.elementsOf.get(listKey(kind, id))?.delete(elementId);
}

/** Whether a deal other than this one has the element. */
export function isLinkedToOtherDeal(account: Account, elementId: number, dealId: number): boolean {
  return [...account.elementsOf].some(
    ([key, elements]) =>
      key.startsWith('leads/') && key !== listKey('leads', dealId) && elements.has(elementId),
  );
}
