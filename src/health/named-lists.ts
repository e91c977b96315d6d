import { type RulesConfig, resolveRules } from '../config/index.ts';
import { fieldsToSet } from '../doctor/fields.ts';
import type { Catalog } from '../domain/entities.ts';
import { CATALOG_LISTS, type CatalogList } from '../kommo/index.ts';

/** The lists of the account that the rules name anything of: the others need not be read to check the names. Pure. */
export function namedLists(rules: RulesConfig, catalog: Catalog): CatalogList[] {
  const named = new Set<CatalogList>();
  const recording = { ...catalog };
  for (const list of CATALOG_LISTS)
    Object.defineProperty(recording, list, {
      get() {
        named.add(list);
        return catalog[list];
      },
    });
  resolveRules(rules, recording);
  if (fieldsToSet(rules).length > 0) named.add('dealFields');
  return CATALOG_LISTS.filter((list) => named.has(list));
}
