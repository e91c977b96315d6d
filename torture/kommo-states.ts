import type { KommoSimulator, SimulatorEvent } from '../simulators/kommo/types.ts';
import type { ContactState, DealState, ObservedMove } from './observed.ts';

/** Won and lost deals are closed. */
const CLOSED = new Set([142, 143]);

/** How deals and contacts stood, one state for each change. */
export function createKommoStates(kommo: KommoSimulator) {
  const deals: DealState[] = [];
  const contacts: ContactState[] = [];
  const created: Omit<ObservedMove, 'reportedAt'>[] = [];
  const lastOf = new Map<string, string>();

  /** Whether this differs from what was seen last. */
  function isNew(key: string, state: object): boolean {
    const text = JSON.stringify(state);
    if (lastOf.get(key) === text) return false;
    lastOf.set(key, text);
    return true;
  }

  function seeContact(contactId: number): void {
    const contact = kommo.contact(contactId);
    if (!contact) return;
    const addresses = contact.emails.map((email) => email.toLowerCase());
    const state = { contactId, firstName: contact.firstName, addresses };
    if (isNew(`contact/${contactId}`, state)) contacts.push({ ...state, at: Date.now() });
  }

  function seeDeal(dealId: number): void {
    const deal = kommo.deal(dealId);
    if (!deal) return;
    deal.contactIds.forEach(seeContact);
    const contactIds = deal.contactIds.filter((id) => kommo.contact(id)?.isDeleted === false);
    const state = { dealId, contactIds, isOpen: !CLOSED.has(deal.stageId), isDeleted: deal.isDeleted };
    if (isNew(`deal/${dealId}`, state)) deals.push({ ...state, at: Date.now() });
  }

  kommo.on((happening: SimulatorEvent) => {
    if ('deal' in happening) seeDeal(happening.deal.id);
    if ('incoming' in happening) seeDeal(happening.incoming.dealId);
    if ('contact' in happening) {
      seeContact(happening.contact.id);
      (kommo.contact(happening.contact.id)?.dealIds ?? []).forEach(seeDeal);
    }
    if (happening.kind !== 'deal_added') return;
    const { id: dealId, stageId } = happening.deal;
    const at = Math.floor(Date.now() / 1000) * 1000;
    created.push({ dealId, stageId, at, isCreation: true });
  });
  return { deals, contacts, created };
}
