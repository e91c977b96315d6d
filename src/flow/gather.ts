import type { Contact, Deal, User } from '../rules/entities.ts';
import type { DealContext } from '../rules/plan.ts';
import type { Rules } from '../rules/rules.ts';
import { partsUsed } from '../rules/values.ts';
import type { Connection } from './connection.ts';

/** Which of a deal's surroundings the connection's rules speak of. */
export function partsOf(rules: Rules) {
  const texts = rules.reactions.flatMap((reaction) => [
    reaction.note,
    reaction.task?.text ?? null,
    ...Object.values(reaction.fields),
  ]);
  const moves = rules.stages.flatMap((stage) => [stage.note, ...Object.values(stage.data)]);
  const inactivity = rules.inactivity.map((rule) => rule.task?.text ?? null);
  return {
    /** For events that identify: the contact is always read. */
    person: partsUsed([...Object.values(rules.attributes), ...moves]),
    /** For reports and watches. */
    texts: partsUsed([...texts, ...inactivity]),
  };
}

export interface DealNeed {
  dealId: number;
  /** `person`: contacts and all that the attributes map; `texts`: what reaction texts speak of. */
  for: 'person' | 'texts';
}

/** Reads deals and their surroundings, each kind of thing for all deals in as few calls as there can be. */
export async function gatherDeals(
  connection: Connection,
  needs: DealNeed[],
): Promise<Map<number, DealContext>> {
  const { kommo, rules } = connection;
  const parts = partsOf(rules);
  const deals = await kommo.deals([...new Set(needs.map((need) => need.dealId))]);
  const contactIds = new Set<number>();
  const companyIds = new Set<number>();
  let users = false;
  for (const need of needs) {
    const deal = deals.get(need.dealId);
    if (!deal) continue;
    const wanted = need.for === 'person' ? { ...parts.person, contact: true } : parts.texts;
    const read =
      need.for === 'person' && rules.contacts === 'all' ? deal.contactIds : deal.contactIds.slice(0, 1);
    if (wanted.contact) for (const id of read) contactIds.add(id);
    if (wanted.company && deal.companyId !== null) companyIds.add(deal.companyId);
    users ||= wanted.user && deal.responsibleUserId !== null;
  }
  const contacts = contactIds.size > 0 ? await kommo.contacts([...contactIds]) : new Map<number, Contact>();
  const companies = companyIds.size > 0 ? await kommo.companies([...companyIds]) : new Map();
  const known = users ? await usersFor(connection, [...deals.values()]) : [];
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

/** The account's users, read again only where somebody new is responsible for a deal. */
async function usersFor(connection: Connection, deals: Deal[]): Promise<User[]> {
  const isKnown = (deal: Deal) =>
    deal.responsibleUserId === null ||
    connection.catalog.users.some((user) => user.id === deal.responsibleUserId);
  return deals.every(isKnown) ? connection.catalog.users : (await connection.refreshCatalog()).users;
}
