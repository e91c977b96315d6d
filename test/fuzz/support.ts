import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { verifyReport } from '../../src/customerio/index.ts';
import { createServer, type ServerOptions } from '../../src/http/server.ts';
import type { WebhookEndpoint, WebhookReceiver } from '../../src/http/webhooks.ts';
import type { RawRequest } from '../../src/store/inbox.ts';
import { unjudgedHealth } from '../support/health.ts';

/**
 * How many runs each property gets. `STAGEPOST_FUZZ_RUNS=100000 npx vitest run test/fuzz` looks for longer;
 * fast-check prints the seed of what it finds.
 */
export function runs(usual: number): { numRuns: number } {
  const asked = Number(process.env.STAGEPOST_FUZZ_RUNS);
  return { numRuns: asked > 0 ? asked : usual };
}

/** A long run takes longer than vitest's usual time for a test. */
export const PATIENCE = process.env.STAGEPOST_FUZZ_RUNS ? 24 * 3_600_000 : undefined;

const SAMPLES = join(import.meta.dirname, '../samples');

export interface Sample {
  file: string;
  body: Buffer;
}

/** Kommo's webhooks byte for byte. */
export const KOMMO_SAMPLES: Sample[] = readdirSync(join(SAMPLES, 'kommo')).map((file) => ({
  file,
  body: readFileSync(join(SAMPLES, 'kommo', file)),
}));

/** The bodies of Customer.io's reports; a signed sample holds its body as a text. */
export const CUSTOMERIO_SAMPLES: Sample[] = readdirSync(join(SAMPLES, 'customerio')).map((file) => {
  const text = readFileSync(join(SAMPLES, 'customerio', file), 'utf8');
  const { body } = JSON.parse(text) as { body?: string };
  return { file, body: Buffer.from(body ?? text) };
});

/** A sample with some of its bytes replaced, cut out, repeated or moved in from another sample. */
export function mutated(samples: Sample[]): fc.Arbitrary<Buffer> {
  const sample = fc.constantFrom(...samples).map(({ body }) => body);
  const tokens = [
    '[]',
    '[',
    ']',
    '&',
    '=',
    '%',
    '%5B',
    '%00',
    '"',
    '{',
    '}',
    '\\u0000',
    '\\ud800',
    '-',
    'e9',
  ];
  const numbers = [
    '0',
    '-1',
    '9007199254740993',
    '99999999999999999999',
    '1e400',
    '9223372036854775808',
    'NaN',
  ];
  const names = ['__proto__', 'constructor', 'leads', 'status', 'null', 'true', '\ufeff', '\u202e', 'ß'];
  const put = fc.oneof(
    fc.constantFrom(...tokens, ...numbers, ...names).map((text) => Buffer.from(text)),
    fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes)),
    fc.tuple(sample, fc.nat(), fc.nat(200)).map(([body, at, length]) => cut(body, at, length)),
  );
  const edit = fc.record({
    at: fc.nat(),
    put,
    drop: fc.oneof(fc.nat(3), fc.nat(300)),
    times: fc.integer({ min: 1, max: 3 }),
  });
  return fc.tuple(sample, fc.array(edit, { minLength: 1, maxLength: 5 })).map(([body, edits]) =>
    edits.reduce((bytes, { at, put: part, drop, times }) => {
      const place = at % (bytes.length + 1);
      const parts = Array.from({ length: times }, () => part);
      return Buffer.concat([bytes.subarray(0, place), ...parts, bytes.subarray(place + drop)]);
    }, body),
  );
}

function cut(body: Buffer, at: number, length: number): Buffer {
  const place = at % (body.length + 1);
  return body.subarray(place, place + length);
}

export const SECRET = 'a-long-webhook-secret-of-acme';
export const KEY = 'the-signing-key-of-acme';
export const TOKEN = 'the-token-of-the-data-folder';
/** The server's clock, unix seconds. */
export const NOW = 1_772_013_600;

export type ReceivedWebhook = Omit<RawRequest, 'receivedAt'>;

/** Remembers the webhooks that it receives. */
export function receiverInto(stored: ReceivedWebhook[]): WebhookReceiver {
  return { receive: async (webhook) => void stored.push(webhook), refuse: () => {} };
}

export interface TestServer {
  app: FastifyInstance;
  stored: ReceivedWebhook[];
  /** All that was logged. */
  lines: string[];
}

/** The webhook endpoints and the API, with a real check of signatures and a store that only remembers. */
export async function createTestServer(part: Partial<ServerOptions> = {}): Promise<TestServer> {
  const stored: ReceivedWebhook[] = [];
  const lines: string[] = [];
  const app = await createServer({
    log: pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) }),
    webhooks: {
      isUnreadable: async () => false,
      connections: new Map([
        ['acme', { webhookSecret: SECRET, refuseReport: checkReport(() => NOW * 1000) }],
      ]),
      receiver: receiverInto(stored),
    },
    health: {
      metrics: new Registry(),
      isStarted: () => true,
      notReady: async () => [],
      current: unjudgedHealth,
    },
    api: {
      token: TOKEN,
      connections: () => [],
      trace: async () => [],
      status: async () => ({ connections: [], open: [] }),
    },
    ...part,
  });
  return { app, stored, lines };
}

/** As createWebhookEndpoint does, at a time of the test. */
export function checkReport(nowMs: () => number) {
  return ((timestamp, signature, body) => {
    const verdict = verifyReport({ keys: [KEY], timestamp, signature, body, nowMs: nowMs() });
    return verdict.ok ? null : verdict;
  }) satisfies WebhookEndpoint['refuseReport'];
}

export function sign(body: Buffer, timestamp: string): string {
  return createHmac('sha256', KEY).update(`v0:${timestamp}:`).update(body).digest('hex');
}

export function signed(body: Buffer, timestamp = String(NOW)): Record<string, string> {
  return {
    'content-type': 'application/json',
    'x-cio-timestamp': timestamp,
    'x-cio-signature': sign(body, timestamp),
  };
}

/** What no answer may hold: what is secret, and what only a developer should see. */
export function leaks(answer: string): string[] {
  const found = [SECRET, KEY, TOKEN].filter((secret) => answer.includes(secret));
  const isStack = /(?:\n|\\n)\s+at |node_modules|\.[jt]s:\d+/.test(answer);
  return isStack ? [...found, `a stack trace: ${answer.slice(0, 300)}`] : found;
}

export interface Conversation {
  /** All bytes that came back until the connection ended, as latin1. */
  answer: string;
  /** From the connection to its end, in ms. */
  ms: number;
}

/**
 * Speaks raw bytes to a port and listens until the other side ends the connection.
 * @param speak what is sent at first, and what goes on sending until the end
 */
export function talk(
  port: number,
  first: string | Buffer,
  goOn?: { send: string | Buffer; everyMs: number },
) {
  return new Promise<Conversation>((resolve) => {
    const started = performance.now();
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(first));
    const timer = goOn && setInterval(() => socket.write(goOn.send), goOn.everyMs);
    socket.on('data', (data) => {
      answer += data.toString('latin1');
    });
    // A cut connection is an end like any other here.
    socket.on('error', () => {});
    socket.on('close', () => {
      clearInterval(timer);
      resolve({ answer, ms: performance.now() - started });
    });
  });
}

export function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1] ?? 0);
}
