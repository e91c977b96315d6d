import type { Client, Deal } from './cast.ts';
import type { Act, Stage } from './load.ts';

const STAGES = [
  'Demo scheduled',
  'Demo completed',
  'Proposal sent',
  'New lead',
  'Onboarding',
  'Closed - won',
];
const NO_RULE = 'New lead';
const WON = 'Closed - won';

/** What an integration writes for the time of a change, in seconds away from the truth. */
const WRONG_CLOCKS = [3_600, -5 * 3_600, -400 * 86_400];

/** Clients who have an email before the trouble begins, so that a short run has people who can answer, opt out and move. */
const FIRST_CLIENTS = 12;

/** Makes the first clients, each with a campaign that has started. */
export function firstClients({ simulators, cast }: Stage): void {
  const { kommo } = simulators;
  for (let made = 0; made < FIRST_CLIENTS; made++) {
    const name = cast.newName();
    const contact = kommo.createContact({ ...name, name: `${name.firstName} ${name.lastName}` });
    const stageId = kommo.stageId('Sales', 'Demo scheduled');
    const { id } = kommo.createDeal({
      name: 'Deal',
      contactIds: [contact.id],
      stageId,
      fields: { Plan: 'Pro' },
    });
    cast.addDeal(id, [cast.addClient(contact.id, name)]);
  }
}

/** What sales people and forms do with deals. */
export function kommoActs({ simulators, cast, random, later }: Stage): Act[] {
  const { kommo } = simulators;

  function newContact(): Client {
    const name = cast.newName();
    const contact = kommo.createContact({
      ...name,
      name: `${name.firstName} ${name.lastName}`,
      phone: '+34600000000',
    });
    return cast.addClient(contact.id, name);
  }

  function newDeal(clients: Client[], stage?: string): Deal {
    const { id } = kommo.createDeal({
      name: 'Deal',
      price: 100,
      contactIds: clients.map(({ contactId }) => contactId),
      fields: { Plan: 'Pro' },
      ...(stage === undefined ? {} : { stageId: kommo.stageId('Sales', stage) }),
    });
    return cast.addDeal(id, clients);
  }

  function newClient(): boolean {
    newDeal([newContact()]);
    return true;
  }

  /** A form makes the deal first, in a stage with a rule, then the contact, and links them seconds later. */
  function lateContact(): boolean {
    const deal = newDeal([], 'Demo scheduled');
    later(500, 6_000, () => {
      const client = newContact();
      kommo.linkContact(deal.dealId, client.contactId, { isMain: true });
      deal.clients = [client];
    });
    return true;
  }

  function anotherDeal(): boolean {
    const client = cast.quietClient();
    if (client) newDeal([client]);
    return client !== undefined;
  }

  function anotherContact(): boolean {
    const deal = cast.quietDeal();
    if (!deal || deal.clients.length === 0) return false;
    const client = newContact();
    kommo.linkContact(deal.dealId, client.contactId);
    deal.clients.push(client);
    return true;
  }

  function replaceMainContact(): boolean {
    const deal = cast.quietDeal();
    const before = deal?.clients[0];
    if (!deal || !before || before.isAway) return false;
    const client = deal.clients[1] ?? newContact();
    if (client.isAway) return false;
    kommo.linkContact(deal.dealId, client.contactId, { isMain: true });
    const isKept = random() < 0.5;
    if (!isKept) kommo.unlinkContact(deal.dealId, before.contactId);
    deal.clients = [client, ...deal.clients.filter((one) => one !== client && (isKept || one !== before))];
    return true;
  }

  function incomingLead(): boolean {
    const name = cast.newName();
    const { uid, dealId, contactIds } = kommo.addIncomingLead({ contact: name });
    const isDeclined = random() < 0.4;
    later(500, 5_000, () => {
      if (isDeclined) return kommo.declineIncomingLead(uid);
      kommo.acceptIncomingLead(uid, { stageId: kommo.stageId('Sales', 'Demo scheduled') });
      cast.addDeal(dealId, [cast.addClient(contactIds[0]!, name)]);
    });
    return true;
  }

  function move(): boolean {
    const deal = cast.quietDeal();
    if (!deal) return newClient();
    const now = kommo.deal(deal.dealId)!.stage;
    const isFit = (stage: string) =>
      stage !== now && !(deal.isWon && stage === WON) && !(now === WON && stage === NO_RULE);
    const stage = cast.pick(STAGES.filter(isFit))!;
    deal.isWon ||= stage === WON;
    deal.movedAt = Date.now();
    deal.moves += 1;
    const stageId = kommo.stageId('Sales', stage);
    const skew = random() < 0.1 && stage !== WON ? cast.pick(WRONG_CLOCKS)! : null;
    const updatedAt = skew === null ? {} : { updatedAt: Math.floor(Date.now() / 1000) + skew };
    kommo.updateDeal(deal.dealId, { stageId, ...updatedAt });
    return true;
  }

  function edit(): boolean {
    const deal = cast.pick(cast.deals);
    if (!deal) return false;
    const [client] = deal.clients;
    if (random() < 0.5 || !client || client.isAway)
      kommo.updateDeal(deal.dealId, { price: Math.floor(random() * 10_000) });
    else kommo.updateContact(client.contactId, { phone: `+3460000${1000 + Math.floor(random() * 9000)}` });
    return true;
  }

  return [
    ['new client', 12, newClient],
    ['deal moved', 40, move],
    ['deal or contact edited', 6, edit],
    ['contact after its deal', 5, lateContact],
    ['another deal', 4, anotherDeal],
    ['another contact', 3, anotherContact],
    ['main contact replaced', 3, replaceMainContact],
    ['incoming lead', 4, incomingLead],
  ];
}
