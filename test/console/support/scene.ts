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

/** A morning at a small sales team: deals move, clients read, click and unsubscribe. */
export async function playMorning(world: World): Promise<void> {
  const deals = new Map(
    PEOPLE.map(([name, email, plan, price]) => [email, world.deal({ name, email, plan, price }).id]),
  );
  const move = async (email: string, stage: string) => {
    world.move(deals.get(email)!, stage);
    await world.settled();
  };
  world.customerio.bounce('ben@bolt.example', '550 5.1.1 user unknown');
  for (const [, email] of PEOPLE) await move(email, 'Demo scheduled');
  for (const email of ['ann@acme.example', 'cleo@cove.example', 'dora@dune.example'])
    await move(email, 'Demo completed');
  await move('ann@acme.example', 'Proposal sent');
  await move('ann@acme.example', 'Closed - won');
  await move('cleo@cove.example', 'Closed - won');
  const won = (email: string) =>
    world.customerio.waitFor(() => world.customerio.mailbox(email).find(({ event }) => event === 'deal_won'));
  const ann = await won('ann@acme.example');
  world.customerio.open(ann.deliveryId, { machine: 'apple' });
  world.customerio.open(ann.deliveryId);
  world.customerio.click(ann.deliveryId);
  world.customerio.unsubscribe((await won('cleo@cove.example')).deliveryId);
  await world.kommo.waitFor(() => world.taskTexts(deals.get('cleo@cove.example')!).length > 0);
  await world.settled();
}

/** Kommo takes only short notes any more, and Customer.io not the key. */
export async function playTrouble(world: World): Promise<void> {
  const deals = ['Gus Hale', 'Hana Mori', 'Ivo Brand'].map((name) =>
    world.deal({ name, email: `${name.split(' ')[0]!.toLowerCase()}@example.com` }),
  );
  world.kommo.switches.noteTextMax = 40;
  for (const { id } of deals) world.move(id, 'Onboarding');
  while ((await deadLetters(world)) < deals.length) await setTimeout(50);
  world.customerio.faults.add({ kind: 'status', status: 401 });
  world.move(world.deal({ name: 'Jan Post', email: 'jan@post.example' }).id, 'Demo scheduled');
}

async function deadLetters(world: World): Promise<number> {
  const { db } = world.app.database;
  return (await db.selectFrom('actions').select('id').where('state', '=', 'dead').execute()).length;
}
