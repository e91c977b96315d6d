import { describe, expect, test } from 'vitest';
import { receiver, workspace } from '../testing/workspace.ts';

describe('topics', () => {
  test('are listed with their defaults; channels are empty where they are not set up', async () => {
    const { app } = await workspace();
    const { topics } = (await app('GET', '/v1/subscription_topics')).json;
    expect(topics.map((one: object) => Object.values(one))).toEqual([
      [1, 'topic_1', 'Product news', '', true],
      [2, 'topic_2', 'Events', '', true],
      [3, 'topic_3', 'Tips', '', false],
    ]);
    expect((await app('GET', '/v1/subscription_channels')).json).toEqual({ channels: [] });
  });

  test('a person has their own choice, else the default', async () => {
    const { app, identify } = await workspace();
    await identify('42', { 'cio_subscription_preferences.topics.topic_2': false });
    const { customer } = (await app('GET', '/v1/customers/42/subscription_preferences')).json;
    expect(customer.topics.map((one: { subscribed: boolean }) => one.subscribed)).toEqual([
      true,
      false,
      false,
    ]);
    expect(customer).toMatchObject({ id: '42', unsubscribed: false });
  });

  test('a campaign of a topic leaves out who does not want it', async () => {
    const campaigns = [{ event: 'deal_won', name: 'Won', subject: 'Hello', topic: 'topic_2' }];
    const { sim, identify, event } = await workspace({ campaigns });
    await identify('a@x.com');
    await identify('b@x.com', { 'cio_subscription_preferences.topics.topic_2': false });
    for (const who of ['a@x.com', 'b@x.com']) await event(who, { name: 'deal_won' });
    expect(sim.messages().map(({ recipient }) => recipient)).toEqual(['a@x.com']);
  });

  test.each([
    [false, undefined],
    [true, '{"topics":{"topic_1":false}}'],
  ])('with Body Content %s a report of changed topics says %j', async (withContent, content) => {
    const { sim, identify } = await workspace();
    const endpoint = await receiver();
    sim.addReportingWebhook({ endpoint: endpoint.url, withContent });
    await identify('a@x.com');
    sim.setPreferences('a@x.com', { topic_1: false });
    await sim.waitFor(() => sim.pendingReports === 0);
    expect(endpoint.received[0]?.report.data.content).toBe(content);
  });
});

test('a link to the preference page is made for known people only', async () => {
  const { app, identify } = await workspace();
  await identify('42');
  const { token, url } = (await app('GET', '/v1/subscription_center/42/token')).json;
  expect(url).toBe(`https://track.customer.io/u/i/${token}/`);
  expect((await app('GET', '/v1/subscription_center/43/token')).status).toBe(400);
});

test('a change of consent by the Track API comes back as a report', async () => {
  const { sim, identify } = await workspace();
  await identify('a@x.com', { unsubscribed: true });
  await identify('a@x.com', { unsubscribed: true });
  expect(sim.reports.map(({ object_type, metric }) => `${object_type}_${metric}`)).toEqual([
    'customer_unsubscribed',
  ]);
});
