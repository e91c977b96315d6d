import type { Company, Contact, Deal, User } from '../../domain/entities.ts';
import type { DealContext } from '../../domain/plan/plan-types.ts';
import type { Connection } from '../connection.ts';
import type { DealRequirement } from './requirements.ts';

/**
 * Reads deals and their required related entities from Kommo, each kind of entity for all deals together.
 * @returns by deal id; deals that Kommo does not have are missing.
 * @throws DeliveryError
 */
export async function gatherDeals(
  connection: Connection,
  requirements: DealRequirement[],
): Promise<Map<number, DealContext>> {
  if (requirements.length === 0) return new Map();
  const { kommo } = connection;
  const deals = await kommo.deals([...new Set(requirements.map(({ dealId }) => dealId))]);
  const { contactIds, companyIds, requiresUsers } = relatedTo(requirements, deals);
  const [contacts, companies, users] = await Promise.all([
    contactIds.length > 0 ? kommo.contacts(contactIds) : new Map<number, Contact>(),
    companyIds.length > 0 ? kommo.companies(companyIds) : new Map<number, Company>(),
    requiresUsers ? usersFor(connection, [...deals.values()]) : [],
  ]);
  const contextOf = (deal: Deal): DealContext => ({
    deal,
    contacts: deal.contactIds.map((id) => contacts.get(id)).filter((contact) => contact !== undefined),
    company: (deal.companyId !== null && companies.get(deal.companyId)) || null,
    responsibleUser: users.find((user) => user.id === deal.responsibleUserId) ?? null,
  });
  return new Map([...deals].map(([id, deal]) => [id, contextOf(deal)]));
}

/** The related entities to read, each once. */
function relatedTo(requirements: DealRequirement[], deals: Map<number, Deal>) {
  const contactIds = new Set<number>();
  const companyIds = new Set<number>();
  let requiresUsers = false;
  for (const { dealId, parts, contacts } of requirements) {
    const deal = deals.get(dealId);
    if (!deal) continue;
    const ids = contacts === 'all' ? deal.contactIds : deal.contactIds.slice(0, 1);
    if (parts.contact) for (const id of ids) contactIds.add(id);
    if (parts.company && deal.companyId !== null) companyIds.add(deal.companyId);
    requiresUsers ||= parts.user && deal.responsibleUserId !== null;
  }
  return { contactIds: [...contactIds], companyIds: [...companyIds], requiresUsers };
}

/** The account's users from the catalog. They are read again only if a deal has a responsible user who is not among them. */
async function usersFor({ catalog, refreshCatalog }: Connection, deals: Deal[]): Promise<User[]> {
  const isKnown = ({ responsibleUserId }: Deal) =>
    responsibleUserId === null || catalog.users.some((user) => user.id === responsibleUserId);
  return deals.every(isKnown) ? catalog.users : (await refreshCatalog()).users;
}
