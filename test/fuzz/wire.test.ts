import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createTestServer,
  leaks,
  PATIENCE,
  runs,
  SECRET,
  signed,
  statusOf,
  type TestServer,
  talk,
} from './support.ts';

/*
 * The server over real sockets: senders that are slow, that send too much, and that do not speak HTTP.
 */

const REQUEST_MS = 300;
const CHECK_MS = 50;

/** A server and its port. */
interface Listening {
  server: TestServer;
  port: number;
}

async function listen(requestMs: number): Promise<Listening> {
  const server = await createTestServer({ times: { requestMs, checkMs: CHECK_MS } });
  await server.app.listen({ port: 0, host: '127.0.0.1' });
  return { server, port: (server.app.server.address() as AddressInfo).port };
}

let server: TestServer;
let port: number;
/** One that waits for a megabyte as long as a busy machine needs for it. */
let patient: Listening;
beforeAll(async () => {
  ({ server, port } = await listen(REQUEST_MS));
  patient = await listen(60_000);
});
afterAll(async () => {
  await server.app.close();
  await patient.server.app.close();
});

const KOMMO = `/webhooks/kommo/acme/${SECRET}`;
const POST = `POST ${KOMMO} HTTP/1.1\r\nhost: a\r\n`;
const GOOD = `${POST}connection: close\r\ncontent-length: 3\r\n\r\na=b`;
const CHUNKED = `${POST}connection: close\r\ntransfer-encoding: chunked\r\n\r\n`;

/** A chunked body of this many bytes, in pieces. */
function chunked(bytes: number, piece: number): string {
  const full = `${piece.toString(16)}\r\n${'x'.repeat(piece)}\r\n`.repeat(Math.floor(bytes / piece));
  const rest = bytes % piece;
  return `${full}${rest > 0 ? `${rest.toString(16)}\r\n${'x'.repeat(rest)}\r\n` : ''}0\r\n\r\n`;
}

async function ask(request: string | Buffer, at: Listening = { server, port }) {
  at.server.stored.length = 0;
  const { answer, ms } = await talk(
    at.port,
    typeof request === 'string' ? Buffer.from(request, 'latin1') : request,
  );
  expect(leaks(answer)).toEqual([]);
  return { status: statusOf(answer), answer, ms };
}

describe('a slow sender is cut off soon after its time, and nobody waits for it', () => {
  it.each([
    ['says nothing at all', '', null],
    ['dribbles its first line', 'POST /', 'a'],
    ['dribbles its headers', POST, 'a: b\r\n'],
    ['stops in its headers', `${POST}content-le`, null],
    ['dribbles its body', `${POST}content-length: 900000\r\n\r\n`, 'x'],
    ['stops in its body', `${POST}content-length: 9\r\n\r\nleads`, null],
    ['dribbles the chunks of its body', `${POST}transfer-encoding: chunked\r\n\r\n`, '1\r\nx\r\n'],
    ['never ends a body that is too large', `${POST}content-length: 2000000\r\n\r\n${'x'.repeat(10)}`, 'x'],
    [
      'dribbles a body to a wrong secret',
      `POST ${KOMMO}x HTTP/1.1\r\ncontent-length: 9000\r\nhost: a\r\n\r\n`,
      'x',
    ],
    ['asks to go on, and does not', `${POST}expect: 100-continue\r\ncontent-length: 9\r\n\r\n`, null],
  ])('that %s', async (_what, first, more) => {
    server.stored.length = 0;
    const slow = talk(port, first, more === null ? undefined : { send: more, everyMs: 20 });
    const good = await talk(port, GOOD);
    expect(statusOf(good.answer)).toBe(200);
    const { ms, answer } = await slow;
    expect(ms).toBeGreaterThan(REQUEST_MS - 20);
    // Node's own 30 s between two looks would show.
    expect(ms).toBeLessThan(REQUEST_MS + CHECK_MS + 3_000);
    expect(answer).toMatch(/408|413|404/);
    expect(leaks(answer)).toEqual([]);
    expect(server.stored.map(({ body }) => body.toString())).toEqual(['a=b']);
  });

  it('also where there are two hundred of them', async () => {
    const slow = Array.from({ length: 200 }, () => talk(port, `${POST}content-length: 100\r\n\r\n`));
    const { status } = await ask(GOOD);
    expect(status).toBe(200);
    for (const { answer } of await Promise.all(slow)) expect(statusOf(answer)).toBe(408);
    expect(server.stored).toHaveLength(1);
  });
});

it('looks every second for senders that take longer than 10 s, where nothing else is asked', async () => {
  const { app } = await createTestServer();
  const { requestTimeout, headersTimeout } = app.server;
  const { connectionsCheckingInterval } = app.server as { connectionsCheckingInterval?: number };
  expect({ requestTimeout, headersTimeout, connectionsCheckingInterval }).toEqual({
    requestTimeout: 10_000,
    headersTimeout: 10_000,
    connectionsCheckingInterval: 1_000,
  });
  await app.close();
});

it('a wrong secret or connection is refused before the body has come', async () => {
  for (const path of [`${KOMMO}x`, `/webhooks/kommo/other/${SECRET}`, '/webhooks/customerio/other']) {
    const head = `POST ${path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: 900000\r\n\r\n`;
    expect((await ask(head)).status).toBe(404);
  }
});

describe('a body over a megabyte is 413 and is not stored', () => {
  it.each([
    [
      'with its length',
      `${POST}connection: close\r\ncontent-length: 1000001\r\n\r\n${'x'.repeat(1_000_001)}`,
    ],
    ['announced only', `${POST}connection: close\r\ncontent-length: 1000001\r\n\r\n`],
    ['announced as petabytes', `${POST}connection: close\r\ncontent-length: 9007199254740991\r\n\r\n`],
    ['in chunks without a length', CHUNKED + chunked(1_000_001, 10_000)],
    ['in one chunk', CHUNKED + chunked(1_000_001, 1_000_001)],
    [
      'in chunks of one byte after a large one',
      CHUNKED + chunked(1_000_000, 1_000_000).slice(0, -5) + chunked(9, 1),
    ],
  ])('%s', async (_what, request) => {
    expect((await ask(request, patient)).status).toBe(413);
    expect(patient.server.stored).toEqual([]);
  });

  it('at the endpoint for Customer.io too, and a megabyte itself is taken', async () => {
    for (const [size, status] of [
      [1_000_001, 413],
      [1_000_000, 200],
    ] as const) {
      const body = Buffer.alloc(size, 'x');
      const headers = Object.entries({
        ...signed(body),
        host: 'a',
        connection: 'close',
        'content-length': size,
      });
      const head = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
      const request = Buffer.concat([
        Buffer.from(`POST /webhooks/customerio/acme HTTP/1.1\r\n${head}\r\n`),
        body,
      ]);
      expect((await ask(request, patient)).status).toBe(status);
      expect(patient.server.stored).toHaveLength(status === 200 ? 1 : 0);
    }
  });

  it('and the same connection may go on afterwards', async () => {
    const large = `${POST}content-length: 1000001\r\n\r\n${'x'.repeat(1_000_001)}`;
    const { answer } = await ask(large + GOOD, patient);
    expect(answer).toContain('HTTP/1.1 413 ');
    expect(answer).toContain('HTTP/1.1 200 ');
    expect(patient.server.stored).toHaveLength(1);
  });
});

describe('what is no proper HTTP is 400, and nothing of it is stored', () => {
  const body = `\r\n\r\na=b${GOOD}`;
  it.each([
    ['two lengths', `${POST}content-length: 3\r\ncontent-length: 4${body}`],
    ['two equal lengths', `${POST}content-length: 3\r\ncontent-length: 3${body}`],
    ['a list of lengths', `${POST}content-length: 3, 3${body}`],
    ['a length and chunks', `${POST}content-length: 3\r\ntransfer-encoding: chunked${body}`],
    ['chunks and a length', `${POST}transfer-encoding: chunked\r\ncontent-length: 3${body}`],
    ['a negative length', `${POST}content-length: -3${body}`],
    ['a length in hex', `${POST}content-length: 0x3${body}`],
    ['a length of 30 digits', `${POST}content-length: ${'9'.repeat(30)}${body}`],
    ['a space before the colon', `${POST}content-length : 3${body}`],
    ['a folded length', `${POST}content-length:\r\n 3${body}`],
    ['a bare line feed', `${POST}content-length: 3\nx: y${body}`],
    ['a NUL in a header', `${POST}x: \0\r\ncontent-length: 3${body}`],
    ['chunks of no size', `${POST}transfer-encoding: chunked\r\n\r\nzz\r\na=b\r\n0\r\n\r\n`],
    ['chunked twice', `${POST}transfer-encoding: chunked, chunked${body}`],
    ['another transfer-encoding', `${POST}transfer-encoding: gzip${body}`],
    ['an unknown method', GOOD.replace('POST', 'STEAL')],
    ['a method in small letters', GOOD.replace('POST', 'post')],
    ['HTTP/2’s preface', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['HTTP/9.9', GOOD.replace('HTTP/1.1', 'HTTP/9.9')],
    ['a TLS greeting', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
    ['a spaced address', GOOD.replace(KOMMO, `${KOMMO} x`)],
    ['no host', `POST ${KOMMO} HTTP/1.1\r\ncontent-length: 3\r\n\r\na=b`],
    ['nothing but line ends', '\r\n'.repeat(50)],
  ])('%s', async (_what, request) => {
    const { status, answer } = await ask(request);
    expect([400, 408]).toContain(status);
    expect(server.stored).toEqual([]);
    expect(answer).not.toContain('a=b');
  });

  it.each([
    ['one header of 17 kB', `x: ${'y'.repeat(17_000)}\r\n`],
    ['5,000 headers', 'a: b\r\n'.repeat(5_000)],
    ['an address of 17 kB', null],
  ])('%s: 431', async (_what, headers) => {
    const request =
      headers === null
        ? GOOD.replace(KOMMO, `/${'a'.repeat(17_000)}`)
        : POST + headers + GOOD.slice(POST.length);
    expect((await ask(request)).status).toBe(431);
    expect(server.stored).toEqual([]);
  });

  it('an upgrade is answered like any other request, and CONNECT is not', async () => {
    const upgrade = `connection: upgrade, close\r\nupgrade: websocket\r\n`;
    expect((await ask(GOOD.replace('connection: close\r\n', upgrade))).status).toBe(200);
    expect((await ask(GOOD.replace('POST', 'CONNECT'))).status).toBe(0);
    expect(server.stored).toEqual([]);
  });
});

it(
  'any bytes on the wire leave the server as it was',
  () => {
    const piece = fc.oneof(
      fc.constantFrom(
        POST,
        GOOD,
        '\r\n',
        '\r\n\r\n',
        'content-length: 5\r\n',
        'transfer-encoding: chunked\r\n',
        '5\r\n',
        '0\r\n\r\n',
        ' ',
        ':',
        'a=b',
        '\0',
        'expect: x\r\n',
      ),
      fc.string({ unit: 'binary-ascii', maxLength: 20 }),
      fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
    );
    return fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 8 }), async (pieces) => {
        const bytes = Buffer.from(pieces.join(''), 'latin1');
        const heard = await new Promise<string>((resolve) => {
          let answer = '';
          const socket = connect(port, '127.0.0.1', () => socket.end(bytes));
          socket.on('data', (data) => {
            answer += data.toString('latin1');
          });
          socket.on('error', () => {});
          socket.on('close', () => resolve(answer));
        });
        expect(leaks(heard)).toEqual([]);
        expect(heard).not.toMatch(/HTTP\/1\.1 5/);
        expect((await ask(GOOD)).status).toBe(200);
      }),
      runs(75),
    );
  },
  PATIENCE,
);
