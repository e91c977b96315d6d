import { describe, expect, test } from 'vitest';
import { workspace } from '../testing/workspace.ts';
import type { SimulatorOptions } from '../types.ts';

async function mailed(options: SimulatorOptions = {}, attributes: object = {}, data: object = {}) {
  const made = await workspace(options);
  await made.identify('a@x.com', attributes);
  const send = () => made.event('a@x.com', { name: 'deal_won', data });
  await send();
  return { ...made, send, metrics: () => made.sim.reports.map((report) => report.metric) };
}

test('an event sends one email: drafted, sent, delivered', async () => {
  const { sim, metrics } = await mailed();
  expect(metrics()).toEqual(['drafted', 'sent', 'delivered']);
  expect(sim.mailbox('A@X.com')).toMatchObject([{ event: 'deal_won', recipient: 'a@x.com', state: 'sent' }]);
});

test('data keys override recipient, from and reply-to', async () => {
  const data = { recipient: 'boss@x.com', from_address: 'me@y.com', reply_to: 'r@y.com' };
  const { sim } = await mailed({}, {}, data);
  expect(sim.mailbox('a@x.com')).toEqual([]);
  expect(sim.mailbox('boss@x.com')).toMatchObject([{ from: 'me@y.com', replyTo: 'r@y.com' }]);
});

test('a subject is filled from person and event; a missing variable fails the message', async () => {
  const campaigns = [{ event: 'deal_won', name: 'c', subject: '{{ customer.name }}, plan {{event.plan}}' }];
  const good = await mailed({ campaigns }, { name: 'Ann' }, { plan: 'pro' });
  expect(good.sim.mailbox('a@x.com')[0]?.subject).toBe('Ann, plan pro');
  const bad = await mailed({ campaigns }, { name: 'Ann' });
  expect(bad.metrics()).toEqual(['failed']);
  expect(bad.sim.reports[0]?.data.failure_message).toBe("Variable 'event.plan' is missing");
});

test('a person without an address gets a failed message', async () => {
  const { identify, event, sim } = await workspace();
  await identify('42');
  await event('42', { name: 'deal_won' });
  expect(sim.messages()).toMatchObject([{ state: 'failed' }]);
});

describe('bounces', () => {
  test('the next email to an address bounces, and a hard bounce drops those after it', async () => {
    const { sim, send, metrics } = await mailed();
    sim.bounce('A@x.com', '550 5.1.1 user unknown');
    await send();
    await send();
    expect(metrics().slice(3)).toEqual(['drafted', 'sent', 'bounced', 'drafted', 'dropped']);
    expect(sim.mailbox('a@x.com').map((mail) => mail.state)).toEqual(['sent', 'bounced', 'dropped']);
    sim.clearEmailSuppression('a@x.com');
    await send();
    expect(metrics().at(-1)).toBe('delivered');
  });

  test('a soft bounce does not', async () => {
    const { sim, send, metrics } = await mailed();
    sim.bounce(sim.mailbox('a@x.com')[0]?.deliveryId as string, '452 mailbox full');
    await send();
    expect(metrics().at(-1)).toBe('delivered');
  });

  test('nobody opens what never arrived', async () => {
    const { sim, send } = await mailed();
    sim.bounce('a@x.com');
    await send();
    const bounced = sim.mailbox('a@x.com')[1]?.deliveryId as string;
    expect(() => sim.open(bounced)).toThrow('was bounced: nobody got it');
  });
});

describe('unsubscribing', () => {
  test('through a message: one report, and no more email', async () => {
    const { sim, send, metrics } = await mailed();
    sim.unsubscribe(sim.mailbox('a@x.com')[0]?.deliveryId as string);
    await send();
    expect(metrics().slice(3)).toEqual(['unsubscribed']);
    expect(sim.person('a@x.com')?.unsubscribed).toBe(true);
  });

  test.each(['customer', 'email'] as const)('with the person’s own report as %s', async (also) => {
    const { sim } = await mailed();
    sim.unsubscribe(sim.mailbox('a@x.com')[0]?.deliveryId as string, { also });
    const [message, own] = sim.reports.slice(-2);
    expect(message?.data).toHaveProperty('delivery_id');
    expect(own).toMatchObject({
      object_type: also,
      metric: 'unsubscribed',
      data: { email_address: 'a@x.com' },
    });
    expect(own?.data).not.toHaveProperty('delivery_id');
  });

  test('and back again', async () => {
    const { sim, send } = await mailed();
    sim.unsubscribePerson('a@x.com');
    sim.resubscribe('a@x.com');
    expect(sim.reports.slice(3).map((one) => `${one.object_type}_${one.metric}`)).toEqual([
      'customer_unsubscribed',
      'customer_subscribed',
    ]);
    await send();
    expect(sim.mailbox('a@x.com')).toHaveLength(2);
  });

  test('a channel that triggered the change names the report', async () => {
    const { sim } = await mailed();
    sim.unsubscribePerson('a@x.com', 'sms');
    expect(sim.reports.at(-1)).toMatchObject({
      object_type: 'sms',
      metric: 'unsubscribed',
      data: { email_address: 'a@x.com' },
    });
  });

  test('preferences report their content as JSON in a string', async () => {
    const { sim } = await mailed();
    const report = sim.setPreferences('a@x.com', { topic_1: false });
    expect(report).toMatchObject({ object_type: 'customer', metric: 'cio_subscription_preferences_changed' });
    expect(JSON.parse(String(report.data.content))).toEqual({ topics: { topic_1: false } });
  });
});

test('a spam mark suppresses the address', async () => {
  const { sim, send, metrics } = await mailed();
  sim.spam(sim.mailbox('a@x.com')[0]?.deliveryId as string);
  await send();
  expect(metrics().slice(3)).toEqual(['spammed', 'drafted', 'dropped']);
});

describe('without credentials', () => {
  test('whoever holds a delivery id can report on it', async () => {
    const { sim, call, metrics } = await mailed();
    const delivery_id = sim.mailbox('a@x.com')[0]?.deliveryId;
    const answer = await call('POST', '/api/v1/metrics', {
      delivery_id,
      metric: 'clicked',
      href: 'https://x.com/',
    });
    expect(answer.status).toBe(200);
    expect(metrics().slice(3)).toEqual(['clicked', 'opened']);
    expect((await call('POST', '/api/v1/metrics', { delivery_id: 'none', metric: 'opened' })).status).toBe(
      200,
    );
  });

  test('the unsubscribe page unsubscribes', async () => {
    const { sim, call } = await mailed();
    const id = encodeURIComponent(sim.mailbox('a@x.com')[0]?.deliveryId as string);
    expect((await call('POST', `/unsubscribe/${id}`, { unsubscribe: true })).status).toBe(200);
    expect(sim.person('a@x.com')?.unsubscribed).toBe(true);
    expect((await call('POST', '/unsubscribe/none', { unsubscribe: true })).status).toBe(400);
  });
});
