import { afterEach, describe, expect, it } from 'vitest';
import { type Handler, reply, startTestServer } from '../../../test/support/customerio-server.ts';
import { DeliveryError } from '../../domain/errors.ts';
import type { CallRecord } from '../call.ts';
import { createAppClient } from './app.ts';
import type { CallLimiter, Priority } from './rate-limiter.ts';

const cleanUp: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close();
});

async function against(handler: Handler) {
  const server = await startTestServer(handler);
  const calls: CallRecord[] = [];
  const turns: Priority[] = [];
  const pauses: number[] = [];
  const limiter: CallLimiter = {
    async take(priority) {
      turns.push(priority);
    },
    pause: (ms) => pauses.push(ms),
  };
  const onCall = (call: CallRecord) => calls.push(call);
  const app = createAppClient({ appKey: 'app-secret', region: 'us', appUrl: server.url, limiter, onCall });
  cleanUp.push(server.close, app.close);
  return { app, server, calls, turns, pauses };
}

const answering = (status: number, body: unknown) =>
  against((_, response) => reply(response, status, typeof body === 'string' ? body : JSON.stringify(body)));

async function failureOf(promise: Promise<unknown>): Promise<DeliveryError> {
  const error = await promise.catch((reason: unknown) => reason);
  if (!(error instanceof DeliveryError)) throw new Error(`No DeliveryError: ${String(error)}`);
  return error;
}

describe('attributes', () => {
  it('asks for one person and gives the attributes', async () => {
    const attributes = { kommo_deal_id: '7', plan: 'Pro' };
    const { app, server, calls, turns } = await answering(200, { customer: { id: '1', attributes } });
    expect(await app.attributes('email', 'a+b/c@x.com')).toEqual(attributes);
    expect(server.seen[0]).toMatchObject({
      method: 'GET',
      path: '/v1/customers/a%2Bb%2Fc%40x.com/attributes?id_type=email',
      headers: { authorization: 'Bearer app-secret' },
    });
    expect(calls).toMatchObject([{ method: 'GET', path: '/v1/customers/{id}/attributes', status: 200 }]);
    expect(turns).toEqual(['live']);
  });

  it.each([
    ['JSON', '{"errors":[{"detail":"not found","status":"404"}]}'],
    ['nothing', ''],
  ])('says null for a 404 with %s', async (_, body) => {
    const { app } = await answering(404, body);
    expect(await app.attributes('id', '1')).toBeNull();
  });

  it('does not take a web page’s 404 for "no such person"', async () => {
    const { app } = await answering(404, '<html><title>Not Found</title></html>');
    expect(await failureOf(app.attributes('id', '1'))).toMatchObject({
      failure: 'unauthorized',
      message: expect.stringContaining('customerio.app_url'),
    });
  });

  it('has none for a person whose attributes are null', async () => {
    const { app } = await answering(200, { customer: { id: '1', attributes: null } });
    expect(await app.attributes('id', '1')).toEqual({});
  });

  it.each(['{}', '{"customer":{"attributes":[]}}', '[]'])('tries the odd answer %s again', async (body) => {
    const { app } = await answering(200, body);
    expect((await failureOf(app.attributes('id', '1'))).failure).toBe('retryable');
  });

  it('asks nothing for an identifier that cannot be one', async () => {
    const { app, server } = await answering(200, {});
    expect((await failureOf(app.attributes('id', '..'))).failure).toBe('permanent');
    expect(server.seen).toEqual([]);
  });
});

describe('attributesOfMany', () => {
  const person = (id: string) => ({
    id,
    identifiers: { id, email: `${id}@x.com`, cio_id: `c${id}` },
    attributes: { n: id },
  });

  it('asks for all ids in one call', async () => {
    const { app, server, turns } = await answering(200, {
      customers: [person('1'), { id: '2', attributes: null }],
    });
    expect(await app.bulk.attributesOfMany(['1', '2'])).toEqual([
      { id: '1', email: '1@x.com', cioId: 'c1', attributes: { n: '1' }, unsubscribed: false },
      { id: '2', email: null, cioId: null, attributes: {}, unsubscribed: false },
    ]);
    expect(server.seen).toMatchObject([
      { method: 'POST', path: '/v1/customers/attributes', body: '{"ids":["1","2"]}' },
    ]);
    expect(turns).toEqual(['bulk']);
  });

  it('takes null for nobody, and asks nothing for no ids', async () => {
    const { app, server } = await answering(200, { customers: null });
    expect(await app.attributesOfMany(['1'])).toEqual([]);
    expect(await app.attributesOfMany([])).toEqual([]);
    expect(server.seen).toHaveLength(1);
  });

  it('refuses more than 100 ids without a request', async () => {
    const { app, server } = await answering(200, {});
    expect((await failureOf(app.attributesOfMany(Array(101).fill('1')))).failure).toBe('permanent');
    expect(server.seen).toEqual([]);
  });

  it('asks in halves where the answer is too large', async () => {
    const { app, server } = await against((seen, response) => {
      const { ids } = JSON.parse(seen.body) as { ids: string[] };
      const filler = ids.length > 1 ? 'x'.repeat(8_100_000) : '';
      reply(response, 200, JSON.stringify({ customers: ids.map(person), filler }));
    });
    expect((await app.attributesOfMany(['1', '2', '3'])).map((one) => one.id)).toEqual(['1', '2', '3']);
    expect(server.seen).toHaveLength(5);
  });
});

describe('customersByEmail', () => {
  it('encodes the address and gives everybody who has it', async () => {
    const results = [
      { id: '1', email: 'a+b@x.com', cio_id: 'c1' },
      { id: '', email: 'a+b@x.com', cio_id: 'c2' },
    ];
    const { app, server } = await answering(200, { results });
    expect(await app.customersByEmail('a+b@x.com')).toEqual([
      { id: '1', email: 'a+b@x.com', cioId: 'c1' },
      { id: null, email: 'a+b@x.com', cioId: 'c2' },
    ]);
    expect(server.seen[0]!.path).toBe('/v1/customers?email=a%2Bb%40x.com');
  });
});

describe('activities', () => {
  const activity = {
    id: '01AK4N8V8G8KVA4HN8Y50CCZ59',
    type: 'unsubscribed_email',
    timestamp: 1796000000,
    customer_id: '42',
    customer_identifiers: { id: '42', email: 'ann@x.com', cio_id: 'c42' },
    delivery_id: 'RAEC=',
    delivery_type: 'email',
    data: { delivered: 1796000000 },
  };

  it('reads a page of the workspace', async () => {
    const { app, server } = await answering(200, { activities: [activity], next: 'abc' });
    expect(await app.bulk.activities('unsubscribed_email', { limit: 1000 })).toEqual({
      activities: [
        {
          id: activity.id,
          type: 'unsubscribed_email',
          name: '',
          timestamp: 1796000000,
          person: { id: '42', email: 'ann@x.com', cioId: 'c42' },
          deliveryId: 'RAEC=',
          data: { delivered: 1796000000 },
        },
      ],
      next: 'abc',
    });
    expect(server.seen[0]!.path).toBe('/v1/activities?type=unsubscribed_email&limit=100');
  });

  it('asks for the next page, and for one attribute', async () => {
    const { app, server } = await answering(200, { activities: null, next: '' });
    expect(await app.activities('attribute_change', { start: 'a b', name: 'unsubscribed' })).toEqual({
      activities: [],
      next: null,
    });
    expect(server.seen[0]!.path).toBe(
      '/v1/activities?type=attribute_change&limit=100&name=unsubscribed&start=a+b',
    );
  });

  it('reads those of one person, none of a person who does not exist', async () => {
    const { app, server, calls } = await answering(404, { errors: [{ detail: 'not found', status: '404' }] });
    const person = { idType: 'email' as const, id: 'a@x.com' };
    expect(await app.activities('opened_email', { person })).toEqual({ activities: [], next: null });
    expect(server.seen[0]!.path).toContain('/v1/customers/a%40x.com/activities?');
    expect(server.seen[0]!.path).toContain('id_type=email');
    expect(calls[0]!.path).toBe('/v1/customers/{id}/activities');
  });

  it('has the id of a workspace that identifies by id alone, and the message of the data', async () => {
    const { app } = await answering(200, {
      activities: [
        { id: 'X', type: 'opened_email', timestamp: 5, customer_id: '42', data: { delivery_id: 'D' } },
        {},
      ],
    });
    const { activities } = await app.activities('opened_email');
    expect(activities[0]).toMatchObject({ person: { id: '42', email: null, cioId: null }, deliveryId: 'D' });
    expect(activities[1]).toMatchObject({ id: '', type: '', timestamp: 0, data: {} });
  });
});

describe('the subscription center', () => {
  it('lists topics and channels', async () => {
    const { app } = await against((seen, response) =>
      reply(
        response,
        200,
        JSON.stringify(
          seen.path.endsWith('topics')
            ? {
                topics: [
                  { id: 4, identifier: 'topic_4', name: 'News', subscribed_by_default: true },
                  { id: 5 },
                ],
              }
            : { channels: null },
        ),
      ),
    );
    expect(await app.subscriptionTopics()).toEqual([
      { key: 'topic_4', name: 'News', isSubscribedByDefault: true },
      { key: 'topic_5', name: '', isSubscribedByDefault: false },
    ]);
    expect(await app.subscriptionChannels()).toEqual([]);
  });

  it('gives a person’s preferences, whose topics have an id as number or text', async () => {
    const topics = [
      { id: 1, name: 'News', subscribed: true },
      { id: '2', subscribed: false },
      { identifier: 'topic_3', subscribed: true },
    ];
    const { app, server } = await answering(200, { customer: { id: '42', unsubscribed: true, topics } });
    expect(await app.subscriptionPreferences('cio_id', 'c42')).toEqual({
      unsubscribed: true,
      topics: [
        { key: 'topic_1', name: 'News', isSubscribed: true },
        { key: 'topic_2', name: '', isSubscribed: false },
        { key: 'topic_3', name: '', isSubscribed: true },
      ],
    });
    expect(server.seen[0]!.path).toBe('/v1/customers/c42/subscription_preferences?id_type=cio_id');
  });

  it('links to a person’s own page; null for nobody', async () => {
    const url = 'https://track.customer.io/u/i/abc/';
    const { app, server } = await answering(200, { token: 'abc', url });
    expect(await app.subscriptionCenterLink('a/b')).toBe(url);
    expect(server.seen[0]!.path).toBe('/v1/subscription_center/a%2Fb/token');
    const none = await answering(400, { errors: [{ detail: 'unknown customer', status: '400' }] });
    expect(await none.app.subscriptionCenterLink('1')).toBeNull();
  });

  it('does not give an address that is none', async () => {
    const { app } = await answering(200, { url: 'javascript:alert(1)' });
    expect((await failureOf(app.subscriptionCenterLink('1'))).failure).toBe('retryable');
  });
});

describe('the mail provider’s suppression', () => {
  it.each([
    ['bounces', 'bounces'],
    ['spam', 'spam_reports'],
    ['', 'bounces'],
  ])('is found with its reason, category "%s"', async (category, type) => {
    const entry = { created: 1796000000, email: 'a@x.com', reason: '550 no such user', status: '5.1.1' };
    const { app, server } = await answering(200, { category, suppressions: [entry] });
    expect(await app.searchSuppression('a+b@x.com')).toEqual([
      { type, created: 1796000000, email: 'a@x.com', reason: '550 no such user' },
    ]);
    expect(server.seen[0]!.path).toBe('/v1/esp/search_suppression/a%2Bb%40x.com');
  });

  it.each([
    [200, { category: '', suppressions: null }],
    [404, { errors: [{ detail: 'not found', status: '404' }] }],
    [200, ''],
  ])('is empty for an address that is on no list (%i %j)', async (status, body) => {
    const { app } = await answering(status, body);
    expect(await app.searchSuppression('a@x.com')).toEqual([]);
  });

  it('is lifted; false where there was none', async () => {
    const { app, server, calls } = await answering(204, '');
    expect(await app.deleteSuppression('bounces', 'a@x.com')).toBe(true);
    expect(server.seen[0]).toMatchObject({ method: 'DELETE', path: '/v1/esp/suppression/bounces/a%40x.com' });
    expect(calls[0]!.path).toBe('/v1/esp/suppression/bounces/{email}');
    const none = await answering(404, { errors: [{ detail: 'not found', status: '404' }] });
    expect(await none.app.deleteSuppression('bounces', 'a@x.com')).toBe(false);
  });
});

describe('reportingWebhooks', () => {
  it('lists them', async () => {
    const webhook = {
      id: 5,
      name: 'Stagepost',
      endpoint: 'https://x.io/webhooks/customerio/acme',
      events: ['email_opened'],
      disabled: false,
      full_resolution: true,
      with_content: false,
      type: 'webhook',
    };
    const { app } = await answering(200, { reporting_webhooks: [webhook, {}] });
    expect(await app.reportingWebhooks()).toEqual([
      {
        id: 5,
        name: 'Stagepost',
        endpoint: webhook.endpoint,
        events: ['email_opened'],
        disabled: false,
        fullResolution: true,
        withContent: false,
      },
      {
        id: null,
        name: '',
        endpoint: '',
        events: [],
        disabled: false,
        fullResolution: false,
        withContent: false,
      },
    ]);
  });

  it('takes null for an empty list', async () => {
    const { app } = await answering(200, { reporting_webhooks: null });
    expect(await app.reportingWebhooks()).toEqual([]);
  });
});

describe('campaigns', () => {
  it('are listed with what starts them and their state', async () => {
    const { app, server } = await answering(200, {
      campaigns: [
        { id: 1, name: 'Won', event_name: 'deal_won', state: 'running' },
        { id: 2, name: 'Lost', event_name: 'Deal Lost ', state: 'stopped' },
        { id: 3, name: 'By segment', trigger_segment_ids: [7], state: 'draft' },
        { id: 4, name: 'By date', date_attribute: 'renewal', state: 'running' },
      ],
    });
    expect(await app.campaigns()).toEqual([
      { id: 1, name: 'Won', event: 'deal_won', trigger: 'event', state: 'running' },
      { id: 2, name: 'Lost', event: 'Deal Lost ', trigger: 'event', state: 'stopped' },
      { id: 3, name: 'By segment', event: null, trigger: 'segment', state: 'draft' },
      { id: 4, name: 'By date', event: null, trigger: 'other', state: 'running' },
    ]);
    expect(server.seen).toHaveLength(1);
  });

  it.each([
    [{}, 'running'],
    [{ active: false }, 'stopped'],
    [{ active: true, state: 'archived' }, 'running'],
    [{ state: 'archived' }, 'stopped'],
    [{ state: null }, 'running'],
  ])('with the odd state %j count as %s', async (part, state) => {
    const { app } = await answering(200, { campaigns: [{ id: 1, name: 'A', event_name: 'a', ...part }] });
    expect(await app.campaigns()).toMatchObject([{ state }]);
  });

  it.each([
    ['Fine   name', 'Fine name'],
    ['a\u0000b\u001b[31m\u202ec\nd', 'ab[31mc d'],
    ['  ', 'Campaign 1'],
    [7, 'Campaign 1'],
    ['x'.repeat(500), `${'x'.repeat(199)}…`],
  ])('named %j are shown on one line', async (name, shown) => {
    const { app } = await answering(200, { campaigns: [{ id: '1', name, event_name: 'a' }] });
    expect(await app.campaigns()).toMatchObject([{ id: 1, name: shown }]);
  });

  it('without an id, or of no shape at all, are left out', async () => {
    const { app } = await answering(200, { campaigns: [{ name: 'A' }, null, 'x', { id: -1 }, { id: 1e30 }] });
    expect(await app.campaigns()).toEqual([]);
  });

  it('are none where the list is null', async () => {
    const { app } = await answering(200, { campaigns: null });
    expect(await app.campaigns()).toEqual([]);
  });

  it('of 5,000 are read from one answer of some megabytes', async () => {
    const actions = Array.from({ length: 40 }, (_, id) => ({ id, type: 'email' }));
    const campaigns = Array.from({ length: 5_000 }, (_, index) => ({ id: index + 1, name: 'Same', actions }));
    const { app } = await answering(200, { campaigns });
    expect(await app.campaigns()).toHaveLength(5_000);
  });
});

describe('newsletters', () => {
  it('are read page by page, the newest first', async () => {
    const { app, server } = await against((request, response) => {
      const isFirst = !request.path.includes('start=');
      const page = isFirst
        ? { newsletters: [{ id: 2, name: 'B' }], next: 'abc' }
        : { newsletters: [{ id: 1, name: 'A' }], next: '' };
      reply(response, 200, JSON.stringify(page));
    });
    expect(await app.newsletters()).toEqual([
      { kind: 'newsletter', id: 2, name: 'B' },
      { kind: 'newsletter', id: 1, name: 'A' },
    ]);
    expect(server.seen.map(({ path }) => path)).toEqual([
      '/v1/newsletters?limit=100&sort=desc',
      '/v1/newsletters?limit=100&sort=desc&start=abc',
    ]);
  });

  it('without an end stop after ten pages', async () => {
    let pages = 0;
    const { app } = await against((_, response) => {
      pages += 1;
      reply(response, 200, JSON.stringify({ newsletters: [{ id: pages }], next: `p${pages}` }));
    });
    expect(await app.newsletters()).toHaveLength(10);
  });
});

describe('failures', () => {
  it.each([
    [401, '{"errors":[{"detail":"unauthorized","status":"401"}]}', 'unauthorized', 'unauthorized'],
    [429, 'Your request is over the 10-per-second limit.', 'throttled', '10-per-second'],
    [
      422,
      '{"errors":[{"detail":"is no email","status":"422","source":{"pointer":"/email"}}]}',
      'permanent',
      '/email: is no email',
    ],
    [503, '', 'retryable', 'no text'],
  ])('%i is %s, with Customer.io’s text', async (status, body, failure, text) => {
    const { app } = await answering(status, body);
    const error = await failureOf(app.reportingWebhooks());
    expect(error).toMatchObject({ failure, status });
    expect(error.message).toContain(text);
  });

  it.each([
    ['7', 7000],
    [null, 1000],
    ['86400', 60_000],
  ])('pauses all calls after a 429 with Retry-After %s for %i ms', async (retryAfter, pause) => {
    const { app, pauses } = await against((_, response) => {
      if (retryAfter) response.setHeader('retry-after', retryAfter);
      reply(response, 429, '{"errors":[{"detail":"rate limited to 10 requests per 1s","status":"429"}]}');
    });
    expect((await failureOf(app.reportingWebhooks())).failure).toBe('throttled');
    expect(pauses).toEqual([pause]);
  });
});
