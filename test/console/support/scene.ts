import { setTimeout } from 'node:timers/promises';
import type { World } from '../../support/world.ts';

const PEOPLE: [name: string, email: string, plan: string, price: number][] = [
  ['Ann Lee', 'ann@acme.example', 'Pro', 1200],
  ['Ben Ortiz', 'ben@bolt.example', 'Basic', 300],
  ['Cleo Park', 'cleo@cove.example', 'Enterprise', 9800],
  ['Dora Novak', 'dora@dune.example', 'Pro', 1500],
  ['Emil Berg', 'emil@elm.example', 'Basic', 450],
  ['Fay Stone', 'fay@fern.example', 'Pro', 2100],
];

/**
 * A morning at a small sales team: deals move, clients read, click and unsubscribe. Cleo has two deals; Dora has asked her
 * manager for no more email; the form that brought Finn did not ask for an address.
 */
export async function playMorning(world: World): Promise<void> {
  const deals = new Map(
    PEOPLE.map(([name, email, plan, price]) => [email, world.deal({ name, email, plan, price })]),
  );
  const dealOf = (email: string) => deals.get(email)!.id;
  const move = async (dealId: number, stage: string) => {
    world.move(dealId, stage);
    await world.settled();
  };
  world.customerio.bounce('ben@bolt.example', '550 5.1.1 user unknown');
  for (const { id } of deals.values()) await move(id, 'Demo scheduled');
  for (const email of ['ann@acme.example', 'cleo@cove.example', 'dora@dune.example'])
    await move(dealOf(email), 'Demo completed');
  world.kommo.updateDeal(dealOf('dora@dune.example'), { fields: { email_status: 'unsubscribed' } });
  await move(world.deal({ name: 'Finn Dale', email: null }).id, 'Demo scheduled');
  const renewal = world.kommo.createDeal({
    name: 'Cleo Park, second office',
    price: 4200,
    contactIds: [deals.get('cleo@cove.example')!.contactId],
    fields: { Plan: 'Pro' },
  });
  await move(renewal.id, 'Proposal sent');
  await move(dealOf('ann@acme.example'), 'Proposal sent');
  await world.customerio.waitFor(() =>
    world.customerio.mailbox('ann@acme.example').some(({ event }) => event === 'proposal_sent'),
  );
  // Emails and stage changes are compared by the second.
  await setTimeout(2_000);
  await move(dealOf('ann@acme.example'), 'Closed - won');
  await move(dealOf('cleo@cove.example'), 'Closed - won');
  const won = (email: string) =>
    world.customerio.waitFor(() => world.customerio.mailbox(email).find(({ event }) => event === 'deal_won'));
  const ann = await won('ann@acme.example');
  world.customerio.open(ann.deliveryId, { machine: 'apple' });
  world.customerio.open(ann.deliveryId);
  world.customerio.click(ann.deliveryId);
  world.customerio.unsubscribe((await won('cleo@cove.example')).deliveryId);
  await world.kommo.waitFor(() =>
    world.kommo.tasks().some(({ text }) => text.startsWith('Client unsubscribed')),
  );
  await world.settled();
}

/** An import of old clients: the first deals are sent, and the others are held. Some have no address, some are deleted. */
export async function playImport(world: World, deals: number): Promise<void> {
  const ids = Array.from(
    { length: deals },
    (_, index) => world.deal(index % 50 === 49 ? { email: null } : {}).id,
  );
  for (const id of ids) world.move(id, 'Onboarding');
  await world.kommo.waitFor(() => world.kommo.hooksPending() === 0, { timeoutMs: 60_000 });
  await world.settled();
  for (const id of ids.slice(-30, -5)) world.kommo.deleteDeal(id);
  await world.settled();
}

/** An administrator has deleted the field of the status in Kommo, and Customer.io no longer takes the key. */
export async function playTrouble(world: World): Promise<void> {
  const people = ['Gus Hale', 'Hana Mori', 'Ivo Brand'].map((name) => {
    const email = `${name.split(' ')[0]!.toLowerCase()}@example.com`;
    return { email, dealId: world.deal({ name, email }).id };
  });
  for (const { dealId } of people) world.move(dealId, 'Demo scheduled');
  const received = await Promise.all(
    people.map(({ email }) => world.customerio.waitFor(() => world.customerio.mailbox(email)[0])),
  );
  world.kommo.removeDealField('email_status');
  for (const { deliveryId } of received) world.customerio.unsubscribe(deliveryId);
  while ((await deadLetters(world)) < people.length) await setTimeout(50);
  world.customerio.faults.add({ kind: 'status', status: 401 });
  world.move(world.deal({ name: 'Jan Post', email: 'jan@post.example' }).id, 'Demo scheduled');
}

async function deadLetters(world: World): Promise<number> {
  const { db } = world.app.database;
  return (await db.selectFrom('actions').select('id').where('state', '=', 'dead').execute()).length;
}
