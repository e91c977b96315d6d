import { describe, expect, test } from 'vitest';
import { receiver, workspace } from '../testing/workspace.ts';

const day = 86_400_000;

async function mailed() {
  let now = Date.UTC(2026, 10, 1);
  const made = await workspace({ now: () => now, appLimitPerSecond: 1000 });
  await made.identify('a@x.com');
  await made.event('a@x.com', { name: 'deal_won' });
  const deliveryId = made.sim.mailbox('a@x.com')[0]!.deliveryId;
  const typesOf = async (query: string): Promise<string[]> =>
    ((await made.app('GET', `/v1/activities?limit=100&${query}`)).json.activities ?? []).map(
      (one: { type: string }) => one.type,
    );
  const pass = (ms: number): void => {
    now += ms;
  };
  return { ...made, deliveryId, typesOf, pass };
}

describe('the activities of the workspace', () => {
  test('say of a message when it was delivered and whether it was opened, and no more', async () => {
    const { app, sim, deliveryId } = await mailed();
    sim.open(deliveryId, { machine: 'apple' });
    const { activities } = (await app('GET', '/v1/activities?type=opened_email')).json;
    const delivered = Date.UTC(2026, 10, 1) / 1000;
    expect(activities).toMatchObject([
      { delivery_id: deliveryId, delivery_type: 'email', customer_identifiers: { email: 'a@x.com' } },
    ]);
    expect(activities[0].data).toEqual({ delivered, delivery_id: deliveryId, opened: true });
  });

  test('are kept for 30 days', async () => {
    const { sim, deliveryId, typesOf, pass } = await mailed();
    pass(20 * day);
    sim.unsubscribe(deliveryId);
    pass(11 * day);
    expect(await typesOf('')).toEqual(['unsubscribed_email', 'attribute_change']);
  });

  test('come ten a page unless more are asked for', async () => {
    const { app, event, typesOf } = await mailed();
    for (let n = 0; n < 12; n++) await event('a@x.com', { name: `e${n}` });
    expect((await app('GET', '/v1/activities?type=event')).json.activities).toHaveLength(10);
    expect(await typesOf('type=event')).toHaveLength(13);
  });

  test('of one person, by any identifier', async () => {
    const { sim, identify, event, typesOf } = await mailed();
    await identify('b@x.com');
    await event('b@x.com', { name: 'other' });
    const { cioId } = sim.person('b@x.com')!;
    for (const who of ['customer_id=b@x.com&id_type=email', `customer_id=cio_${cioId}`])
      expect(await typesOf(who), who).toEqual(['event']);
    expect(await typesOf('customer_id=nobody')).toEqual([]);
  });

  test('of deleted people only when asked for', async () => {
    const { track, typesOf } = await mailed();
    await track('DELETE', '/api/v1/customers/a%40x.com');
    expect(await typesOf('type=sent_email')).toEqual([]);
    expect(await typesOf('type=sent_email&deleted=true')).toEqual(['sent_email']);
  });

  test('know every change of consent, with before and after', async () => {
    const { app, identify, sim } = await mailed();
    sim.unsubscribePerson('a@x.com');
    await identify('a@x.com', { 'cio_subscription_preferences.topics.topic_1': false });
    const { activities } = (await app('GET', '/v1/activities?type=attribute_change')).json;
    expect(activities.map((one: { data: object }) => one.data)).toEqual([
      { cio_subscription_preferences: { from: '{"topics":{}}', to: '{"topics":{"topic_1":false}}' } },
      { unsubscribed: { from: 'false', to: 'true' } },
    ]);
  });

  test('know what was accepted and then refused or skipped', async () => {
    const { identify, event, track, typesOf } = await mailed();
    await identify('b@x.com', { id: '42', plan: 'Pro', _timestamp: 1_790_000_000 });
    await identify('42', { email: 'a@x.com' });
    await identify('42', { plan: 'Basic', _timestamp: 1_700_000_000 });
    await track('POST', '/api/v1/customers/gone%40x.com/suppress');
    await event('gone@x.com', { name: 'deal_won' });
    const all = await typesOf('');
    for (const type of ['failed_attribute_change', 'skipped_update', 'failed_event'])
      expect(all).toContain(type);
  });

  test('go over to the survivor of a merge', async () => {
    const { identify, batch, typesOf } = await mailed();
    await identify('b@x.com');
    const identity = (email: string) => ({ email });
    await batch({
      type: 'person',
      action: 'merge',
      primary: identity('b@x.com'),
      secondary: identity('a@x.com'),
    });
    expect(await typesOf('customer_id=b@x.com&id_type=email')).toContain('sent_email');
    expect(await typesOf('type=profile_merge')).toEqual(['profile_merge']);
  });
});

test('a lost report never arrives, and the activities keep what happened', async () => {
  const { sim, deliveryId, typesOf } = await mailed();
  const endpoint = await receiver();
  sim.addReportingWebhook({ endpoint: endpoint.url });
  const found = sim.loseReports(({ metric }) => metric === 'unsubscribed');
  sim.unsubscribe(deliveryId);
  found();
  sim.open(deliveryId);
  await sim.waitFor(() => sim.pendingReports === 0);
  expect(endpoint.names()).toEqual(['email_opened']);
  expect(await typesOf('type=unsubscribed_email')).toEqual(['unsubscribed_email']);
});
