import type { Catalog } from '../domain/entities.ts';
import type { KommoClient } from '../kommo/index.ts';
import type { SampleDeal } from './account-fields.ts';

/** An account as the step about rules needs it. */
export interface AccountView {
  catalog: Catalog;
  /** A recent deal with much in it; null where there is none. */
  sample: SampleDeal | null;
}

/** How many recent deals are compared for the sample. */
const RECENT = 25;

/** Reads the names of an account, and a real deal. About ten calls. @throws DeliveryError where the names cannot be read */
export async function readAccount(
  kommo: Pick<KommoClient, 'catalog' | 'recentDeals' | 'contacts' | 'companies'>,
): Promise<AccountView> {
  const catalog = await kommo.catalog();
  return { catalog, sample: await sampleOf(kommo, catalog).catch(() => null) };
}

async function sampleOf(
  kommo: Pick<KommoClient, 'recentDeals' | 'contacts' | 'companies'>,
  { users }: Catalog,
): Promise<SampleDeal | null> {
  const deals = await kommo.recentDeals(RECENT);
  const [deal] = deals.toSorted((a, b) => contentOf(b) - contentOf(a));
  if (!deal) return null;
  const [contactId] = deal.contactIds;
  const contact =
    contactId === undefined ? null : ((await kommo.contacts([contactId])).get(contactId) ?? null);
  const companyId = deal.companyId ?? contact?.companyId ?? null;
  const company = companyId === null ? null : ((await kommo.companies([companyId])).get(companyId) ?? null);
  return {
    deal,
    contact,
    company,
    responsibleUser: users.find(({ id }) => id === deal.responsibleUserId) ?? null,
  };
}

/** How much of a deal is filled in. */
function contentOf({ fields, contactIds, companyId, price }: SampleDeal['deal']): number {
  const filled = fields.filter(({ values }) => values.length > 0).length;
  return filled + (contactIds.length > 0 ? 5 : 0) + (companyId === null ? 0 : 3) + (price > 0 ? 2 : 0);
}
