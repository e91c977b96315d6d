import { expect, test } from 'vitest';
import { workspace } from '../testing/workspace.ts';

const pros = { attribute: { field: 'plan', operator: 'eq', value: 'pro' } };

test('an export of people is pending, then done, and its link brings the file without a key', async () => {
  let now = 1_800_000_000_000;
  const { app, identify, sim } = await workspace({ now: () => now, exportMs: 5000 });
  await identify('1', { email: 'ann@x.com', plan: 'pro', name: 'Lee, "Ann"' });
  await identify('2', { email: 'bo@x.com' });
  const made = (await app('POST', '/v1/exports/customers', { filters: pros, attributes: ['name'] })).json
    .export;
  expect(made).toMatchObject({ id: 1, type: 'customers', status: 'pending', total: 1, failed: false });
  expect((await app('GET', '/v1/exports/1/download')).status).toBe(404);
  now += 5000;
  expect((await app('GET', '/v1/exports/1')).json.export.status).toBe('done');
  const { url } = (await app('GET', '/v1/exports/1/download')).json;
  const cioId = sim.person('1')?.cioId;
  expect(await (await fetch(url)).text()).toBe(`id,email,cio_id,name\n1,ann@x.com,${cioId},"Lee, ""Ann"""\n`);
  expect((await app('GET', '/v1/exports')).json.exports).toMatchObject([{ id: 1, downloads: 1 }]);
});

test('a link ends after 15 minutes', async () => {
  let now = 1_800_000_000_000;
  const { app } = await workspace({ now: () => now });
  await app('POST', '/v1/exports/customers', { filters: pros });
  const { url } = (await app('GET', '/v1/exports/1/download')).json;
  now += 15 * 60_000;
  expect((await fetch(url)).status).toBe(404);
});

test('an export of deliveries has those of a campaign within its time', async () => {
  let now = 1_800_000_000_000;
  const { app, identify, event } = await workspace({ now: () => now });
  await identify('1', { email: 'ann@x.com' });
  await event('1', { name: 'deal_won' });
  await event('1', { name: 'demo_scheduled' });
  const campaigns = (await app('GET', '/v1/campaigns')).json.campaigns as {
    id: number;
    event_name: string;
  }[];
  const campaign_id = campaigns.find(({ event_name }) => event_name === 'deal_won')?.id;
  const total = async (body: object) =>
    (await app('POST', '/v1/exports/deliveries', body)).json.export.total as number;
  expect(await total({ campaign_id })).toBe(1);
  expect(await total({ campaign_id, end: now / 1000 - 1 })).toBe(0);
  now += 200 * 86_400_000;
  expect(await total({ campaign_id })).toBe(0);
});

test.each([
  ['/v1/exports/customers', {}, 400],
  ['/v1/exports/deliveries', {}, 400],
  ['/v1/exports/deliveries', { newsletter_id: 1 }, 501],
])('%s with %j is refused', async (path, body, status) => {
  const { app } = await workspace();
  expect((await app('POST', path, body)).status).toBe(status);
});

test('without any the list is null, and an unknown one is 404', async () => {
  const { app } = await workspace();
  expect((await app('GET', '/v1/exports')).json).toEqual({ exports: null });
  expect((await app('GET', '/v1/exports/9')).status).toBe(404);
});
