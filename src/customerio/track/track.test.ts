import { MockAgent } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import { type Handler, reply, startTestServer } from '../../../test/support/customerio-server.ts';
import { DeliveryError } from '../../domain/errors.ts';
import type { CallRecord } from '../call.ts';
import { createTrackClient, type TrackClient } from './track.ts';

const KEYS = { siteId: 'site-1', apiKey: 'top-secret-key' };
const TOKEN = Buffer.from('site-1:top-secret-key').toString('base64');
const cleanUp: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close();
});

async function against(handler: Handler, timeoutMs = 10_000) {
  const server = await startTestServer(handler);
  const calls: CallRecord[] = [];
  const track = createTrackClient({
    ...KEYS,
    region: 'us',
    trackUrl: server.url,
    timeoutMs,
    onCall: (call) => calls.push(call),
  });
  cleanUp.push(server.close, track.close);
  return { track, server, calls };
}

function mocked(region: 'us' | 'eu' = 'us') {
  const agent = new MockAgent();
  agent.disableNetConnect();
  cleanUp.push(() => agent.close());
  return { agent, track: createTrackClient({ ...KEYS, region, dispatcher: agent }) };
}

async function failureOf(promise: Promise<unknown>): Promise<DeliveryError> {
  const error = await promise.then(
    () => new Error('It succeeded.'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof DeliveryError)) throw error;
  expect(error.message).not.toContain(KEYS.apiKey);
  expect(error.message).not.toContain(TOKEN);
  return error;
}

const event = {
  id: '01ARYZ6S410000000000000000',
  name: 'deal_won',
  data: { plan: 'Pro' },
  timestamp: 1772013598,
};

describe('identify and track', () => {
  it('puts the attributes with their time, under the encoded identifier', async () => {
    const { track, server } = await against((_, response) => reply(response, 200));
    await track.identify('a+b/c@x.com', { plan: 'Pro', tags: ['ü'] }, 1772013598.7);
    const [request] = server.seen;
    expect(request).toMatchObject({ method: 'PUT', path: '/api/v1/customers/a%2Bb%2Fc%40x.com' });
    expect(request?.headers).toMatchObject({
      authorization: `Basic ${TOKEN}`,
      'content-type': 'application/json',
    });
    expect(JSON.parse(request!.body)).toEqual({ plan: 'Pro', tags: ['ü'], _timestamp: 1772013598 });
  });

  it('posts the event with its ULID', async () => {
    const { track, server } = await against((_, response) => reply(response, 200));
    await track.track('ann@example.com', event);
    expect(server.seen[0]).toMatchObject({
      method: 'POST',
      path: '/api/v1/customers/ann%40example.com/events',
    });
    expect(JSON.parse(server.seen[0]!.body)).toEqual(event);
  });

  it.each([
    [200, ''],
    [200, '{}\n'],
    [204, ''],
  ])('takes %i with the body %j for accepted', async (status, body) => {
    const { track } = await against((_, response) => void response.writeHead(status).end(body));
    await expect(track.identify('1', {}, 1)).resolves.toBeUndefined();
  });

  it.each(['..', '.', '', ' a', 'x'.repeat(151)])(
    'refuses the identifier %j without a call',
    async (person) => {
      const { track, server } = await against((_, response) => reply(response, 200));
      expect((await failureOf(track.identify(person, {}, 1))).failure).toBe('permanent');
      expect((await failureOf(track.track(person, event))).failure).toBe('permanent');
      expect(server.seen).toEqual([]);
    },
  );

  it('logs each request without personal data', async () => {
    const { track, calls } = await against((_, response) => reply(response, 200));
    await track.identify('ann@example.com', {}, 1);
    await track.track('ann@example.com', event);
    const accepted = { status: 200, failure: null, ms: expect.any(Number), date: expect.any(String) };
    expect(calls).toEqual([
      { method: 'PUT', path: '/api/v1/customers/{id}', ...accepted },
      { method: 'POST', path: '/api/v1/customers/{id}/events', ...accepted },
    ]);
  });

  it('does not fail because a listener does', async () => {
    const server = await startTestServer((_, response) => reply(response, 200));
    const onCall = () => {
      throw new Error('the log is full');
    };
    const track = createTrackClient({ ...KEYS, region: 'us', trackUrl: server.url, onCall });
    cleanUp.push(server.close, track.close);
    await expect(track.identify('1', {}, 1)).resolves.toBeUndefined();
  });
});

describe('failures', () => {
  it('gives Customer.io’s own words', async () => {
    const words = "value for attribute 'plan' cannot be longer than 1000 bytes";
    const { track } = await against((_, response) =>
      reply(response, 400, JSON.stringify({ meta: { errors: [words] } })),
    );
    expect(await failureOf(track.track('1', event))).toMatchObject({
      failure: 'permanent',
      status: 400,
      message: expect.stringContaining(words),
    });
  });

  it('gives the wait of a 429', async () => {
    const { track } = await against((_, response) => reply(response, 429, '', { 'retry-after': '12' }));
    expect(await failureOf(track.track('1', event))).toMatchObject({
      failure: 'throttled',
      retryAfterMs: 12_000,
    });
  });

  it('tries an HTML 502 again, and shows its title only', async () => {
    const html = `<html><title>502 Server Error</title>${'x'.repeat(10_000)}</html>`;
    const { track } = await against((_, response) =>
      reply(response, 502, html, { 'content-type': 'text/html' }),
    );
    const error = await failureOf(track.identify('1', {}, 1));
    expect(error).toMatchObject({ failure: 'retryable', status: 502 });
    expect(error.message).toContain('"502 Server Error"');
    expect(error.message.length).toBeLessThan(600);
  });

  it('never repeats the credentials that a server echoes', async () => {
    const echo = `auth was Basic ${TOKEN} / ${KEYS.apiKey}`;
    const { track } = await against((_, response) => reply(response, 400, echo));
    expect((await failureOf(track.identify('1', {}, 1))).message).toContain('auth was Basic *** / ***');
  });

  it.each([
    ['in a 200 that is none', 200, (said: string) => `<html><title>${said}</title>`],
    ['in an error of a 200', 200, (said: string) => JSON.stringify({ errors: [{ message: said }] })],
    ['with escaped slashes', 400, (said: string) => `{"x":"${said.replaceAll('/', '\\/')}"}`],
  ] as const)('never repeats them %s', async (_, status, body) => {
    // As long as a secret may be, and with slashes once it is base64.
    const apiKey = '???>>>~~~'.repeat(40);
    const token = Buffer.from(`${KEYS.siteId}:${apiKey}`).toString('base64');
    expect(token).toContain('/');
    const server = await startTestServer((_seen, response) =>
      reply(response, status, body(`${apiKey} ${token}`)),
    );
    const track = createTrackClient({ ...KEYS, apiKey, region: 'us', trackUrl: server.url });
    cleanUp.push(server.close, track.close);
    const { message } = await failureOf(track.identify('1', {}, 1));
    expect(message).toContain('***');
    expect(message.replaceAll('\\', '')).not.toMatch(/Pz8\/|>>>/);
  });

  it('keeps the class of an answer whose body never ends', async () => {
    const { track } = await against((_, response) => {
      response.writeHead(429, { 'retry-after': '3' }).write('{');
    }, 1_000);
    const error = await failureOf(track.identify('1', {}, 1));
    expect(error).toMatchObject({ failure: 'throttled', status: 429, retryAfterMs: 3000 });
  });

  it.each([
    ['does not answer', () => {}],
    ['stops in the middle of its answer', (_, response) => void response.writeHead(200).write('{')],
  ] as [string, Handler][])('says again when the server %s', async (_, handler) => {
    const { track, calls } = await against(handler, 100);
    const error = await failureOf(track.track('1', event));
    expect(error).toMatchObject({ failure: 'retryable', status: null });
    expect(error.message).toBe(
      'Customer.io gave no answer to POST /api/v1/customers/{id}/events: nothing came within 0.1 s.',
    );
    expect(calls).toMatchObject([{ status: null }]);
  });

  it('says again when the connection is reset, or breaks off in the answer', async () => {
    const reset = await against((_, response) => void response.socket?.resetAndDestroy());
    expect((await failureOf(reset.track.track('1', event))).failure).toBe('retryable');
    const cut = await against((_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{', () => response.socket?.destroy());
    });
    expect((await failureOf(cut.track.track('1', event))).failure).toBe('retryable');
  });

  it('says again when nobody listens, or the host does not exist', async () => {
    const { track, server } = await against(() => {});
    await server.close();
    const error = await failureOf(track.identify('1', {}, 1));
    expect(error).toMatchObject({ failure: 'retryable', message: expect.stringContaining('refused') });
    const nowhere = createTrackClient({ ...KEYS, region: 'us', trackUrl: 'http://nowhere.invalid' });
    cleanUp.push(nowhere.close);
    expect((await failureOf(nowhere.identify('1', {}, 1))).failure).toBe('retryable');
  });

  it('reads no more than it needs of an endless answer', async () => {
    const { track } = await against((_, response) => {
      response.writeHead(500);
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
      };
      response.on('drain', more);
      more();
    });
    expect(await failureOf(track.identify('1', {}, 1))).toMatchObject({ failure: 'retryable', status: 500 });
  });
});

describe('redirects', () => {
  const path = '/api/v1/customers/1';
  const toEu = { headers: { location: `https://track-eu.customer.io${path}` } };

  function acceptOnEu(agent: MockAgent, times = 1) {
    agent
      .get('https://track-eu.customer.io')
      .intercept({
        path,
        method: 'PUT',
        body: '{"a":1,"_timestamp":5}',
        headers: { authorization: `Basic ${TOKEN}` },
      })
      .reply(200, '{}\n')
      .times(times);
  }

  it.each([301, 302, 307, 308])(
    'follows a %i to the other region with method, body and credentials',
    async (status) => {
      const { agent, track } = mocked();
      agent.get('https://track.customer.io').intercept({ path, method: 'PUT' }).reply(status, '', toEu);
      acceptOnEu(agent);
      await track.identify('1', { a: 1 }, 5);
      agent.assertNoPendingInterceptors();
    },
  );

  it('calls the right region at once after a permanent one', async () => {
    const { agent, track } = mocked();
    agent.get('https://track.customer.io').intercept({ path, method: 'PUT' }).reply(301, '', toEu);
    acceptOnEu(agent, 2);
    await track.identify('1', { a: 1 }, 5);
    await track.identify('1', { a: 1 }, 5);
    agent.assertNoPendingInterceptors();
  });

  it.each([
    ['another host', 'https://evil.example/api/v1/customers/1', 'https://evil.example'],
    ['a host that looks alike', 'https://track.customer.io.evil.example/', 'evil.example'],
    ['plain http', 'http://track-eu.customer.io/', 'http://track-eu.customer.io'],
    ['another port', 'https://track-eu.customer.io:8443/', ':8443'],
    ['another user', 'https://user:pw@track-eu.customer.io/', 'not Customer.io'],
    ['a user without a password', 'https://user@track-eu.customer.io/', 'not Customer.io'],
    ['no URL', 'http://[', 'cannot be read'],
  ])('does not take the credentials to %s', async (_, location, words) => {
    const { agent, track } = mocked();
    agent
      .get('https://track.customer.io')
      .intercept({ path, method: 'PUT' })
      .reply(307, '', { headers: { location } });
    const error = await failureOf(track.identify('1', { a: 1 }, 5));
    expect(error).toMatchObject({ failure: 'unauthorized', status: 307 });
    expect(error.message).toContain(words);
  });

  it('gives up after two hops', async () => {
    const { track, server } = await against((_, response) => reply(response, 307, '', { location: path }));
    const error = await failureOf(track.identify('1', {}, 5));
    expect(error).toMatchObject({
      failure: 'unauthorized',
      message: expect.stringContaining('too often'),
    });
    expect(server.seen).toHaveLength(3);
  });
});

describe('region', () => {
  const path = '/api/v1/accounts/region';

  it('names the region, its origin and the workspace', async () => {
    const { agent, track } = mocked('eu');
    const body = { url: 'https://track-eu.customer.io', region: 'eu', environment_id: 3 };
    agent.get('https://track-eu.customer.io').intercept({ path, method: 'GET' }).reply(200, body);
    expect(await track.region()).toEqual({ region: 'eu', url: body.url, environmentId: 3 });
  });

  it('is the credential test', async () => {
    const { track } = await against((_, response) =>
      reply(response, 401, '{"meta":{"error":"Unauthorized request"}}'),
    );
    expect(await failureOf(track.region())).toMatchObject({ failure: 'unauthorized', status: 401 });
  });

  it('does not believe an answer that names none', async () => {
    const { track } = await against((_, response) => reply(response, 200, '{}'));
    expect((await failureOf(track.region())).failure).toBe('retryable');
  });
});

describe('the configured origin', () => {
  it.each(['', '  ', undefined])('%j is the region’s', async (trackUrl) => {
    const agent = new MockAgent();
    agent.disableNetConnect();
    cleanUp.push(() => agent.close());
    agent
      .get('https://track-eu.customer.io')
      .intercept({ path: '/api/v1/customers/1', method: 'PUT' })
      .reply(200, '{}');
    const track: TrackClient = createTrackClient({ ...KEYS, region: 'eu', trackUrl, dispatcher: agent });
    await track.identify('1', {}, 1);
  });

  it.each(['127.0.0.1:9102', 'ftp://x', 'nonsense'])('%j is refused in words', (trackUrl) => {
    expect(() => createTrackClient({ ...KEYS, region: 'us', trackUrl })).toThrow(/is not an origin/);
  });
});
