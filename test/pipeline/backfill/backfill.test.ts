import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Backfill, type Backfills, createBackfills } from '../../../src/backfills/backfills.ts';
import type { FilterInput } from '../../../src/backfills/filter-names.ts';
import { createHolds } from '../../../src/holds/holds.ts';
import { COMMANDS } from '../../../src/store/users/actor.ts';
import { eventually } from '../../support/eventually.ts';
import { startWorld, WEBHOOK_SECRET, type World } from '../../support/world.ts';

/*
 * One world without Kommo's webhook, as if all deals were from before Stagepost. Each test has deals of its own: their segment is
 * the filter of its backfill.
 */

let world: World;
let backfills: Backfills;

beforeAll(async () => {
  world = await startWorld();
  for (const { destination } of world.kommo.hooks()) world.kommo.removeHook(destination);
  const { database } = world.app;
  backfills = createBackfills({ database, connections: ['acme'], actor: COMMANDS, now: Date.now });
});
afterAll(() => world.close());

interface DealPart {
  /** Of a new contact; null: it has none. */
  email?: string | null;
  /** Of Sales. */
  stage?: string;
  /** Instead of a new contact. */
  contactIds?: number[];
  emailStatus?: string;
}

/** Deals of a segment, and the filter that takes them. */
function segment(name: string) {
  const filter: FilterInput = { field: { name: 'Segment', value: name } };
  const deal = ({ email = null, stage = 'New lead', contactIds, emailStatus }: DealPart = {}): number => {
    const contact = () =>
      world.kommo.createContact({ name: 'Ann Lee', ...(email === null ? {} : { email }) }).id;
    return world.kommo.createDeal({
      name: `A deal of ${name}`,
      contactIds: contactIds ?? [contact()],
      pipelineId: world.kommo.pipelineId('Sales'),
      stageId: world.kommo.stageId('Sales', stage),
      fields: {
        Segment: name,
        Plan: 'Pro',
        ...(emailStatus === undefined ? {} : { email_status: emailStatus }),
      },
    }).id;
  };
  return { filter, deal };
}

function inState(id: number, state: Backfill['state']): Promise<Backfill> {
  return eventually(async () => {
    const backfill = await backfills.find(id);
    if (backfill.state !== state) throw new Error(`The backfill is ${backfill.state}: ${backfill.problem}`);
    return backfill;
  });
}

async function plan(filter: FilterInput): Promise<Backfill> {
  return inState(await backfills.create('acme', filter), 'planned');
}

async function run(filter: FilterInput, events: Parameters<Backfills['start']>[1] = []): Promise<Backfill> {
  const { id } = await plan(filter);
  await backfills.start(id, events);
  const backfill = await inState(id, 'done');
  await world.settled();
  return backfill;
}

const person = (email: string) => world.customerio.person(email);

it('brings the clients of deals to Customer.io with their attributes, and sends no event', async () => {
  const { deal, filter } = segment('plain');
  const id = deal({ email: 'plain@example.com', stage: 'Closed - won' });
  const { counts } = await run(filter);
  expect(counts).toMatchObject({ deals: { new: 1 }, newPeople: 1 });
  expect(person('plain@example.com')?.attributes).toMatchObject({ plan: 'Pro', kommo_deal_id: id });
  expect(person('plain@example.com')?.events).toEqual([]);
});

it('says in the plan what the run then does, and changes nothing before', async () => {
  const { deal, filter } = segment('planned');
  deal({ email: 'planned@example.com' });
  deal();
  deal({ contactIds: [] });
  const { id, plan: says, examples } = await plan(filter);
  expect(says).toMatchObject({
    deals: 3,
    isExact: true,
    counts: { deals: { new: 1, no_email: 1, no_contact: 1 } },
  });
  expect(examples.map(({ outcome }) => outcome)).toEqual(['no_contact', 'no_email']);
  expect(person('planned@example.com')).toBeUndefined();
  await backfills.start(id, []);
  const { counts } = await inState(id, 'done');
  expect(counts.deals).toEqual(says!.counts.deals);
});

it('changes nothing when it runs again', async () => {
  const { deal, filter } = segment('again');
  deal({ email: 'again@example.com' });
  await run(filter);
  const { counts } = await run(filter);
  expect(counts).toMatchObject({ deals: { unchanged: 1 }, newPeople: 0, updatedPeople: 0 });
  expect(person('again@example.com')?.identifies).toBe(1);
});

it('takes the attributes of a client with several deals from the newest open one', async () => {
  const { deal, filter } = segment('several');
  const contactIds = [world.kommo.createContact({ name: 'Sue Ray', email: 'several@example.com' }).id];
  deal({ contactIds });
  const open = deal({ contactIds });
  deal({ contactIds, stage: 'Closed - lost' });
  const { counts } = await run(filter);
  expect(counts).toMatchObject({ deals: { new: 1, duplicate: 2 }, newPeople: 1 });
  expect(person('several@example.com')?.attributes.kommo_deal_id).toBe(open);
});

it('adds nobody who has opted out in Kommo', async () => {
  const { deal, filter } = segment('opted out');
  deal({ email: 'out@example.com', emailStatus: 'unsubscribed' });
  const { counts } = await run(filter);
  expect(counts.deals).toEqual({ opted_out: 1 });
  expect(person('out@example.com')).toBeUndefined();
});

it('leaves a client unsubscribed who has unsubscribed in Customer.io', async () => {
  const { deal, filter } = segment('stays out');
  deal({ email: 'stays-out@example.com' });
  const other = segment('stays out, another client');
  other.deal({ email: 'stays-out@example.com' });
  await run(other.filter);
  world.customerio.unsubscribePerson('stays-out@example.com');
  await world.settled();
  await run(filter);
  expect(person('stays-out@example.com')).toMatchObject({ unsubscribed: true, attributes: { plan: 'Pro' } });
});

it('holds the events of the stages that were asked for, once for each deal', async () => {
  const { deal, filter } = segment('events');
  const id = deal({ email: 'events@example.com', stage: 'Demo scheduled' });
  deal({ email: 'other-stage@example.com', stage: 'Onboarding' });
  const stage = { pipeline: 'Sales', stage: 'Demo scheduled' };
  const first = await run(filter, [stage]);
  expect(first.stages).toContainEqual(expect.objectContaining({ event: 'demo_scheduled', deals: 1 }));
  expect(await heldDeals(first.eventStages[0]!.holdId)).toEqual([id]);
  expect((await run(filter, [stage])).eventStages).toEqual([
    { title: 'Sales / Demo scheduled', holdId: null },
  ]);
});

it('sends the event of a deal once that enters the stage again while it is held', async () => {
  const { deal, filter } = segment('again in the stage');
  const id = deal({ email: 'twice@example.com', stage: 'Demo scheduled' });
  const { eventStages } = await run(filter, [{ pipeline: 'Sales', stage: 'Demo scheduled' }]);
  const destination = `${world.app.url}/webhooks/kommo/acme/${WEBHOOK_SECRET}`;
  world.kommo.addHook({ destination, settings: ['status_lead'] });
  world.move(id, 'New lead');
  world.move(id, 'Demo scheduled');
  await world.customerio.waitFor(() => person('twice@example.com')?.events.length === 1);
  world.kommo.removeHook(destination);
  await world.settled();
  const { database } = world.app;
  const holds = createHolds({ database, connections: ['acme'], actor: COMMANDS, now: Date.now });
  await holds.send(eventStages[0]!.holdId!, {}, 'now');
  await eventually(async () => expect(await heldDeals(eventStages[0]!.holdId)).toEqual([]));
  await eventually(async () =>
    expect(await world.trace(id)).toContainEqual(
      expect.objectContaining({
        state: 'ignored',
        reason:
          'The deal has entered the stage again since the backfill, and that stage change has sent the event.',
      }),
    ),
  );
  expect(person('twice@example.com')?.events).toHaveLength(1);
});

it('prepares no event for a deal whose stage change was sent', async () => {
  const { deal, filter } = segment('moved');
  const id = deal({ email: 'moved@example.com' });
  const destination = `${world.app.url}/webhooks/kommo/acme/${WEBHOOK_SECRET}`;
  world.kommo.addHook({ destination });
  world.move(id, 'Demo scheduled');
  await world.customerio.waitFor(() => person('moved@example.com')?.events.length === 1);
  world.kommo.removeHook(destination);
  await world.settled();
  const { eventStages, counts } = await run(filter, [{ pipeline: 'Sales', stage: 'Demo scheduled' }]);
  expect(eventStages).toEqual([{ title: 'Sales / Demo scheduled', holdId: null }]);
  expect(counts.deals).toEqual({ unchanged: 1 });
});

it('goes on after a restart where it was, and sends nobody twice', async () => {
  const { deal, filter } = segment('restarted');
  const emails = Array.from({ length: 400 }, (_, n) => `restarted${n}@example.com`);
  for (const email of emails) deal({ email });
  const { id } = await plan(filter);
  await backfills.start(id, []);
  await eventually(async () => {
    const { done, state } = await backfills.find(id);
    if (done === 0 || state !== 'running') throw new Error(`${done} deals are done`);
  });
  await world.restart();
  for (const { destination } of world.kommo.hooks()) world.kommo.removeHook(destination);
  const { database } = world.app;
  backfills = createBackfills({ database, connections: ['acme'], actor: COMMANDS, now: Date.now });
  expect((await inState(id, 'done')).counts).toMatchObject({ deals: { new: 400 }, newPeople: 400 });
  await world.settled();
  expect(emails.map((email) => person(email)?.identifies)).toEqual(emails.map(() => 1));
});

it('pauses, and goes on where it was', async () => {
  const { deal, filter } = segment('paused');
  for (let n = 0; n < 300; n++) deal({ email: `paused${n}@example.com` });
  const { id } = await plan(filter);
  await backfills.start(id, []);
  await backfills.pause(id);
  const paused = await backfills.find(id);
  await world.settled();
  expect(paused.state).toBe('paused');
  await backfills.resume(id);
  expect((await inState(id, 'done')).counts.deals).toEqual({ new: 300 });
});

it('allows one backfill of a connection at a time', async () => {
  const { deal, filter } = segment('one');
  deal({ email: 'one@example.com' });
  const { id } = await plan(filter);
  await backfills.start(id, []);
  await backfills.pause(id);
  await expect(backfills.create('acme', filter)).rejects.toThrow(
    'Another backfill of this connection is under way.',
  );
  await backfills.stop(id);
  expect(person('one@example.com')).toBeUndefined();
});

it('refuses a filter with a name that the account does not have', async () => {
  await expect(backfills.create('acme', { stages: [{ pipeline: 'Sells' }] })).rejects.toThrow(
    'The Kommo account has no pipeline "Sells".',
  );
});

async function heldDeals(holdId: number | null): Promise<(number | null)[]> {
  const rows = await world.app.database.db
    .selectFrom('events')
    .select('deal_id')
    .where('hold_id', '=', holdId)
    .where('state', '=', 'held')
    .execute();
  return rows.map((row) => row.deal_id);
}
