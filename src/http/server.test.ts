import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { unjudgedHealth } from '../../test/support/health.ts';
import { signReport } from '../customerio/index.ts';
import { secret } from '../lib/secret.ts';
import { createWebhookEndpoint } from '../pipeline/receive/webhook-endpoint.ts';
import { createServer } from './server.ts';

/** A server whose only route that works with a store, `/api/trace`, fails with this error. */
async function serverThatFails(error: Error) {
  const lines: string[] = [];
  const app = await createServer({
    log: pino({}, { write: (line: string) => void lines.push(line) }),
    webhooks: {
      isUnreadable: async () => false,
      connections: new Map(),
      receiver: { receive: async () => {}, refuse: () => {} },
    },
    health: {
      metrics: new Registry(),
      isStarted: () => true,
      notReady: async () => [],
      current: unjudgedHealth,
    },
    api: {
      token: 'token',
      connections: () => [],
      trace: () => Promise.reject(error),
      status: async () => ({ connections: [], open: [] }),
    },
  });
  const headers = { authorization: 'Bearer token' };
  const answer = await app.inject({ url: '/api/trace?q=5', headers });
  await app.close();
  return { answer, lines };
}

it.each([
  ['22012', 'division by zero'],
  ['22P02', 'invalid input syntax for type bigint'],
])('an SQL error of ours (%s) is answered 500 and logged as an error', async (code, message) => {
  const { answer, lines } = await serverThatFails(Object.assign(new Error(message), { code }));
  expect([answer.statusCode, answer.body.includes(message)]).toEqual([500, false]);
  // Without a built console the server logs a warning of its own at its start.
  const ofRequest = lines.map((line) => JSON.parse(line)).filter(({ reqId }) => reqId !== undefined);
  expect(ofRequest).toMatchObject([{ level: 50, err: { code } }]);
});

describe('a stranger', () => {
  let app: FastifyInstance;
  let lines: string[];
  let proofs: (string | null)[];
  beforeEach(async () => {
    [lines, proofs] = [[], []];
    const endpoint = createWebhookEndpoint({
      kommo: { webhookSecret: secret('a-long-webhook-secret') },
      customerio: { signingKeys: [secret('key')] },
    });
    app = await createServer({
      log: pino({}, { write: (line: string) => void lines.push(line) }),
      webhooks: {
        isUnreadable: async () => false,
        connections: new Map([['acme', endpoint]]),
        receiver: { receive: async (_webhook, proof) => void proofs.push(proof), refuse: () => {} },
      },
      health: {
        metrics: new Registry(),
        isStarted: () => true,
        notReady: async () => [],
        current: unjudgedHealth,
      },
      publicUrl: 'https://stagepost.example',
      api: {
        token: 'token',
        connections: () => [],
        trace: async () => [],
        status: async () => ({ connections: [], open: [] }),
      },
    });
  });
  afterEach(() => app.close());

  const report = (body: string, seconds: number, key = 'key') => ({
    'content-type': 'application/json',
    'x-cio-timestamp': String(seconds),
    'x-cio-signature': signReport(key, seconds, body),
  });
  const now = () => Math.floor(Date.now() / 1000);
  const send = (body: string, headers: Record<string, string>) =>
    app.inject({ method: 'POST', url: '/webhooks/customerio/acme', headers, payload: body });

  it.each(['/metrics', '/health/ready', '/health/live', '/api/status', '/', '/nothing'])(
    'who lets a name point to this machine gets nothing from %s',
    async (url) => {
      const headers = { host: 'evil.example:20002', authorization: 'Bearer token' };
      expect((await app.inject({ url, headers })).statusCode).toBe(403);
      const known = { ...headers, host: 'stagepost.example' };
      expect((await app.inject({ url, headers: known })).statusCode).not.toBe(403);
    },
  );

  it('cannot keep webhooks out by a name: they are accepted under any', async () => {
    const headers = { ...report('{}', now()), host: 'hooks.elsewhere.example' };
    expect((await send('{}', headers)).statusCode).toBe(200);
  });

  it('who replays a signed report is answered 200, and the receiver can recognise it', async () => {
    const headers = report('{"metric":"opened"}', now());
    for (let copy = 0; copy < 3; copy++)
      expect((await send('{"metric":"opened"}', headers)).statusCode).toBe(200);
    expect(new Set(proofs).size).toBe(1);
  });

  it('who sends 300 wrong addresses and signatures writes two lines into the log', async () => {
    lines.length = 0;
    for (let index = 0; index < 300; index++) {
      await app.inject({ method: 'POST', url: `/webhooks/kommo/acme/wrong-${index}`, payload: 'a=b' });
      await send(`${index}`, report(`${index}`, now(), 'wrong key'));
    }
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual([
      'a webhook came to an address that does not exist (connection or secret)',
      'a report of Customer.io was refused',
    ]);
  });

  it.each([
    ['without a signature', () => ({ 'x-cio-timestamp': String(now()) })],
    ['with a malformed one', () => ({ ...report('', now()), 'x-cio-signature': 'f'.repeat(63) })],
    ['with an old time', () => report('', now() - 301)],
    ['with a time to come', () => report('', now() + 302)],
  ])('%s is refused before the body has come', async (_case, headersOf) => {
    await app.listen({ port: 0, host: '127.0.0.1' });
    const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
    const headers = Object.entries({ ...headersOf(), host: 'a', 'content-length': '990000' });
    socket.write(
      `POST /webhooks/customerio/acme HTTP/1.1\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`,
    );
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1.1 401 /);
    socket.destroy();
  });

  it('hears that the signature of a late report is right, so that a wrong clock is recognised', async () => {
    const answer = await send('{}', report('{}', now() - 400));
    expect(answer.statusCode).toBe(401);
    expect(answer.json().error).toContain('The signature is right');
  });

  it('has browsers use TLS only', async () => {
    const answer = await app.inject({ url: '/health/live', headers: { host: 'stagepost.example' } });
    expect(answer.headers['strict-transport-security']).toBe('max-age=31536000');
  });

  it('who is no trusted proxy is mentioned once, and doctor can ask for it', async () => {
    lines.length = 0;
    const headers = { 'x-forwarded-for': '203.0.113.7', authorization: 'Bearer token' };
    for (let index = 0; index < 5; index++) await app.inject({ url: '/api/status', headers });
    expect(lines).toHaveLength(1);
    expect((await app.inject({ url: '/api/status', headers })).json().untrustedProxy).toBe('127.0.0.1');
  });
});
