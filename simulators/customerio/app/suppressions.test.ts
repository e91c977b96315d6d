import { expect, test } from 'vitest';
import { workspace } from '../testing/workspace.ts';

async function bounced(options: Parameters<typeof workspace>[0] = {}) {
  const made = await workspace({ appLimitPerSecond: 1000, ...options });
  await made.identify('a+b@x.com');
  const send = () => made.event('a+b@x.com', { name: 'deal_won' });
  made.sim.bounce('a+b@x.com', '550 5.1.1 user unknown');
  await send();
  return { ...made, send, address: encodeURIComponent('a+b@x.com') };
}

test('a hard bounce puts the address on the list, with the reason', async () => {
  const { app, address } = await bounced();
  const { json } = await app('GET', `/v1/esp/search_suppression/${address}`);
  expect(json).toMatchObject({
    category: 'bounces',
    suppressions: [{ email: 'a+b@x.com', reason: '550 5.1.1 user unknown', status: '5.1.1' }],
  });
  expect((await app('GET', '/v1/esp/suppression/bounces?limit=10')).json.suppressions).toHaveLength(1);
  expect((await app('GET', '/v1/esp/suppression/blocks')).json.suppressions).toBeNull();
});

test('an address that is on no list has no suppressions', async () => {
  const { app } = await bounced();
  const { status, json } = await app('GET', '/v1/esp/search_suppression/b%40x.com');
  expect([status, json.suppressions]).toEqual([200, null]);
});

test('a suppressed address is dropped until it is taken off the list', async () => {
  const { app, sim, send, address } = await bounced();
  await send();
  expect(sim.reports.at(-1)?.metric).toBe('dropped');
  expect((await app('DELETE', `/v1/esp/suppression/bounces/${address}`)).status).toBe(204);
  await send();
  expect(sim.reports.at(-1)?.metric).toBe('delivered');
});

test('a spam mark is on a list of its own', async () => {
  const { app, sim, identify, event } = await bounced();
  await identify('c@x.com');
  await event('c@x.com', { name: 'deal_won' });
  sim.spam(sim.mailbox('c@x.com')[0]!.deliveryId);
  expect((await app('GET', '/v1/esp/search_suppression/c%40x.com')).json.category).toBe('spam');
  expect((await app('DELETE', '/v1/esp/suppression/bounces/c%40x.com')).status).toBe(404);
  expect(sim.suppressions('c@x.com')).toHaveLength(1);
});

test.each([204, 404] as const)(
  'with unknownSuppression %i so answers a second DELETE',
  async (unknownSuppression) => {
    const { app, address } = await bounced({ switches: { unknownSuppression } });
    await app('DELETE', `/v1/esp/suppression/bounces/${address}`);
    expect((await app('DELETE', `/v1/esp/suppression/bounces/${address}`)).status).toBe(unknownSuppression);
  },
);

test('an address is put on a list by POST', async () => {
  const { app, sim } = await bounced();
  await app('POST', '/v1/esp/suppression/blocks/d%40x.com');
  expect(sim.suppressions('D@x.com')).toMatchObject([{ type: 'blocks', email: 'd@x.com' }]);
});
