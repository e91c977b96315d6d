import { afterAll, beforeAll, expect, it } from 'vitest';
import type { FunnelOverview, StageEntry } from '../../src/http/api/contract.ts';
import { type ConsoleClient, firstAdmin } from '../support/console-client.ts';
import { countAll } from '../support/count-all.ts';
import { eventually } from '../support/eventually.ts';
import { startWorld, type World } from '../support/world.ts';

let world: World;
let client: ConsoleClient;
let since: number;

/** Ann reads, clicks and goes on; Ben unsubscribes before he moves on; Cleo has no email; Dora's stage has no rule. */
beforeAll(async () => {
  // Named events: otherwise an email belongs to the last stage change of its second.
  world = await startWorld({ customerio: { switches: { triggerEventIds: 'event_id' } } });
  client = await firstAdmin(world.app);
  since = Date.now() - 3_600_000;
  const [ann, ben] = ['Ann', 'Ben'].map((name) =>
    world.deal({ name, email: `${name.toLowerCase()}@example.com` }),
  );
  const move = async (deal: { id: number }, stage: string) => {
    world.move(deal.id, stage);
    await world.settled();
  };
  const mailOf = (name: string) =>
    world.customerio.waitFor(() => world.customerio.mailbox(`${name}@example.com`)[0]);
  for (const deal of [ann!, ben!]) await move(deal, 'Demo scheduled');
  const { deliveryId } = await mailOf('ann');
  world.customerio.open(deliveryId, { machine: 'apple' });
  world.customerio.open(deliveryId);
  world.customerio.click(deliveryId);
  world.customerio.unsubscribe((await mailOf('ben')).deliveryId);
  await world.kommo.waitFor(() => world.taskTexts(ben!.id).length > 0);
  await move(ann!, 'Demo completed');
  await move(ben!, 'Demo completed');
  await move(world.deal({ name: 'Cleo', email: null }), 'Demo scheduled');
  await move(world.deal({ name: 'Dora', email: 'dora@example.com' }), 'Closed - lost');
  await world.customerio.waitFor(() => world.customerio.mailbox('ann@example.com').length === 2);
  await world.settled();
  await eventually(async () => {
    await countAll(world.app.database);
    expect(await entries('step=emailed')).toHaveLength(3);
    expect(await entries('step=clicked')).toHaveLength(1);
    expect((await entries('reason=no_rule')).map(({ stage }) => stage.name)).toContain('Closed - lost');
    expect(await entries('reason=unsubscribed')).toHaveLength(1);
  });
});
afterAll(() => world?.close());

async function funnel(query = ''): Promise<FunnelOverview> {
  return (await client.get(`/api/funnel?since=${since}${query}`)).body;
}

async function entries(query: string): Promise<StageEntry[]> {
  return (await client.get(`/api/funnel/entries?since=${since}&${query}`)).body.entries;
}

it('counts for each stage what became of the deals that entered it', async () => {
  const { funnels, pipelines, more } = await funnel();
  const sales = funnels.find(({ name }) => name === 'Sales')!;
  const stages = new Map(sales.stages.map((stage) => [stage.name, stage]));
  expect(stages.get('Demo scheduled')).toMatchObject({
    event: 'demo_scheduled',
    color: expect.stringMatching(/^#/),
    ...{ entered: 3, emailed: 2, opened: 1, clicked: 1, movedOn: 2 },
  });
  expect(stages.get('Demo completed')).toMatchObject({
    event: 'demo_completed',
    ...{ entered: 2, emailed: 1, opened: 0, clicked: 0, movedOn: 0 },
  });
  expect(stages.get('Closed - lost')).toMatchObject({ event: null, entered: 1, emailed: 0 });
  expect(pipelines.map(({ name }) => name)).toContain('Sales');
  expect(more).toBe(0);
});

it('says why deals were not emailed, and the numbers add up', async () => {
  const { missed, funnels, unsubscribed, bounced, times } = await funnel();
  const countOf = (reason: string) => missed.find((one) => one.reason === reason)?.count ?? 0;
  expect([countOf('unsubscribed'), countOf('no_address')]).toEqual([1, 1]);
  expect(countOf('no_rule')).toBeGreaterThanOrEqual(1);
  const stages = funnels.flatMap((one) => one.stages);
  const sum = (of: 'entered' | 'emailed') => stages.reduce((total, stage) => total + stage[of], 0);
  expect(sum('entered')).toBe(sum('emailed') + missed.reduce((total, { count }) => total + count, 0));
  expect({ unsubscribed, bounced }).toEqual({ unsubscribed: 1, bounced: 0 });
  expect(times.accepted).toBeGreaterThanOrEqual(0);
  expect(times.emailed).toBeGreaterThanOrEqual(0);
});

it('counts the emails of each campaign, by the stage that starts it', async () => {
  const { campaigns, funnels } = await funnel();
  const demo = campaigns.find(({ stage }) => stage.name === 'Demo scheduled')!;
  const stage = funnels.flatMap(({ stages }) => stages).find(({ id }) => id === demo.stage.id)!;
  expect(demo).toMatchObject({
    pipeline: { name: 'Sales' },
    ...{ entered: stage.entered, emailed: stage.emailed, opened: stage.opened, clicked: stage.clicked },
  });
  const found = await entries(`campaign=${demo.campaign}&stage=${demo.stage.id}&step=clicked`);
  expect(found.map(({ client }) => client)).toEqual(['Ann']);
});

it('is limited to a pipeline and a time', async () => {
  const { pipelines } = await funnel();
  const other = pipelines.find(({ name }) => name !== 'Sales');
  expect((await funnel(`&pipeline=${other?.id ?? 1}`)).missed).toEqual([]);
  expect((await funnel(`&until=${since + 1}`)).missed).toEqual([]);
  expect((await client.get(`/api/funnel?since=${since}&until=${since}`)).status).toBe(400);
});

it('lists the deals behind each number, with names and the reason', async () => {
  const [ben, ...others] = await entries('reason=unsubscribed');
  expect(others).toEqual([]);
  expect(ben).toMatchObject({
    client: 'Ben',
    pipeline: 'Sales',
    stage: { name: 'Demo completed' },
    missed: 'unsubscribed',
  });
  expect(await entries('reason=no_address')).toMatchObject([
    { why: expect.stringContaining('has no email') },
  ]);
  expect(await entries('step=clicked')).toMatchObject([
    { client: 'Ann', missed: null, clickedAt: expect.any(Number) },
  ]);
  const lost = (await entries('reason=no_rule')).filter(({ stage }) => stage.name === 'Closed - lost');
  expect(lost).toMatchObject([{ client: null, missed: 'no_rule' }]);
  expect((await entries('step=missed')).every(({ missed }) => missed !== null)).toBe(true);
});

it('lists the deals that moved on, as many as are counted', async () => {
  const { funnels } = await funnel();
  const sales = funnels.find(({ name }) => name === 'Sales')!;
  const demo = sales.stages.find(({ name }) => name === 'Demo scheduled')!;
  const found = await entries(`step=moved_on&pipeline=${sales.id}&stage=${demo.id}`);
  expect(found).toHaveLength(demo.movedOn);
  expect(found.map(({ client }) => client).sort()).toEqual(['Ann', 'Ben']);
  expect(found[0]!.next).toMatchObject({ pipeline: 'Sales', name: 'Demo completed' });
  const all = funnels.flatMap(({ stages }) => stages).reduce((sum, stage) => sum + stage.movedOn, 0);
  expect(await entries('step=moved_on')).toHaveLength(all);
});

it('lists the clients who were lost', async () => {
  const lost = async (kind: string) =>
    (await client.get(`/api/funnel/lost?since=${since}&kind=${kind}`)).body;
  expect(await lost('unsubscribed')).toEqual({
    clients: [
      expect.objectContaining({
        client: 'Ben',
        person: 'ben@example.com',
        what: 'unsubscribed',
        dealId: expect.any(Number),
      }),
    ],
    next: null,
  });
  expect(await lost('bounced')).toEqual({ clients: [], next: null });
  expect((await client.get('/api/funnel/lost')).status).toBe(400);
});

it('lists page by page', async () => {
  const [first, second, ...rest] = await entries('');
  expect((await entries(`before=${second!.event}&limit=2`)).map(({ event }) => event)).toEqual(
    rest.slice(0, 2).map(({ event }) => event),
  );
  expect(first!.enteredAt).toBeGreaterThanOrEqual(second!.enteredAt);
});
