import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterEach, describe, expect, it } from 'vitest';
import { unjudgedHealth } from '../../test/support/health.ts';
import type { RawRequest } from '../store/inbox.ts';
import { createServer } from './server.ts';
import type { WebhookEndpoint } from './webhooks.ts';

const SECRET = 'a-long-webhook-secret-of-acme';
const SAMPLES = join(import.meta.dirname, '../../test/samples/kommo');

let app: FastifyInstance;
type StoredWebhook = Omit<RawRequest, 'receivedAt'>;
let stored: StoredWebhook[];
let store: (webhook: StoredWebhook) => Promise<void>;
let lines: string[];
let connections: Map<string, WebhookEndpoint>;

async function start(): Promise<void> {
  stored = [];
  lines = [];
  store = async (request) => void stored.push(request);
  connections = new Map([
    [
      'acme',
      {
        webhookSecret: SECRET,
        refuseReport: (_timestamp, signature, body) =>
          signature === createHmac('sha256', 'key').update(body).digest('hex')
            ? null
            : { code: 'mismatch' as const, reason: 'The signature is wrong.' },
      },
    ],
  ]);
  app = await createServer({
    log: pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) }),
    webhooks: {
      isUnreadable: async () => false,
      connections,
      receiver: { receive: (webhook) => store(webhook), refuse: () => {} },
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
      trace: async () => [],
      status: async () => ({ connections: [], open: [] }),
    },
  });
}

afterEach(() => app?.close());

const kommo = (payload: string | Buffer, secret = SECRET, connection = 'acme') =>
  app.inject({
    method: 'POST',
    url: `/webhooks/kommo/${connection}/${secret}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: 'Bearer no' },
    payload,
  });

const customerio = (payload: string, signature?: string) =>
  app.inject({
    method: 'POST',
    url: '/webhooks/customerio/acme',
    headers: {
      'content-type': 'application/json',
      'x-cio-timestamp': '1700000000',
      'x-cio-signature': signature ?? createHmac('sha256', 'key').update(payload).digest('hex'),
    },
    payload,
  });

it('a report of a connection that is removed before its body is read is answered as one of no connection', async () => {
  await start();
  const acme = connections.get('acme')!;
  const refuseHeaders = () => {
    connections.delete('acme');
    return null;
  };
  connections.set('acme', { ...acme, refuseHeaders });
  expect((await customerio('{}')).statusCode).toBe(404);
  expect(stored).toEqual([]);
});

describe('the endpoint for Kommo', () => {
  it.each(readdirSync(SAMPLES))('stores %s byte for byte and answers 200', async (file) => {
    await start();
    const body = readFileSync(join(SAMPLES, file));
    expect((await kommo(body)).statusCode).toBe(200);
    expect(stored).toMatchObject([{ connection: 'acme', source: 'kommo' }]);
    expect(stored[0]!.body.equals(body)).toBe(true);
  });

  it('answers 404 to a wrong secret and to a wrong connection, and stores nothing', async () => {
    await start();
    expect((await kommo('a=b', 'wrong')).statusCode).toBe(404);
    expect((await kommo('a=b', SECRET, 'other')).statusCode).toBe(404);
    expect((await kommo('a=b', SECRET, '__proto__')).statusCode).toBe(404);
    expect(stored).toEqual([]);
  });

  it('stores what makes no sense, too', async () => {
    await start();
    expect((await kommo(Buffer.from([0xff, 0xfe, 0x00]))).statusCode).toBe(200);
    expect(stored).toHaveLength(1);
  });

  it('keeps no authorization header, and never logs the secret', async () => {
    await start();
    store = async () => Promise.reject(new Error('down'));
    await kommo('a=b');
    expect(lines.join('')).not.toContain(SECRET);
    store = async (request) => void stored.push(request);
    await kommo('a=b');
    expect(Object.keys(stored[0]!.headers)).not.toContain('authorization');
  });

  it('answers 503 while the store is down, so that Kommo comes again', async () => {
    await start();
    store = async () => Promise.reject(new Error('disk full'));
    expect((await kommo('a=b')).statusCode).toBe(503);
  });

  it('answers 413 to a body over a megabyte', async () => {
    await start();
    expect((await kommo('x'.repeat(1_000_001))).statusCode).toBe(413);
  });
});

describe('the endpoint for Customer.io', () => {
  it('stores a signed report and answers 200, whatever it says', async () => {
    await start();
    expect((await customerio('{"metric":"opened"}')).statusCode).toBe(200);
    expect((await customerio('no JSON at all')).statusCode).toBe(200);
    expect(stored.map((request) => request.body.toString())).toEqual([
      '{"metric":"opened"}',
      'no JSON at all',
    ]);
  });

  it('answers 401 to a wrong signature, and stores nothing', async () => {
    await start();
    expect((await customerio('{}', 'f'.repeat(64))).statusCode).toBe(401);
    expect(stored).toEqual([]);
  });
});

it('lets nobody ask the API without the token', async () => {
  await start();
  expect((await app.inject('/api/trace?q=5')).statusCode).toBe(401);
  const headers = { authorization: 'Bearer token' };
  expect((await app.inject({ url: '/api/trace?q=5', headers })).statusCode).toBe(200);
});

it('says that it lives', async () => {
  await start();
  expect((await app.inject('/health/live')).json()).toEqual({ status: 'live' });
  expect((await app.inject('/health/ready')).statusCode).toBe(200);
});
