import type { Client, Deal } from './cast.ts';
import type { Act, Stage } from './load.ts';
import { CONTACT_FIELD } from './texts.ts';

/** The field of a deal is set back three times a day by Stagepost; after that the manager has the last word. */
const TAKEN_BACK_EACH = 2;

/** What managers do about the consent of clients in Kommo, and what clients choose in the subscription center. */
export function consentActs({ simulators, cast, random }: Stage, isTwoWay: boolean): Act[] {
  const { kommo, customerio, journal } = simulators;
  const takenBack = new Map<number, number>();
  const ticked = new Set<Client>();

  const shows = ({ dealId }: Deal) => kommo.deal(dealId)?.fields.email_status ?? '';

  /** A client who has done nothing for a while, with a deal of which the client is the main contact. */
  const withClient = (act: (client: Client, deals: Deal[]) => boolean) => (): boolean => {
    const client = cast.quietClient();
    if (!client) return false;
    const isDone = act(
      client,
      cast.dealsOf(client).filter(({ clients }) => clients[0] === client),
    );
    if (isDone) client.changedAt = Date.now();
    return isDone;
  };

  function optOut(_: Client, [deal]: Deal[]): boolean {
    if (!deal || shows(deal) === 'unsubscribed') return false;
    journal.managerSet({ wish: 'opt_out', dealId: deal.dealId });
    kommo.updateDeal(deal.dealId, { fields: { email_status: 'unsubscribed' } });
    return true;
  }

  function takeBack(_: Client, deals: Deal[]): boolean {
    const deal = deals.find(
      (one) => shows(one) === 'unsubscribed' && (takenBack.get(one.dealId) ?? 0) < TAKEN_BACK_EACH,
    );
    if (!deal) return false;
    takenBack.set(deal.dealId, (takenBack.get(deal.dealId) ?? 0) + 1);
    journal.managerSet({ wish: 'opt_in', dealId: deal.dealId });
    kommo.updateDeal(deal.dealId, { fields: { email_status: null } });
    return true;
  }

  function switchBox(client: Client): boolean {
    const isTicked = !ticked.has(client);
    if (isTicked) ticked.add(client);
    else ticked.delete(client);
    const { contactId } = client;
    journal.managerSet({ wish: isTicked ? 'opt_out' : 'opt_in', contactId });
    kommo.updateContact(contactId, { fields: { [CONTACT_FIELD]: isTicked } });
    return true;
  }

  /** Both topics are named, since a report carries only those that the client has ever switched. */
  function switchTopics(client: Client): boolean {
    const profile = customerio.person(client.addresses.at(-1)!);
    if (!profile) return false;
    customerio.setPreferences(`cio_${profile.cioId}`, { topic_1: random() < 0.5, topic_2: random() < 0.5 });
    return true;
  }

  const weight = (number: number) => (isTwoWay ? number : 0);
  return [
    ['opt-out by a manager', weight(6), withClient(optOut)],
    ['opt-out taken back by a manager', weight(8), withClient(takeBack)],
    ['box of a contact ticked or unticked', weight(5), withClient(switchBox)],
    ['topics switched by a client', weight(5), withClient(switchTopics)],
  ];
}
