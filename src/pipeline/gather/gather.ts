import type { Company, Contact, Deal, User } from '../../domain/entities.ts';
import type { DealContext } from '../../domain/plan/plan.ts';
import type { Connection } from '../connection.ts';
import type { DealRequirement } from './requirements.ts';

/** Reads deals and their surroundings, each kind of thing for all deals in as few calls as there can be. */
export async function gatherDeals(
  connection: Connection,
  needs: DealRequirement[],
): Promise<Map<number, DealContext>> {
  if (needs.length === 0) return new Map();
  const { kommo } = connection;
  const deals = await kommo.deals([...new Set(needs.map((need) => need.dealId))]);
  const { contactIds, companyIds, users } = surroundings(needs, deals);
  const [contacts, companies, known] = await Promise.all([
    contactIds.length > 0 ? kommo.contacts(contactIds) : new Map<number, Contact>(),
    companyIds.length > 0 ? kommo.companies(companyIds) : new Map<number, Company>(),
    users ? usersFor(connection, [...deals.values()]) : [],
  ]);
  return new Map(
    [...deals].map(([id, deal]) => [
      id,
      {
        deal,
        contacts: deal.contactIds
          .map((contactId) => contacts.get(contactId))
          .filter((found) => found !== undefined),
        company: (deal.companyId !== null && companies.get(deal.companyId)) || null,
        responsibleUser: known.find((user) => user.id === deal.responsibleUserId) ?? null,
      },
    ]),
  );
}

/** What is to be read around the deals, each once. */
function surroundings(needs: DealRequirement[], deals: Map<number, Deal>) {
  const contactIds = new Set<number>();
  const companyIds = new Set<number>();
  let users = false;
  for (const need of needs) {
    const deal = deals.get(need.dealId);
    if (!deal) continue;
    const wanted = need.contacts === 'all' ? deal.contactIds : deal.contactIds.slice(0, 1);
    if (need.parts.contact) for (const id of wanted) contactIds.add(id);
    if (need.parts.company && deal.companyId !== null) companyIds.add(deal.companyId);
    users ||= need.parts.user && deal.responsibleUserId !== null;
  }
  return { contactIds: [...contactIds], companyIds: [...companyIds], users };
}

/** The account's users, read again only where somebody new is responsible for a deal. */
async function usersFor(connection: Connection, deals: Deal[]): Promise<User[]> {
  const isKnown = (deal: Deal) =>
    deal.responsibleUserId === null ||
    connection.catalog.users.some((user) => user.id === deal.responsibleUserId);
  return deals.every(isKnown) ? connection.catalog.users : (await connection.refreshCatalog()).users;
}
