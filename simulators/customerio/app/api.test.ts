import { describe, expect, test } from 'vitest';
import { workspace } from '../testing/workspace.ts';

const webhook = { name: 'mine', endpoint: 'https://example.com/hook', events: ['email_opened'] };

test('a call without the key gets the usual error shape', async () => {
  const { call } = await workspace();
  const answer = await call('GET', '/v1/campaigns', undefined, 'Bearer wrong');
  expect(answer.status).toBe(401);
  expect(answer.json).toEqual({ errors: [{ detail: 'unauthorized', status: '401' }] });
});

test('the eleventh call within a second is a 429, and the next second is free', async () => {
  let now = 1_000_000;
  const { app } = await workspace({ now: () => now });
  const statuses = [];
  for (let i = 0; i < 12; i++) statuses.push((await app('GET', '/v1/campaigns')).status);
  expect(statuses).toEqual([...Array(10).fill(200), 429, 429]);
  now += 1000;
  expect((await app('GET', '/v1/campaigns')).status).toBe(200);
});

test('a refused call does not use up the limit', async () => {
  let now = 1_000_000;
  const { app } = await workspace({ now: () => now });
  for (let i = 0; i < 10; i++) await app('GET', '/v1/campaigns');
  now += 500;
  for (let i = 0; i < 10; i++) expect((await app('GET', '/v1/campaigns')).status).toBe(429);
  now += 500;
  expect((await app('GET', '/v1/campaigns')).status).toBe(200);
});

describe('people', () => {
  test('are found by email in any case; an unencoded + finds nobody', async () => {
    const { app, identify, sim } = await workspace();
    await identify('42', { email: 'a+b@x.com' });
    const cio_id = sim.person('42')?.cioId;
    const found = await app('GET', `/v1/customers?email=${encodeURIComponent('A+b@x.com')}`);
    expect(found.json).toEqual({ results: [{ email: 'a+b@x.com', id: '42', cio_id }] });
    expect((await app('GET', '/v1/customers?email=a+b@x.com')).json).toEqual({ results: [] });
  });

  test('show their attributes as text, by any identifier', async () => {
    const { app, identify } = await workspace();
    await identify('42', { email: 'a@x.com', amount: 1500, tags: ['a'], ok: true });
    const { customer } = (await app('GET', '/v1/customers/a%40x.com/attributes?id_type=email')).json;
    expect(customer.attributes).toEqual({
      id: '42',
      email: 'a@x.com',
      amount: '1500',
      tags: '["a"]',
      ok: 'true',
    });
    expect(customer).toMatchObject({
      id: '42',
      identifiers: { id: '42', email: 'a@x.com' },
      unsubscribed: false,
    });
  });

  test('unknown ones are 404', async () => {
    const { app } = await workspace();
    const answer = await app('GET', '/v1/customers/nobody/attributes');
    expect([answer.status, answer.json.errors[0].status]).toEqual([404, '404']);
  });

  test('come many at a time, at most 100', async () => {
    const { app, identify } = await workspace();
    await identify('1');
    await identify('2');
    const { customers } = (await app('POST', '/v1/customers/attributes', { ids: ['1', 'nobody', '2'] })).json;
    expect(customers.map((one: { id: string }) => one.id)).toEqual(['1', '2']);
    const refused = await app('POST', '/v1/customers/attributes', { ids: Array(101).fill('1') });
    expect(refused.json.errors[0].source).toEqual({ pointer: '/ids' });
  });

  test('have activities, newest first, in pages', async () => {
    const { app, identify, event } = await workspace();
    await identify('42');
    for (let i = 0; i < 3; i++) await event('42', { name: `e${i}` });
    const first = (await app('GET', '/v1/customers/42/activities?type=event&limit=2')).json;
    expect(first.activities.map((one: { name: string }) => one.name)).toEqual(['e2', 'e1']);
    const rest = (await app('GET', `/v1/customers/42/activities?type=event&limit=2&start=${first.next}`))
      .json;
    expect(rest.activities.map((one: { name: string }) => one.name)).toEqual(['e0']);
    expect(rest.next).toBe('');
  });
});

test('failures can be read back from the workspace activities', async () => {
  const { app, identify } = await workspace();
  await identify('1', { email: 'a@x.com' });
  await identify('2', { email: 'b@x.com' });
  await identify('1', { email: 'b@x.com' });
  const { activities } = (await app('GET', '/v1/activities?type=failed_attribute_change')).json;
  expect(activities[0].data.email.reason).toMatch(/already associated/);
});

test('messages carry metrics that no webhook has', async () => {
  const { app, identify, event, sim } = await workspace();
  await identify('a@x.com');
  await event('a@x.com', { name: 'deal_won' });
  const [mail] = sim.mailbox('a@x.com');
  const id = mail?.deliveryId as string;
  sim.open(id, { machine: 'apple' });
  sim.click(id);
  const { message } = (await app('GET', `/v1/messages/${encodeURIComponent(id)}`)).json;
  expect(Object.keys(message.metrics)).toEqual(
    expect.arrayContaining(['sent', 'delivered', 'opened', 'prefetch_opened', 'human_clicked']),
  );
  expect(message).toMatchObject({ id, recipient: 'a@x.com', type: 'email', forgotten: false });
  expect((await app('GET', '/v1/messages?metric=bounced')).json.messages).toBeNull();
});

describe('reporting webhooks', () => {
  test('an empty list is null', async () => {
    const { app } = await workspace();
    expect((await app('GET', '/v1/reporting_webhooks')).json).toEqual({ reporting_webhooks: null });
  });

  test('are created with full_resolution off, and never show the key', async () => {
    const { app } = await workspace({ signingKey: 'very-secret' });
    const made = await app('POST', '/v1/reporting_webhooks', webhook);
    expect(made.json).toEqual({
      id: 1,
      type: 'webhook',
      ...webhook,
      disabled: false,
      full_resolution: false,
      with_content: false,
    });
    expect((await app('GET', '/v1/reporting_webhooks/1')).text).not.toContain('very-secret');
  });

  test.each([
    { ...webhook, events: [] },
    { ...webhook, events: ['email_human_opened'] },
    { ...webhook, events: ['customer_cio_subscription_preferences_changed'] },
    { ...webhook, endpoint: 'nowhere' },
    { endpoint: webhook.endpoint, events: webhook.events },
  ])('%j is refused', async (body) => {
    const { app } = await workspace();
    expect((await app('POST', '/v1/reporting_webhooks', body)).status).toBe(400);
  });

  test('a PUT replaces everything; DELETE removes', async () => {
    const { app, sim } = await workspace();
    await app('POST', '/v1/reporting_webhooks', webhook);
    expect((await app('PUT', '/v1/reporting_webhooks/1', { disabled: true })).status).toBe(400);
    await app('PUT', '/v1/reporting_webhooks/1', { ...webhook, full_resolution: true });
    expect(sim.reportingWebhooks()[0]?.full_resolution).toBe(true);
    await app('DELETE', '/v1/reporting_webhooks/1');
    expect((await app('GET', '/v1/reporting_webhooks/1')).status).toBe(404);
  });
});

test('the source addresses are listed', async () => {
  const { app } = await workspace();
  expect((await app('GET', '/v1/info/ip_addresses')).json.ip_addresses).toContain('35.188.196.183');
});
