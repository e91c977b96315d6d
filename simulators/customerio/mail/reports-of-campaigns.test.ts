import { expect, test } from 'vitest';
import { receiver, workspace } from '../testing/workspace.ts';
import type { SimulatorOptions } from '../types.ts';

const eventId = '01KB9Z00000000000000000001';

async function sent(options: SimulatorOptions) {
  const made = await workspace(options);
  const endpoint = await receiver();
  made.sim.addReportingWebhook({ endpoint: endpoint.url, events: ['email_sent'], withContent: true });
  await made.identify('a@x.com');
  await made.event('a@x.com', { name: 'deal_won', id: eventId });
  await made.sim.waitFor(() => made.sim.pendingReports === 0 && endpoint.received.length > 0);
  return { ...made, data: endpoint.received[0]!.report.data };
}

test('trigger_event_id can be the id that the caller gave the event', async () => {
  const { data, app } = await sent({ switches: { triggerEventIds: 'event_id' } });
  expect(data.trigger_event_id).toBe(eventId);
  const { messages } = (await app('GET', '/v1/messages')).json;
  expect(messages[0].trigger_event_id).toBe(eventId);
});

test('trigger_event_id can be an id of its own', async () => {
  const { data } = await sent({ switches: { triggerEventIds: 'other' } });
  expect(data.trigger_event_id).toMatch(/^[0-9A-Z]{26}$/);
  expect(data.trigger_event_id).not.toBe(eventId);
});

test('trigger_event_id can be absent', async () => {
  const { data } = await sent({ switches: { triggerEventIds: 'absent' } });
  expect(data).not.toHaveProperty('trigger_event_id');
});

test('an email about the client can go to a colleague: the person stays the client', async () => {
  const campaigns = [{ event: 'deal_won', name: 'Won', subject: 'Signed', to: 'boss@seller.example' }];
  const { data } = await sent({ campaigns });
  expect(data).toMatchObject({ recipient: 'boss@seller.example', identifiers: { email: 'a@x.com' } });
});

test('a body of any length goes out in the report', async () => {
  const campaigns = [{ event: 'deal_won', name: 'Won', subject: 'Hello', bodyLength: 1_200_000 }];
  const { data } = await sent({ campaigns });
  expect(data.content).toHaveLength(1_200_000);
});
