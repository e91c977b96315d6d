import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { CustomerioSimulator, SimulatorOptions } from '../../simulators/customerio/index.ts';
import { startCustomerioSimulator } from '../../simulators/customerio/index.ts';
import type { BatchItem } from '../../src/customerio/index.ts';
import {
  createAppClient,
  createTrackClient,
  eventId,
  fitAttributes,
  fitEvent,
  readReport,
  requestOf,
  sendWrite,
  verifyReport,
} from '../../src/customerio/index.ts';
import type { Json } from '../../src/domain/entities.ts';
import type { MailReport } from '../../src/domain/events.ts';

const cleanUp: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close();
});

const seconds = () => Math.floor(Date.now() / 1000);

async function workspace(options: SimulatorOptions = {}) {
  const customerio = await startCustomerioSimulator(options);
  const { siteId, apiKey, appKey } = customerio.credentials;
  const track = createTrackClient({ siteId, apiKey, region: 'us', trackUrl: customerio.url });
  const app = createAppClient({ appKey, region: 'us', appUrl: customerio.url });
  cleanUp.push(() => customerio.close(), track.close, app.close);
  return { customerio, track, app };
}

/** Receives reports as Stagepost does: verify, read, answer 200. */
async function receive(customerio: CustomerioSimulator) {
  const reports: MailReport[] = [];
  const problems: string[] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const body = Buffer.concat(parts);
    const verdict = verifyReport({
      keys: ['rotated-out', customerio.credentials.signingKey],
      timestamp: request.headers['x-cio-timestamp'],
      signature: request.headers['x-cio-signature'],
      body,
      nowMs: Date.now(),
    });
    const reading = readReport(body);
    if (!verdict.ok) problems.push(verdict.reason);
    else if (!reading.ok) problems.push(reading.reason);
    else reports.push(reading.report);
    response.writeHead(200).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUp.push(() => new Promise((resolve) => server.close(resolve)));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  customerio.addReportingWebhook({ endpoint, fullResolution: true, withContent: true });
  const all = () => customerio.waitFor(() => customerio.pendingReports === 0, { what: 'reports delivered' });
  return { reports, problems, all };
}

describe('the Track client against a workspace', () => {
  it('knows the region, and that a wrong key is somebody’s to fix', async () => {
    const { customerio, track } = await workspace();
    expect(await track.region()).toMatchObject({ region: 'us', environmentId: 3 });
    customerio.setCredentials({ apiKey: 'another' });
    await expect(track.region()).rejects.toMatchObject({ failure: 'unauthorized', status: 401 });
    await expect(track.identify('a@example.com', {}, 1)).rejects.toMatchObject({ failure: 'unauthorized' });
  });

  it('identifies, and starts one campaign for an event that is sent twice', async () => {
    const { customerio, track } = await workspace();
    const person = 'ann+x/y@example.com';
    await track.identify(person, { plan: 'Pro' }, seconds());
    const id = eventId(Date.now(), 'outbox:7');
    const event = { id, name: 'deal_won', data: { plan: 'Pro' }, timestamp: seconds() };
    await track.track(person, event);
    await track.track(person, event);
    await customerio.waitFor(() => customerio.mailbox(person).length > 0);
    expect(customerio.person(person)?.attributes).toMatchObject({ plan: 'Pro' });
    expect(customerio.events('deal_won')).toMatchObject([{ id, receipts: 2 }]);
    expect(customerio.mailbox(person)).toHaveLength(1);
  });

  it('takes an email that begins with cio_ for an email, and refuses a path that would name another person', async () => {
    const { customerio, track } = await workspace();
    const person = 'cio_office@bank.example';
    const identify = { person, attributes: { plan: 'Pro' }, timestamp: seconds() };
    const event = { person, name: 'deal_won', data: { plan: 'Pro' }, timestamp: seconds() };
    const ulid = eventId(Date.now(), 'outbox:8');
    await sendWrite(track, { call: 'identify', item: identify }, ulid);
    await sendWrite(track, { call: 'track', item: event }, ulid);
    const [found] = customerio.people();
    expect(found).toMatchObject({ email: person, attributes: { plan: 'Pro' } });
    expect(customerio.events('deal_won')).toHaveLength(1);
    expect(requestOf({ call: 'identify', item: identify }, ulid)).toMatchObject({
      path: '/api/v2/entity',
      body: { identifiers: { email: person } },
    });
    await expect(track.identify(person, {}, 1)).rejects.toMatchObject({ code: 'identifier_refused' });
  });

  it('keeps the newer attributes when updates arrive in the wrong order', async () => {
    const { customerio, track } = await workspace();
    await track.identify('1', { plan: 'new' }, 1772013600);
    await track.identify('1', { plan: 'old' }, 1772013500);
    expect(customerio.person('1')?.attributes.plan).toBe('new');
  });

  it('gives the reason of a refusal, and fits what would be refused', async () => {
    const { customerio, track } = await workspace();
    const many = Array.from({ length: 310 }, (_, n): [string, Json] => [`a${n}`, n]);
    const attributes = { ...Object.fromEntries(many), note: '€'.repeat(900), tags: Array(900).fill('tag') };
    await expect(track.identify('1', attributes, 1)).rejects.toMatchObject({
      failure: 'permanent',
      message: expect.stringContaining('300 attributes'),
    });
    await track.identify('1', fitAttributes(attributes).attributes, 1772013598);
    expect(customerio.person('1')?.identifies).toBe(1);

    const [name, data] = ['é'.repeat(80), { text: '"\n'.repeat(60_000), recipient: 'x@example.com' }];
    const id = eventId(1, 'e');
    await expect(track.track('1', { id, name, data, timestamp: 1 })).rejects.toMatchObject({
      failure: 'permanent',
    });
    await track.track('1', { id, ...fitEvent(name, data), timestamp: seconds() });
    expect(customerio.events('é'.repeat(50))).toHaveLength(1);
  });

  it('sends many in few requests, and names the one that is refused', async () => {
    const { customerio, track } = await workspace();
    const items = Array.from({ length: 400 }, (_, n): BatchItem[] => {
      const identifiers = { id: `c${n}` };
      const timestamp = seconds();
      const id = eventId(Date.now(), `e${n}`);
      const note = 'x'.repeat(n === 250 ? 1001 : 990);
      return [
        {
          type: 'person',
          action: 'identify',
          identifiers,
          timestamp,
          attributes: { note, more: note.slice(0, 900) },
        },
        { type: 'person', action: 'event', identifiers, id, name: 'deal_won', timestamp, attributes: { n } },
      ];
    }).flat();
    const results = await track.batch(items);
    const failed = results.flatMap((result, index) => (result.ok ? [] : [{ index, error: result.error }]));
    expect(failed).toMatchObject([
      { index: 500, error: { failure: 'permanent', message: expect.stringContaining('1000 bytes') } },
    ]);
    expect(customerio.events('deal_won')).toHaveLength(400);
    const requests = customerio.requests.filter((request) => request.path.includes('batch'));
    expect(requests.length).toBe(3);
    expect((await track.batch(items.filter((_, index) => index !== 500))).every((result) => result.ok)).toBe(
      true,
    );
    expect(customerio.events('deal_won')).toHaveLength(400);
  });
});

describe('the App client against a workspace', () => {
  it('reads a person’s attributes, and null for nobody', async () => {
    const { track, app } = await workspace();
    await track.identify('ann+x@example.com', { kommo_deal_id: 7 }, seconds());
    expect(await app.attributes('email', 'ann+x@example.com')).toMatchObject({ kommo_deal_id: '7' });
    expect(await app.attributes('email', 'nobody@example.com')).toBeNull();
  });

  it('lists the reporting webhooks', async () => {
    const { customerio, app } = await workspace();
    expect(await app.reportingWebhooks()).toEqual([]);
    customerio.addReportingWebhook({
      endpoint: 'http://127.0.0.1:9/x',
      events: ['email_opened'],
      fullResolution: true,
    });
    expect(await app.reportingWebhooks()).toMatchObject([
      { endpoint: 'http://127.0.0.1:9/x', events: ['email_opened'], fullResolution: true, disabled: false },
    ]);
  });

  it('is never told to slow down, however fast it is asked', async () => {
    const { app } = await workspace();
    const started = performance.now();
    const answers = await Promise.all(Array.from({ length: 15 }, () => app.reportingWebhooks()));
    expect(answers).toHaveLength(15);
    expect(performance.now() - started).toBeGreaterThan(1_100);
  });

  it('says who must act on a wrong key', async () => {
    const { customerio } = await workspace();
    const app = createAppClient({ appKey: 'wrong', region: 'us', appUrl: customerio.url });
    cleanUp.push(app.close);
    await expect(app.reportingWebhooks()).rejects.toMatchObject({ failure: 'unauthorized', status: 401 });
  });
});

describe('reports of a workspace', () => {
  it.each(['present', 'when_true', 'absent'] as const)(
    'are verified and read with flags %s',
    async (flags) => {
      const { customerio, track } = await workspace({ flags });
      const { reports, problems, all } = await receive(customerio);
      const person = 'ann@example.com';
      await track.identify(person, {}, seconds());
      const id = eventId(Date.now(), 'x');
      await track.track(person, { id, name: 'deal_won', data: {}, timestamp: seconds() });
      const { deliveryId } = await customerio.waitFor(() => customerio.mailbox(person)[0]);
      customerio.open(deliveryId, { machine: 'apple' });
      customerio.open(deliveryId, { proxied: true });
      customerio.click(deliveryId, undefined, { machine: true });
      customerio.unsubscribe(deliveryId, { also: 'email' });
      await all();

      expect(problems).toEqual([]);
      expect(new Set(reports.map((report) => report.person.email))).toEqual(new Set([person]));
      expect(new Set(reports.map((report) => report.reportId)).size).toBe(reports.length);
      const machines = reports.filter((report) => report.machine).map((report) => report.name);
      expect(machines).toEqual(flags === 'absent' ? [] : ['email_opened', 'email_clicked']);
      const unsubscribed = reports.filter((report) => report.name === 'email_unsubscribed');
      expect(unsubscribed.map((report) => report.values.about).sort()).toEqual(['message', 'person']);
      expect(unsubscribed.find((report) => report.values.about === 'message')?.deliveryId).toBe(deliveryId);
    },
  );

  it('are read in the older format too', async () => {
    const { customerio, track } = await workspace({ reportFormat: 'legacy' });
    const { reports, problems, all } = await receive(customerio);
    await track.identify('ann@example.com', {}, seconds());
    const id = eventId(Date.now(), 'x');
    await track.track('ann@example.com', { id, name: 'deal_won', data: {}, timestamp: seconds() });
    const { deliveryId, subject } = await customerio.waitFor(() => customerio.mailbox('ann@example.com')[0]);
    customerio.open(deliveryId);
    await all();
    expect(problems).toEqual([]);
    expect(reports.at(-1)).toMatchObject({
      name: 'email_opened',
      deliveryId,
      person: { email: 'ann@example.com' },
      values: { subject },
    });
  });
});
