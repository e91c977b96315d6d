import type { DealContext } from './plan-types.ts';

/**
 * A sentence about the deal's main contact where Kommo does not return it: it was deleted, or the token may not see it.
 * Null where it was read, or where the deal has no contact. The gather step then reads the deal's other contacts, of which
 * the first takes its place.
 */
export function unreadMainContact({ deal, contacts }: Pick<DealContext, 'deal' | 'contacts'>): string | null {
  const [mainId] = deal?.contactIds ?? [];
  if (mainId === undefined || contacts.some(({ id }) => id === mainId)) return null;
  const missing = `The deal's main contact ${mainId} does not exist any more in Kommo (or cannot be read)`;
  const [next] = contacts;
  return next ? `${missing}, so ${next.name || `contact ${next.id}`} takes its place.` : `${missing}.`;
}
