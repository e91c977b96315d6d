import { afterEach, expect, it } from 'vitest';
import {
  type CustomerioSimulator,
  startCustomerioSimulator,
} from '../../../../simulators/customerio/index.ts';
import { type KommoSimulator, startKommoSimulator } from '../../../../simulators/kommo/index.ts';
import { Outages } from './outages.ts';

let kommo: KommoSimulator;
let customerio: CustomerioSimulator;
afterEach(() => Promise.all([kommo.close(), customerio.close()]));

async function start(killServer = () => {}) {
  [kommo, customerio] = await Promise.all([startKommoSimulator(), startCustomerioSimulator()]);
  const news: string[] = [];
  const outages = new Outages({
    sides: { kommo, customerio },
    killServer,
    now: () => 1_000,
    pause: async () => {},
    onNews: ({ state }) => news.push(state),
  });
  return { outages, news };
}

/** What Stagepost would write: it is not there. */
function deliverNotes(deal: number): void {
  for (const event of ['demo_scheduled', 'demo_completed']) kommo.addNote(deal, `Event '${event}' sent`);
}

async function send(url: string, authorization: string, body: object): Promise<void> {
  const headers = { authorization, 'content-type': 'application/json' };
  const { ok, status } = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!ok) throw new Error(`${url}: ${status}`);
}

const movedDeals = () => kommo.deals().filter(({ stage }) => stage === 'Demo completed');

const statusOf = async () =>
  (await fetch(`${kommo.url}/api/v4/account`, { headers: { authorization: `Bearer ${kommo.token}` } }))
    .status;

it('what is broken is repaired by one call, and only one thing is broken at a time', async () => {
  const { outages } = await start();
  outages.break('kommo_token');
  expect(await statusOf()).toBe(401);
  expect(() => outages.break('rate_limit')).toThrow(/Repair/);
  outages.repair('kommo_token');
  expect(await statusOf()).toBe(200);
  expect(() => outages.repair('kommo_token')).toThrow(/not broken/);
});

it('deals move while it is broken, and nothing is proven before everything has arrived', async () => {
  const { outages, news } = await start();
  outages.break('kommo_token');
  await expect.poll(() => movedDeals().length).toBe(3);
  outages.repair('kommo_token');
  expect(outages.view()[0]).toMatchObject({ state: 'recovering', provenAt: null });
  expect(outages.view()[0]!.parcels.map(({ count }) => count)).toEqual(Array(12).fill(0));
  for (const { id } of movedDeals()) deliverNotes(id);
  expect(outages.view()[0]!.parcels.filter(({ count }) => count === 1)).toHaveLength(6);
  expect(news).toEqual(['broken', 'recovering']);
});

it('a killed server repairs itself when it listens again', async () => {
  const killed = Promise.withResolvers<void>();
  const { outages, news } = await start(killed.resolve);
  outages.break('killed_server');
  await killed.promise;
  outages.onServerReady();
  expect(news).toEqual(['broken', 'recovering']);
  outages.onServerReady();
  expect(news).toHaveLength(2);
});

it('a deal that the visitor moves proves nothing, and does not keep the others from it', async () => {
  const { outages, news } = await start();
  outages.break('kommo_token');
  await expect.poll(() => movedDeals().length).toBe(3);
  outages.repair('kommo_token');
  for (const { id } of movedDeals()) outages.touch(id);
  expect(news).toEqual(['broken', 'recovering', 'proven']);
  expect(outages.view()[0]!.isInOrder).toBe(true);
});

it('what the visitor has repaired in Stagepost is repaired', async () => {
  const { outages, news } = await start();
  outages.break('missing_field');
  const deals = () => kommo.deals().filter(({ stage }) => stage === 'Demo scheduled');
  await expect.poll(() => deals().length).toBe(3);
  expect(kommo.deal(deals()[0]!.id)!.fields).not.toHaveProperty('email_status');
  await send(`${kommo.url}/api/v4/leads/custom_fields`, `Bearer ${kommo.token}`, [
    { name: 'email_status', type: 'text' },
  ]);
  for (const { id } of deals()) {
    kommo.addNote(id, 'demo_scheduled');
    kommo.updateDeal(id, { fields: { email_status: 'unsubscribed' } });
  }
  expect(news).toEqual(['broken']);
  const { siteId, apiKey } = customerio.credentials;
  const key = `Basic ${Buffer.from(`${siteId}:${apiKey}`).toString('base64')}`;
  for (const name of ['rita', 'sam', 'tess'])
    await send(`${customerio.url}/api/v1/customers/${name}.1@outage.example/events`, key, {
      name: 'demo_scheduled',
    });
  expect(news).toEqual(['broken', 'recovering', 'proven']);
});

it('what is missing when nothing is under way any more is called missing, until it comes', async () => {
  const { outages, news } = await start();
  outages.break('kommo_token');
  await expect.poll(() => movedDeals().length).toBe(3);
  outages.repair('kommo_token');
  for (let reports = 0; reports < 19; reports++) outages.report(true);
  outages.report(false);
  expect(news).toEqual(['broken', 'recovering']);
  for (let reports = 0; reports < 20; reports++) outages.report(true);
  expect(news.at(-1)).toBe('incomplete');
  expect(outages.isBroken).toBe(false);
});
