import type { Contact } from '../../domain/entities.ts';
import type { DealContext } from '../../domain/plan/plan-types.ts';

/** Two readings of deals, with the contacts, company and user of both where a deal was read twice. */
export function mergeReadings(
  first: ReadonlyMap<number, DealContext>,
  second: ReadonlyMap<number, DealContext>,
): Map<number, DealContext> {
  const merged = new Map(first);
  for (const [id, later] of second) {
    const earlier = first.get(id);
    merged.set(id, earlier ? mergeDeal(earlier, later) : later);
  }
  return merged;
}

function mergeDeal(earlier: DealContext, later: DealContext): DealContext {
  const order = later.deal?.contactIds ?? [];
  const isOn = ({ id }: { id: number }) => order.includes(id);
  const former = withoutTwins([...(later.formerContacts ?? []), ...(earlier.formerContacts ?? [])]);
  return {
    ...later,
    contacts: withoutTwins([...later.contacts, ...earlier.contacts.filter(isOn)]).sort(
      (a, b) => order.indexOf(a.id) - order.indexOf(b.id),
    ),
    missingContacts: [
      ...new Set([...later.missingContacts, ...earlier.missingContacts.filter((id) => order.includes(id))]),
    ],
    ...(former.length > 0 && { formerContacts: former }),
    company: later.company ?? earlier.company,
    responsibleUser: later.responsibleUser ?? earlier.responsibleUser,
  };
}

/** Each contact once, the first of several. */
function withoutTwins(contacts: Contact[]): Contact[] {
  return [...new Map([...contacts].reverse().map((contact) => [contact.id, contact])).values()].reverse();
}
