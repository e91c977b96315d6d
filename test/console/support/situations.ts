import { setTimeout } from 'node:timers/promises';
import type { World } from '../../support/world.ts';

/*
 * What goes on at a sales team now and then, played between the simulators: opt-outs that a manager sets, colleagues who
 * have left, texts that Kommo does not take, emails that belong to somebody else, accounts that do not pay.
 */

/** Maria Lopez, a user of the simulated account. */
const MARIA = 8_375_359;
/** Boris Lang, who leaves. */
const BORIS = 8_375_358;

const LONG_LINK = `https://acme.example/offer?${'utm_content=a-long-name-of-a-campaign&'.repeat(9)}`;

/** A deal that has entered a stage, whose email has arrived. */
async function playMove(world: World, name: string, stage = 'Demo scheduled') {
  const email = `${name.split(' ')[0]!.toLowerCase()}@${name.split(' ')[1]!.toLowerCase()}.example`;
  const { id } = world.deal({ name, email });
  await move(world, id, stage);
  const { deliveryId } = await world.customerio.waitFor(() => world.customerio.mailbox(email)[0]);
  return { id, email, deliveryId };
}

async function move(world: World, dealId: number, stage: string): Promise<void> {
  world.move(dealId, stage);
  await world.kommo.waitFor(() => world.kommo.hooksPending() === 0, { timeoutMs: 60_000 });
  await world.settled();
}

/** A manager notes that the client wants no more email, and moves the deal on. */
export async function playOptOutInKommo(world: World): Promise<{ deal: number; email: string }> {
  const { id, email } = await playMove(world, 'Dora Novak');
  world.kommo.updateDeal(id, { fields: { email_status: 'unsubscribed' }, userId: MARIA });
  await world.customerio.waitFor(() => world.customerio.person(email)?.unsubscribed);
  await world.settled();
  await move(world, id, 'Demo completed');
  return { deal: id, email };
}

/** A client clicks a link that is longer than a field of Kommo takes. */
export async function playLongText(world: World): Promise<number> {
  const { id, deliveryId } = await playMove(world, 'Lena Fox');
  world.customerio.click(deliveryId, LONG_LINK);
  await world.kommo.waitFor(() => world.kommo.deal(id)?.fields.Segment);
  await world.settled();
  return id;
}

/** A client of somebody who has left unsubscribes. */
export async function playColleagueLeft(world: World): Promise<number> {
  const { id, deliveryId } = await playMove(world, 'Omar Reyes');
  world.kommo.updateDeal(id, { responsibleUserId: BORIS });
  await world.settled();
  world.kommo.deactivateUser(BORIS);
  world.customerio.unsubscribe(deliveryId);
  await world.kommo.waitFor(() => world.kommo.tasks(id).length > 0);
  await world.settled();
  return id;
}

/** A client reads and clicks, in part by machines, between two stage changes. */
export async function playEmails(world: World): Promise<number> {
  const { id, email, deliveryId } = await playMove(world, 'Ann Lee');
  world.customerio.open(deliveryId, { machine: 'apple' });
  world.customerio.open(deliveryId);
  await world.settled();
  // Emails and stage changes are compared by the second.
  await setTimeout(2_000);
  await move(world, id, 'Closed - won');
  const won = await world.customerio.waitFor(() =>
    world.customerio.mailbox(email).find(({ event }) => event === 'deal_won'),
  );
  world.customerio.open(won.deliveryId);
  world.customerio.click(won.deliveryId);
  await world.kommo.waitFor(() => world.noteTexts(id).some((text) => text.startsWith('Clicked')));
  await world.settled();
  const { id: bounced } = world.deal({ name: 'Ben Ortiz', email: 'ben@bolt.example' });
  world.customerio.bounce('ben@bolt.example', '550 5.1.1 user unknown');
  await move(world, bounced, 'Demo scheduled');
  return id;
}

/** The form that brought the deal did not ask for an address. */
export async function playWithoutContact(world: World): Promise<number> {
  const { id } = world.deal({ name: 'Finn Dale', email: null });
  await move(world, id, 'Demo scheduled');
  return id;
}

/** A client's email is changed in Kommo to one that a user of the product has at Customer.io. */
export async function playForeignEmail(world: World): Promise<number> {
  const { customerio, kommo } = world;
  const { siteId, apiKey } = customerio.credentials;
  await fetch(`${customerio.url}/api/v1/customers/u_9001`, {
    method: 'PUT',
    headers: { authorization: `Basic ${Buffer.from(`${siteId}:${apiKey}`).toString('base64')}` },
    body: JSON.stringify({ email: 'ivy@green.example' }),
  });
  const { id, contactId } = world.deal({ name: 'Ivy Green', email: 'ivy@old.example' });
  await move(world, id, 'Demo scheduled');
  kommo.updateContact(contactId, { email: 'ivy@green.example' });
  await world.settled();
  await move(world, id, 'Onboarding');
  return id;
}

/** The Kommo account is in trouble while a client unsubscribes. */
export async function playAccountTrouble(
  world: World,
  trouble: 'payment' | 'maintenance',
  name: string,
): Promise<void> {
  const { email, deliveryId } = await playMove(world, name);
  world.kommo.setTrouble(trouble);
  world.customerio.unsubscribe(deliveryId);
  while ((await waiting(world, email)) === 0) await setTimeout(100);
}

async function waiting(world: World, email: string): Promise<number> {
  const { db } = world.app.database;
  const rows = await db
    .selectFrom('events')
    .select('id')
    .where('person', '=', email)
    .where('name', '=', 'email_unsubscribed')
    .execute();
  return rows.length;
}
