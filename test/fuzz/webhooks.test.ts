import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CUSTOMERIO_SAMPLES,
  createTestServer,
  KOMMO_SAMPLES,
  leaks,
  mutated,
  PATIENCE,
  runs,
  SECRET,
  signed,
  statusOf,
  type TestServer,
  talk,
} from './support.ts';

/*
 * Both webhook endpoints with whatever may come: no crash, no 500, nothing of a refused request stored, and no
 * answer that tells a secret, shows a stack or repeats what was sent.
 */

let server: TestServer;
let port: number;
beforeAll(async () => {
  server = await createTestServer();
  await server.app.listen({ port: 0, host: '127.0.0.1' });
  port = (server.app.server.address() as AddressInfo).port;
});
afterAll(() => server.app.close());

type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS' | 'QUERY';
const METHODS: Method[] = ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'QUERY'];
const KOMMO = `/webhooks/kommo/acme/${SECRET}`;
const CUSTOMERIO = '/webhooks/customerio/acme';

async function send(
  url: string,
  payload: Buffer | string,
  headers: Record<string, string>,
  method: Method = 'POST',
) {
  server.stored.length = 0;
  server.lines.length = 0;
  const answer = await server.app.inject({ method: method as 'POST', url, payload, headers });
  expect(leaks(answer.payload + JSON.stringify(answer.headers))).toEqual([]);
  expect(server.lines.join('')).not.toContain(SECRET);
  return answer;
}

const anyBytes = fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes));
/** As a header can be on the wire: no control characters but the tab. */
const headerText = fc.stringMatching(/^[\t\x20-\x7e\x80-\xff]{0,60}$/);
const contentType = fc.oneof(
  fc.constantFrom(
    '',
    'json',
    'application/json',
    'application/json; charset=utf-16',
    'multipart/form-data',
    '/',
    ';;;',
    '*/*',
  ),
  headerText,
);

describe('any bytes under any content-type', () => {
  it(
    'are stored byte for byte and answered 200 at the endpoint for Kommo',
    () =>
      fc.assert(
        fc.asyncProperty(fc.oneof(mutated(KOMMO_SAMPLES), anyBytes), contentType, async (body, type) => {
          const answer = await send(KOMMO, body, { 'content-type': type });
          expect(answer.statusCode).toBe(200);
          expect(server.stored.map((request) => request.body.equals(body))).toEqual([true]);
        }),
        runs(150),
      ),
    PATIENCE,
  );

  it(
    'are stored byte for byte and answered 200 at the endpoint for Customer.io where they are signed',
    () =>
      fc.assert(
        fc.asyncProperty(fc.oneof(mutated(CUSTOMERIO_SAMPLES), anyBytes), contentType, async (body, type) => {
          const answer = await send(CUSTOMERIO, body, { ...signed(body), 'content-type': type });
          expect(answer.statusCode).toBe(200);
          expect(server.stored.map((request) => request.body.equals(body))).toEqual([true]);
        }),
        runs(150),
      ),
    PATIENCE,
  );

  it(
    'are refused with 401 and not stored where they are not signed',
    () =>
      fc.assert(
        fc.asyncProperty(
          mutated(CUSTOMERIO_SAMPLES),
          headerText,
          headerText,
          async (body, time, signature) => {
            const headers = { ...signed(body), 'x-cio-timestamp': time, 'x-cio-signature': signature };
            expect((await send(CUSTOMERIO, body, headers)).statusCode).toBe(401);
            expect(server.stored).toEqual([]);
          },
        ),
        runs(100),
      ),
    PATIENCE,
  );
});

describe('compressed bodies', () => {
  it.each(['gzip', 'GZIP', 'br, gzip'])(
    'are kept as they are, with the header content-encoding: %s',
    async (encoding) => {
      const body = gzipSync('leads[delete][0][id]=5');
      expect((await send(KOMMO, body, { 'content-encoding': encoding })).statusCode).toBe(200);
      expect(server.stored[0]).toMatchObject({ body, headers: { 'content-encoding': encoding } });
      const headers = { ...signed(body), 'content-encoding': encoding };
      expect((await send(CUSTOMERIO, body, headers)).statusCode).toBe(200);
      expect(server.stored[0]).toMatchObject({ body, headers: { 'content-encoding': encoding } });
    },
  );
});

describe('headers', () => {
  it(
    'never change who is let in, and never bring a secret or an endless text into the store',
    () => {
      const names = fc.constantFrom(
        'host',
        'user-agent',
        'x-forwarded-for',
        'x-amocrm-requestid',
        'cookie',
        'authorization',
        'origin',
        'expect',
        'accept-encoding',
        'content-encoding',
        '__proto__',
        'constructor',
      );
      return fc.assert(
        fc.asyncProperty(fc.dictionary(names, headerText, { noNullPrototype: true }), async (headers) => {
          expect((await send(KOMMO, 'a=b', headers)).statusCode).toBe(200);
          const kept = server.stored[0]!.headers;
          expect(Object.keys(kept)).not.toEqual(
            expect.arrayContaining([expect.stringMatching(/^(?:authorization|cookie)$/)]),
          );
          expect((await send(`${KOMMO}x`, 'a=b', headers)).statusCode).toBe(404);
          expect(server.stored).toEqual([]);
        }),
        runs(100),
      );
    },
    PATIENCE,
  );

  it('of many kilobytes are kept in part', async () => {
    await send(KOMMO, 'a=b', { 'user-agent': 'x'.repeat(10_000) });
    expect(server.stored[0]!.headers['user-agent']).toHaveLength(500);
  });
});

/** Over a real socket: `inject` would tidy the address up first. */
async function postTo(path: string) {
  server.stored.length = 0;
  server.lines.length = 0;
  const head = `POST ${path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: 3\r\n\r\n`;
  const { answer } = await talk(port, Buffer.from(`${head}a=b`, 'latin1'));
  expect(leaks(answer)).toEqual([]);
  expect(server.lines.join('')).not.toContain(SECRET);
  return { status: statusOf(answer), answer };
}

describe('addresses', () => {
  const part = fc.oneof(
    fc.constantFrom('webhooks', 'kommo', 'customerio', 'acme', SECRET, '..', '.', '', '__proto__', '*', '%'),
    fc.constantFrom('%2e%2e', '%2F', '%00', '%zz', '%c0%af', '%ff', '%2500', '%EF%BB%BF', '\x80\xff', '<b>'),
    fc.constantFrom(
      `${SECRET}%20`,
      `${SECRET}%00`,
      'x'.repeat(600),
      '%41'.repeat(600),
      ':secret',
      '?',
      ';',
      '#',
    ),
    fc.webSegment(),
  );
  const path = fc.oneof(
    fc.array(part, { maxLength: 6 }).map((parts) => `/${parts.join('/')}`),
    part.map((last) => `/webhooks/kommo/acme/${last}`),
    part.map((name) => `/webhooks/kommo/${name}/${SECRET}`),
    part.map((name) => `/webhooks/customerio/${name}`),
  );

  it(
    'made of any parts lead to the endpoint or to 404, and are never repeated',
    () =>
      fc.assert(
        fc.asyncProperty(path, fc.constantFrom('', '?x=<script>'), async (target, query) => {
          const { status, answer } = await postTo(target + query);
          expect(answer).not.toMatch(/<|script|%|xxx/);
          const isRight = target.split(/[?#]/)[0] === KOMMO;
          const isHttp = /^[\x21-\x7e]+$/.test(target);
          // No body that is sent here is signed.
          expect(isRight ? [200] : isHttp ? [404, 401] : [400]).toContain(status);
          expect(server.stored).toHaveLength(isRight ? 1 : 0);
        }),
        runs(300),
      ),
    PATIENCE,
  );

  it.each([
    ['a percent sign at its end', `/webhooks/kommo/acme/${SECRET}%`],
    ['nothing but a percent sign', '/webhooks/kommo/acme/%'],
    ['a broken UTF-8 sequence', '/webhooks/kommo/acme/%E0%A4%A'],
    ['a secret of 501 characters', `/webhooks/kommo/acme/${'s'.repeat(501)}`],
    ['a connection of 14,000 characters', `/webhooks/kommo/${'a'.repeat(14_000)}/${SECRET}`],
    ['a NUL after the secret', `/webhooks/kommo/acme/${SECRET}%00`],
    ['a slash after the secret', `/webhooks/kommo/acme/${SECRET}/`],
    ['dots on the way', `/webhooks/kommo/acme/../acme/${SECRET}`],
    ['two slashes', `//webhooks/kommo/acme/${SECRET}`],
    ['capitals', `/WEBHOOKS/kommo/acme/${SECRET}`],
    ['an encoded slash', `/webhooks/kommo/acme%2F${SECRET}`],
    ['the secret in capitals', `/webhooks/kommo/acme/${SECRET.toUpperCase()}`],
    ['the secret but for its last letter', `/webhooks/kommo/acme/${SECRET.slice(0, -1)}`],
    ['no secret', '/webhooks/kommo/acme/'],
    ['no connection', '/webhooks/kommo//'],
    ['__proto__ for a connection', '/webhooks/customerio/__proto__'],
    ['a NUL after the connection', '/webhooks/customerio/acme%00'],
    ['a slash after the connection', '/webhooks/customerio/acme/'],
  ])('with %s are 404 and store nothing', async (_what, target) => {
    expect((await postTo(target)).status).toBe(404);
    expect(server.stored).toEqual([]);
  });

  it('tell no secret to the log where it is written percent-encoded', async () => {
    const failing = await createTestServer({
      webhooks: {
        isUnreadable: async () => false,
        connections: new Map([['acme', { webhookSecret: SECRET, refuseReport: () => null }]]),
        receiver: { receive: () => Promise.reject(new Error('disk full')), refuse: () => {} },
      },
    });
    for (const url of [
      `/%77ebhooks/kommo/acme/${SECRET}`,
      `http://host/webhooks/kommo/acme/${SECRET}`,
      KOMMO,
    ])
      expect((await failing.app.inject({ method: 'POST', url, payload: 'a=b' })).statusCode).toBe(503);
    await failing.app.close();
    expect(failing.lines.join('')).not.toContain(SECRET);
    expect(failing.lines.join('')).toContain('disk full');
  });

  it.each(METHODS)('answer %s with 404, at both endpoints', async (method) => {
    for (const url of [KOMMO, CUSTOMERIO]) {
      expect(
        (
          await send(
            url,
            method === 'GET' || method === 'HEAD' ? '' : 'a=b',
            { 'content-type': 'text/plain' },
            method,
          )
        ).statusCode,
      ).toBe(404);
      expect(server.stored).toEqual([]);
    }
  });
});
