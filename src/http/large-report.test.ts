import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { unjudgedHealth } from '../../test/support/health.ts';
import { readReport, signReport } from '../customerio/index.ts';
import { ORIGINAL_LENGTH } from '../domain/shortened-report.ts';
import { secret } from '../lib/secret.ts';
import { createWebhookEndpoint } from '../pipeline/receive/webhook-endpoint.ts';
import type { RawRequest } from '../store/inbox.ts';
import { createServer } from './server.ts';

let app: FastifyInstance;
let stored: Omit<RawRequest, 'receivedAt'>[];
let refused: string[];

beforeEach(async () => {
  [stored, refused] = [[], []];
  const endpoint = createWebhookEndpoint({
    kommo: { webhookSecret: secret('a-long-webhook-secret') },
    customerio: { signingKeys: [secret('old key'), secret('key')] },
  });
  app = await createServer({
    log: pino({ level: 'silent' }),
    webhooks: {
      isUnreadable: async () => false,
      connections: new Map([['acme', endpoint]]),
      receiver: {
        receive: async (webhook) => void stored.push(webhook),
        refuse: ({ code }) => void refused.push(code),
      },
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
  await app.listen({ port: 0, host: '127.0.0.1' });
});
afterEach(() => app.close());

const report = (data: object) => ({
  data: {
    customer_id: 'ann@acme.example',
    delivery_id: 'RAEC=',
    identifiers: { id: '7', email: 'ann@acme.example', cio_id: 'd9c1' },
    recipient: 'ann@acme.example',
    subject: 'Welcome',
    ...data,
  },
  event_id: '01KB9Z00000000000000000006',
  metric: 'sent',
  object_type: 'email',
  timestamp: 1796000000,
});

const now = () => Math.floor(Date.now() / 1000);

interface Sending {
  path?: string;
  key?: string;
  at?: number;
  /** Whether the length is named before the body. */
  hasLength?: boolean;
}

/** Sends a body in pieces of 100 KB. @returns the status */
function send(body: string | Buffer, options: Sending = {}): Promise<number> {
  const { path = '/webhooks/customerio/acme', key = 'key', at = now(), hasLength = true } = options;
  const bytes = Buffer.from(body as string);
  const headers = {
    'content-type': 'application/json',
    'x-cio-timestamp': String(at),
    'x-cio-signature': signReport(key, at, bytes),
    ...(hasLength ? { 'content-length': bytes.length } : {}),
  };
  const { port } = app.server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest({ port, path, method: 'POST', headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode!);
    });
    outgoing.on('error', reject);
    for (let start = 0; start < bytes.length; start += 100_000)
      outgoing.write(bytes.subarray(start, start + 100_000));
    outgoing.end();
  });
}

it.each([
  ['of known length', true],
  ['in chunks', false],
])('a report with 1.2 MB of content %s is stored without it, and means the same', async (_how, hasLength) => {
  const whole = JSON.stringify(
    report({ content: `<html>${'é"\n'.repeat(400_000)}</html>`, headers: { a: ['b'] } }),
  );
  expect(await send(whole, { hasLength })).toBe(200);
  const [request] = stored;
  expect(request!.body.length).toBeLessThan(20_000);
  expect(request!.headers[ORIGINAL_LENGTH]).toBe(String(Buffer.byteLength(whole)));
  expect(readReport(request!.body)).toEqual(readReport(Buffer.from(whole)));
});

it('a report of 15 MB is taken, with the content of a newsletter and all its variables', async () => {
  const variables = Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`v${n}`, 'x'.repeat(5000)]));
  const whole = JSON.stringify(report({ content: 'x'.repeat(10_000_000), variables }));
  expect(await send(whole)).toBe(200);
  expect(JSON.parse(stored[0]!.body.toString()).data).toEqual({
    ...report({}).data,
    content: 'x'.repeat(16_000),
  });
});

it('a report of more than 16 MB is answered 413, of known length or not', async () => {
  const whole = JSON.stringify(report({ content: 'x'.repeat(16_000_000) }));
  expect([await send(whole), await send(whole, { hasLength: false })]).toEqual([413, 413]);
  expect(stored).toEqual([]);
});

it.each([
  ['a wrong key', { key: 'another' }, 'mismatch'],
  ['an old time', { at: now() - 400 }, 'malformed'],
])('a large report with %s is answered 401 and not stored', async (_what, options, code) => {
  const whole = JSON.stringify(report({ content: 'x'.repeat(1_500_000) }));
  expect(await send(whole, options)).toBe(401);
  expect([stored, refused]).toEqual([[], [code]]);
});

it('a large signed body that is no JSON is taken, so that the reports behind it can come', async () => {
  expect(await send(Buffer.concat([Buffer.from([0x1f, 0x8b]), Buffer.alloc(1_500_000, 7)]))).toBe(200);
  expect(stored[0]!.body.length).toBe(1000);
  expect(readReport(stored[0]!.body).ok).toBe(false);
});

it('a report that is odd and deep is taken', async () => {
  const deep = `${'['.repeat(900_000)}${']'.repeat(900_000)}`;
  const whole = JSON.stringify(report({ odd: '?' })).replace('"?"', deep);
  expect(await send(whole)).toBe(200);
  expect(readReport(stored[0]!.body)).toMatchObject({ ok: true, report: { name: 'email_sent' } });
});

it('Kommo’s endpoint keeps its bound', async () => {
  const path = '/webhooks/kommo/acme/a-long-webhook-secret';
  expect(await send('x'.repeat(1_500_000), { path })).toBe(413);
  expect(await send('x'.repeat(1_500_000), { path, hasLength: false })).toBe(413);
});
