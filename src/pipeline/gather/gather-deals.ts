import type { Company, Contact, Deal, User } from '../../domain/entities.ts';
import type { DealContext } from '../../domain/plan/plan-types.ts';
import type { Connection } from '../connection.ts';
import { type Compute, computeUnguarded } from './compute.ts';
import type { DealRequirement } from './requirements.ts';

/** Of a deal with many contacts only so many are read to replace its main one. */
const MAX_REPLACEMENTS = 5;

/**
 * Reads deals and their required related entities from Kommo, each kind of entity for all deals together.
 * @param compute default: without a deadline, since the work is copying
 * @returns by deal id; deals that Kommo does not have are missing.
 * @throws DeliveryError, or what `compute` throws
 */
export async function gatherDeals(
  connection: Connection,
  requirements: DealRequirement[],
  compute: Compute = computeUnguarded,
): Promise<Map<number, DealContext>> {
  if (requirements.length === 0) return new Map();
  const { kommo } = connection;
  const deals = await kommo.deals([...new Set(requirements.map(({ dealId }) => dealId))]);
  const { contactIds, companyIds, requiresUsers } = await compute(() => relatedTo(requirements, deals));
  const [contacts, companies, users] = await Promise.all([
    readContacts(connection, contactIds, deals),
    companyIds.length > 0 ? kommo.companies(companyIds) : new Map<number, Company>(),
    requiresUsers ? usersFor(connection, [...deals.values()]) : [],
  ]);
  return compute(() => contextsOf(requirements, deals, { contacts, companies, users }));
}

interface Related {
  /** Null for a contact that Kommo does not return. */
  contacts: ReadonlyMap<number, Contact | null>;
  companies: ReadonlyMap<number, Company>;
  users: readonly User[];
}

function contextsOf(
  requirements: DealRequirement[],
  deals: ReadonlyMap<number, Deal>,
  { contacts, companies, users }: Related,
): Map<number, DealContext> {
  const formerOf = (deal: Deal) =>
    requirements.flatMap(({ dealId, formerContacts = [] }) => (dealId === deal.id ? formerContacts : []));
  const found = (ids: number[]) => ids.map((id) => contacts.get(id) ?? null).filter((one) => one !== null);
  const contextOf = (deal: Deal): DealContext => ({
    deal,
    contacts: found(deal.contactIds),
    formerContacts: found([...new Set(formerOf(deal))].filter((id) => !deal.contactIds.includes(id))),
    missingContacts: deal.contactIds.filter((id) => contacts.get(id) === null),
    company: (deal.companyId !== null && companies.get(deal.companyId)) || null,
    responsibleUser: users.find((user) => user.id === deal.responsibleUserId) ?? null,
  });
  return new Map([...deals].map(([id, deal]) => [id, contextOf(deal)]));
}

/** The contacts, and those of the deals whose main contact Kommo does not return: the next one takes its place. Null for a contact that Kommo does not return. */
async function readContacts(
  { kommo }: Connection,
  ids: number[],
  deals: Map<number, Deal>,
): Promise<Map<number, Contact | null>> {
  if (ids.length === 0) return new Map();
  const contacts = new Map<number, Contact | null>();
  const read = async (wanted: number[]) => {
    const found = await kommo.contacts(wanted);
    for (const id of wanted) contacts.set(id, found.get(id) ?? null);
  };
  await read(ids);
  const substitutes = [...deals.values()]
    .filter(({ contactIds: [main] }) => main !== undefined && contacts.get(main) === null)
    .flatMap(({ contactIds }) => contactIds.slice(1, 1 + MAX_REPLACEMENTS))
    .filter((id) => !contacts.has(id));
  if (substitutes.length > 0) await read([...new Set(substitutes)]);
  return contacts;
}

/** The related entities to read, each once. */
function relatedTo(requirements: DealRequirement[], deals: Map<number, Deal>) {
  const contactIds = new Set<number>();
  const companyIds = new Set<number>();
  let requiresUsers = false;
  for (const { dealId, parts, contacts, formerContacts = [] } of requirements) {
    const deal = deals.get(dealId);
    if (!deal) continue;
    if (parts.contact)
      for (const id of [...wantedContacts(deal, contacts), ...formerContacts]) contactIds.add(id);
    if (parts.company && deal.companyId !== null) companyIds.add(deal.companyId);
    requiresUsers ||= parts.user && deal.responsibleUserId !== null;
  }
  return { contactIds: [...contactIds], companyIds: [...companyIds], requiresUsers };
}

function wantedContacts({ contactIds }: Deal, wanted: DealRequirement['contacts']): number[] {
  if (wanted === 'all') return contactIds;
  return wanted === 'main' ? contactIds.slice(0, 1) : contactIds.filter((id) => wanted.includes(id));
}

/** The account's users from the catalog. They are read again only if a deal has a responsible user who is not among them. */
async function usersFor({ catalog, refreshCatalog }: Connection, deals: Deal[]): Promise<User[]> {
  const isKnown = ({ responsibleUserId }: Deal) =>
    responsibleUserId === null || catalog.users.some((user) => user.id === responsibleUserId);
  return deals.every(isKnown) ? catalog.users : (await refreshCatalog()).users;
}
