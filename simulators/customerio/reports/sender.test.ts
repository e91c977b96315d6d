import { createHmac } from 'node:crypto';
import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { receiver, status, workspace } from '../testing/workspace.ts';
import type { SimulatorOptions } from '../types.ts';
import { isAccepted, retryWaitMs } from './retry-class.ts';

const hour = 3_600_000;

async function reporting(endpoint: string, options: SimulatorOptions = {}) {
  const { sim, identify, event } = await workspace({ signingKey: 'key', ...options });
  sim.addReportingWebhook({ endpoint, fullResolution: options.fullResolution ?? true });
  await identify('a@x.com');
  await event('a@x.com', { name: 'deal_won' });
  const idle = () => sim.waitFor(() => sim.pendingReports === 0, { what: 'all reports accepted' });
  return { sim, idle, id: sim.mailbox('a@x.com')[0]?.deliveryId as string };
}

test('reports arrive one by one, in order, signed over the raw body', async () => {
  const to = await receiver();
  const { sim, idle } = await reporting(to.url);
  await idle();
  expect(to.names()).toEqual(['email_drafted', 'email_sent', 'email_delivered']);
  for (const { headers, body } of to.received) {
    const text = `v0:${headers['x-cio-timestamp']}:${body}`;
    expect(headers['x-cio-signature']).toBe(createHmac('sha256', 'key').update(text).digest('hex'));
    expect(headers['content-type']).toBe('application/json');
  }
  expect(new Set(to.received.map(({ report }) => report.event_id)).size).toBe(3);
  expect(sim.blockedMs).toBe(0);
});

test('a bad answer holds up everything behind it', async () => {
  const to = await receiver((response, count) => status(count === 1 ? 500 : 200)(response));
  const { sim, idle } = await reporting(to.url, { timeScale: hour / 20 });
  await idle();
  expect(to.names()).toEqual(['email_drafted', 'email_drafted', 'email_sent', 'email_delivered']);
  expect(sim.reportDeliveries[0]).toMatchObject({ status: 500, attempt: 1, retryInMs: hour });
  expect(sim.reportDeliveries[1]).toMatchObject({ status: 200, attempt: 2, retryInMs: null });
  expect(sim.blockedMs).toBeGreaterThanOrEqual(hour * 0.9);
});

test('a retry carries a new timestamp, and a signature to go with it', async () => {
  let now = 1_700_000_000_000;
  const to = await receiver((response, count) => {
    now += 60_000;
    status(count === 1 ? 503 : 200)(response);
  });
  const { idle } = await reporting(to.url, { shortRetryMs: 1, now: () => now });
  await idle();
  const [first, second] = to.received;
  expect(first?.report.event_id).toBe(second?.report.event_id);
  expect(Number(second?.headers['x-cio-timestamp'])).toBeGreaterThan(
    Number(first?.headers['x-cio-timestamp']),
  );
});

test('an answer after the time limit counts as none: the report comes twice', async () => {
  const to = await receiver((response, count) => {
    if (count > 1) response.end();
  });
  const { sim, idle } = await reporting(to.url, { reportTimeoutMs: 50, shortRetryMs: 1 });
  await idle();
  expect(to.names().slice(0, 2)).toEqual(['email_drafted', 'email_drafted']);
  expect(sim.reportDeliveries[0]).toMatchObject({ status: null, error: 'timeout', retryInMs: 1 });
});

test('a redirect is no answer', async () => {
  const to = await receiver((response, count) => {
    if (count === 1) response.writeHead(302, { location: '/elsewhere' });
    response.end();
  });
  const { sim, idle } = await reporting(to.url, { shortRetryMs: 1 });
  await idle();
  expect(sim.reportDeliveries[0]).toMatchObject({ status: 302, retryInMs: 1 });
});

test('after seven days a report is given up, and the next one has its turn', async () => {
  const to = await receiver((response, count) => status(count <= 2 ? 500 : 200)(response));
  const expired: string[] = [];
  let now = Date.now();
  const { sim, identify } = await workspace({ now: () => now, timeScale: hour });
  sim.on((one) => one.type === 'report_expired' && expired.push(one.report.metric));
  sim.on((one) => {
    if (one.type === 'report_failed') now += 7 * 24 + 1;
  });
  sim.addReportingWebhook({ endpoint: to.url });
  await identify('1', { unsubscribed: true });
  await identify('1', { unsubscribed: false });
  await sim.waitFor(() => sim.pendingReports === 0);
  expect(expired).toEqual(['unsubscribed']);
  expect(to.names()).toEqual(['customer_unsubscribed', 'customer_unsubscribed', 'customer_subscribed']);
});

test('nobody listening is a refused connection: an hour', async () => {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  const { sim } = await reporting(`http://127.0.0.1:${port}/`);
  await sim.waitFor(() => sim.reportDeliveries.length > 0);
  expect(sim.reportDeliveries[0]).toMatchObject({ error: 'ECONNREFUSED', retryInMs: hour });
});

test('a cut connection is a reset or an EOF: an hour', async () => {
  const to = await receiver((response) => void response.socket?.destroy());
  const { sim } = await reporting(to.url);
  await sim.waitFor(() => sim.reportDeliveries.length > 0);
  expect(sim.reportDeliveries[0]).toMatchObject({ status: null, retryInMs: hour });
});

describe('retry classes', () => {
  const slow = [400, 401, 402, 403, 404, 405, 410, 429, 500, 502, 521];
  test.each(slow)('%i waits an hour, then longer', (code) => {
    expect(retryWaitMs({ status: code }, 1, 10)).toBe(hour);
    expect(retryWaitMs({ status: code }, 2, 10)).toBe(2 * hour);
    expect(retryWaitMs({ status: code }, 90, 10)).toBe(12 * hour);
  });

  test.each([503, 504, 408, 302])('%i comes back soon', (code) => {
    expect(retryWaitMs({ status: code }, 1, 10)).toBe(10);
    expect(retryWaitMs({ status: code }, 3, 10)).toBe(40);
  });

  test('every 2xx is an answer', () => {
    expect([200, 204, 299].every((code) => isAccepted({ status: code }))).toBe(true);
    expect([199, 300, 503].some((code) => isAccepted({ status: code }))).toBe(false);
  });
});

describe('what a webhook gets', () => {
  test('full_resolution off: the first open and the first click of each delivery', async () => {
    const to = await receiver();
    const { sim, idle, id } = await reporting(to.url, { fullResolution: false });
    sim.open(id, { machine: 'apple' });
    sim.open(id);
    sim.click(id, 'https://a.com/');
    sim.click(id, 'https://b.com/');
    await idle();
    expect(to.names().slice(3)).toEqual(['email_opened', 'email_clicked']);
  });

  test('only the events it asked for, and content only on request', async () => {
    const [plain, full] = [await receiver(), await receiver()];
    const { sim, identify, event } = await workspace();
    sim.addReportingWebhook({ endpoint: plain.url, events: ['email_sent'] });
    sim.addReportingWebhook({ endpoint: full.url, events: ['email_sent'], withContent: true });
    await identify('a@x.com');
    await event('a@x.com', { name: 'deal_won' });
    await sim.waitFor(() => sim.pendingReports === 0);
    expect(plain.names()).toEqual(['email_sent']);
    expect(plain.received[0]?.report.data).not.toHaveProperty('content');
    expect(full.received[0]?.report.data).toHaveProperty('content');
  });

  test('the ambiguous email unsubscribe belongs to customer_unsubscribed', async () => {
    const to = await receiver();
    const { sim, identify, event } = await workspace();
    sim.addReportingWebhook({ endpoint: to.url, events: ['customer_unsubscribed'] });
    await identify('a@x.com');
    await event('a@x.com', { name: 'deal_won' });
    sim.unsubscribe(sim.mailbox('a@x.com')[0]?.deliveryId as string, { also: 'email' });
    await sim.waitFor(() => sim.pendingReports === 0);
    expect(to.received.map(({ report }) => [report.object_type, 'email_address' in report.data])).toEqual([
      ['email', true],
    ]);
  });

  test('one dead endpoint does not stop another', async () => {
    const [dead, alive] = [await receiver(status(500)), await receiver()];
    const { sim, identify } = await workspace();
    sim.addReportingWebhook({ endpoint: dead.url });
    sim.addReportingWebhook({ endpoint: alive.url });
    await identify('1', { unsubscribed: true });
    await identify('1', { unsubscribed: false });
    await sim.waitFor(() => alive.received.length === 2);
    expect(dead.received.length).toBeLessThanOrEqual(1);
  });

  test('a disabled webhook gets nothing', async () => {
    const to = await receiver();
    const { app, sim, identify } = await workspace();
    const body = { name: 'w', endpoint: to.url, events: ['customer_unsubscribed'], disabled: true };
    await app('POST', '/v1/reporting_webhooks', body);
    await identify('1', { unsubscribed: true });
    expect(sim.pendingReports).toBe(0);
  });
});

describe('injected webhook faults', () => {
  const arrivals = async (hooks: object, endState: (count: number) => boolean) => {
    const to = await receiver();
    const { sim, identify } = await workspace({ faults: { hooks } });
    sim.addReportingWebhook({ endpoint: to.url });
    await identify('1', { unsubscribed: true });
    await sim.waitFor(() => sim.pendingReports === 0 && endState(to.received.length));
    return to.received.map(({ report }) => report.event_id);
  };

  test('drop', async () => expect(await arrivals({ drop: 1 }, (count) => count === 0)).toEqual([]));

  test('duplicate: the same event_id twice', async () => {
    const ids = await arrivals({ duplicate: 1 }, (count) => count === 2);
    expect(ids[0]).toBe(ids[1]);
  });

  test('delay', async () =>
    expect(await arrivals({ delay: 1, delayMs: 5 }, (count) => count === 1)).toHaveLength(1));

  test('reorder: a held report goes after the next one', async () => {
    const to = await receiver();
    const { sim, identify } = await workspace();
    sim.addReportingWebhook({ endpoint: to.url });
    sim.faults.setHooks({ reorder: 1, reorderMs: 60_000 });
    await identify('1', { unsubscribed: true });
    sim.faults.clear();
    await identify('1', { unsubscribed: false });
    await sim.waitFor(() => sim.pendingReports === 0);
    expect(to.names()).toEqual(['customer_subscribed', 'customer_unsubscribed']);
  });
});

test('closing ends a wait of an hour at once', async () => {
  const to = await receiver(status(500));
  const { sim } = await reporting(to.url);
  await sim.waitFor(() => sim.reportDeliveries.length > 0);
  await sim.close();
  expect(to.received).toHaveLength(1);
});
