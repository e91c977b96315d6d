import { describe, expect, test } from 'vitest';
import { receiver, workspace } from '../testing/workspace.ts';

const SEND = '/v1/send/email';
const TO = { to: 'Ann <ann@x.example>', identifiers: { email: 'ann@x.example' } };

test('a transactional email arrives, and can be opened like any other', async () => {
  const { app, sim, identify } = await workspace();
  await identify('ann@x.example', { first_name: 'Ann' });
  const answer = await app('POST', SEND, {
    ...TO,
    from: 'us@y.example',
    reply_to: 'reply@y.example',
    subject: 'Order {{trigger.order}} for {{customer.first_name}}',
    body: '<p>Thanks</p>',
    message_data: { order: 7 },
  });
  const [mail] = sim.mailbox('ann@x.example');
  expect(answer.json).toEqual({ delivery_id: mail!.deliveryId, queued_at: expect.any(Number) });
  expect(mail).toMatchObject({
    subject: 'Order 7 for Ann',
    from: 'us@y.example',
    replyTo: 'reply@y.example',
    campaignId: null,
    state: 'sent',
  });
  expect(sim.open(mail!.deliveryId).metric).toBe('opened');
});

test('its reports name the transactional message and no campaign', async () => {
  const { app, sim } = await workspace();
  const inbox = await receiver();
  sim.addReportingWebhook({ endpoint: inbox.url });
  await app('POST', SEND, { ...TO, transactional_message_id: 'receipt' });
  await sim.waitFor(() => sim.pendingReports === 0);
  expect(inbox.names()).toEqual(['email_drafted', 'email_sent', 'email_delivered']);
  expect(inbox.received[0]!.report.data).toMatchObject({
    transactional_message_id: 'receipt',
    delivery_id: sim.mailbox('ann@x.example')[0]!.deliveryId,
  });
  expect(inbox.received[0]!.report.data).not.toHaveProperty('campaign_id');
});

describe('an unsubscribed person', () => {
  test.each([
    [{}, 1],
    [{ send_to_unsubscribed: false }, 0],
  ])('with %o gets %i emails', async (options, emails) => {
    const { app, sim, identify } = await workspace();
    await identify('ann@x.example', { unsubscribed: true });
    await app('POST', SEND, { ...TO, transactional_message_id: 1, ...options });
    expect(sim.mailbox('ann@x.example').filter(({ state }) => state === 'sent')).toHaveLength(emails);
  });
});

test.each([
  ['created', 200, 1],
  ['refused', 400, 0],
] as const)('an unknown person is %s', async (transactionalToUnknown, status, people) => {
  const { app, sim } = await workspace({ switches: { transactionalToUnknown } });
  expect((await app('POST', SEND, { ...TO, transactional_message_id: 1 })).status).toBe(status);
  expect(sim.people()).toHaveLength(people);
});

test('a draft is not sent', async () => {
  const { app, sim } = await workspace();
  await app('POST', SEND, { ...TO, transactional_message_id: 1, queue_draft: true });
  expect(sim.reports.map(({ metric }) => metric)).toEqual(['drafted']);
});

test.each([
  [{ identifiers: { id: '1' }, transactional_message_id: 1 }, "missing 'to' field"],
  [{ to: 'a@x.example', transactional_message_id: 1 }, 'identifiers is required'],
  [
    { to: 'a@x.example', identifiers: { id: '1', email: 'a@x.example' }, transactional_message_id: 1 },
    'identifiers must have exactly one of id, email, cio_id',
  ],
  [
    { ...TO, from: 'us@y.example', subject: 'Hi' },
    "missing 'body' field, without a transactional_message_id",
  ],
])('%o is refused in the words of a transactional call', async (body, error) => {
  const { app } = await workspace();
  const answer = await app('POST', SEND, body);
  expect([answer.status, answer.json]).toEqual([400, { meta: { error } }]);
});

test.each(['/v1/send/push', '/v1/send/sms'])('%s is not simulated, and says so', async (path) => {
  const { app } = await workspace();
  expect((await app('POST', path, {})).status).toBe(501);
});

test('transactional calls do not use up the limit of the others', async () => {
  const { app } = await workspace({ appLimitPerSecond: 1, now: () => 1_000_000 });
  const send = () => app('POST', SEND, { ...TO, transactional_message_id: 1 });
  const statuses = [await send(), await send(), await app('GET', '/v1/campaigns')];
  expect(statuses.map(({ status }) => status)).toEqual([200, 200, 200]);
});
