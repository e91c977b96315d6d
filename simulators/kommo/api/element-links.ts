import type { Account } from '../account.ts';
import { elementsOf, isLinkedToOtherDeal } from '../catalogs.ts';
import { type Check, type Item, need, readUser } from '../checks.ts';
import type { EntityKind } from '../types.ts';
import type { Call } from './call.ts';

/**
 * Checks the link to an element of a list, whose metadata name the list.
 * @returns the quantity, 1 where none is given
 */
export function readElementLink(call: Call, check: Check, elementId: number, metadata: Item): number {
  const catalogId = need(check, metadata, 'catalog_id', 'int', 'metadata.catalog_id');
  const { quantity = 1 } = metadata;
  if (typeof quantity !== 'number') check.bad('InvalidType', 'metadata.quantity');
  readUser(call.account, check, metadata, 'updated_by');
  const element = call.account.elements.get(elementId);
  if (catalogId !== undefined && element?.catalog_id !== catalogId)
    check.bad('NotSupportedChoice', 'to_entity_id');
  return Number(quantity);
}

/**
 * Whether a new link is one too many: a list may allow one deal only for each element (Kommo docs). The answer to a second link is
 * not documented.
 */
export function isTakenByOtherDeal(
  account: Account,
  link: { kind: EntityKind; id: number; toKind: string; toId: number },
): boolean {
  if (link.toKind !== 'catalog_elements' || link.kind !== 'leads') return false;
  const element = account.elements.get(link.toId);
  const catalog = element && account.catalogs.get(element.catalog_id);
  return catalog?.can_link_multiple === false && isLinkedToOtherDeal(account, link.toId, link.id);
}

/** What a link says of its element. */
export function elementMetadata(account: Account, kind: EntityKind, id: number, elementId: number): Item {
  const quantity = elementsOf(account, kind, id).get(elementId) ?? 0;
  return { quantity, catalog_id: account.elements.get(elementId)?.catalog_id };
}
