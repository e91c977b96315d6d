import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { withTimeout } from '../lib/timeout.ts';
import type { Source } from '../store/database/schema.ts';
import type { RawRequest } from '../store/inbox.ts';
import { readBody } from './body.ts';
import { sameSecret } from './secrets.ts';

/** What the webhook endpoints need to know of a connection. */
export interface WebhookEndpoint {
  webhookSecret: string;
  /** Checks a report's signature on the raw bytes. @returns the reason why it is refused, or null. */
  refuseReport(timestamp: unknown, signature: unknown, body: Buffer): string | null;
}

export interface WebhookOptions {
  connections: Map<string, WebhookEndpoint>;
  /** Resolves when the request is on disk. */
  store(request: RawRequest): Promise<void>;
  now(): number;
  /** Somebody came to a wrong address or with a wrong signature. */
  refused(source: Source): void;
}

/** Both senders send far less; more is no webhook. */
const BODY_LIMIT = 1_000_000;
/**
 * Kommo waits 2 s for an answer and Customer.io 4 s. A store that takes longer is as good as down:
 * 503 makes both come again soon, and what was stored all the same counts once.
 */
const STORE_TIMEOUT_MS: Record<Source, number> = { kommo: 1_700, customerio: 3_500 };

/** Headers that help to explain a request later. Never an authorization. */
const KEPT_HEADERS = [
  'content-type',
  'content-encoding',
  'user-agent',
  'x-amocrm-requestid',
  'x-cio-timestamp',
];
/** What is longer explains nothing. */
const MAX_HEADER = 500;

/**
 * The two doors. They check who is there, store the raw request and answer; nothing else happens
 * before the answer. Who comes to an address that does not exist is told so before the body is read.
 */
export async function webhooks(app: FastifyInstance, options: WebhookOptions): Promise<void> {
  const { connections } = options;
  const sentHeaders = new WeakMap<FastifyRequest, Record<string, string>>();
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (request: FastifyRequest, payload: IncomingMessage) =>
    bodyOf(request, payload),
  );
  app.addHook('onRequest', async (request) => {
    sentHeaders.set(request, kept(request.headers));
    // Fastify answers 415 to a content-type that is none. A signed report must never get a 4xx.
    if (request.headers['content-type'] !== undefined)
      request.headers['content-type'] = 'application/octet-stream';
  });
  app.addHook('preHandler', async (request, reply) => {
    if (request.body === null)
      return reply.code(413).send({ error: 'The body is too large: a megabyte is the most.' });
  });

  app.post<{ Params: { connection: string; secret: string } }>(
    '/webhooks/kommo/:connection/:secret',
    {
      onRequest: async (request, reply) => {
        const connection = connections.get(request.params.connection);
        // Compared even where there is no such connection: the time tells nothing.
        const isRight = sameSecret(request.params.secret, connection?.webhookSecret ?? '');
        if (!connection || !isRight) return notFound('kommo', reply);
      },
    },
    async (request, reply) => storeAndAnswer('kommo', request.params.connection, request, reply),
  );

  app.post<{ Params: { connection: string } }>(
    '/webhooks/customerio/:connection',
    {
      onRequest: async (request, reply) => {
        if (!connections.has(request.params.connection)) return notFound('customerio', reply);
      },
    },
    async (request, reply) => {
      const reason = connections
        .get(request.params.connection)!
        .refuseReport(
          request.headers['x-cio-timestamp'],
          request.headers['x-cio-signature'],
          bytes(request.body),
        );
      if (reason !== null) return unsigned(request.params.connection, reason, reply);
      return storeAndAnswer('customerio', request.params.connection, request, reply);
    },
  );

  function notFound(source: Source, reply: FastifyReply): FastifyReply {
    reply.log.warn({ source }, 'a webhook came to an address that does not exist (connection or secret)');
    options.refused(source);
    return reply.code(404).send({ error: 'There is no such webhook address.' });
  }

  /** Customer.io holds back everything behind a refused report: somebody must see this. */
  function unsigned(connection: string, reason: string, reply: FastifyReply): FastifyReply {
    reply.log.warn({ connection, reason }, 'a report of Customer.io was refused');
    options.refused('customerio');
    return reply.code(401).send({ error: reason });
  }

  async function storeAndAnswer(
    source: Source,
    connection: string,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const stored = options.store({
      connection,
      source,
      receivedAt: options.now(),
      headers: sentHeaders.get(request) ?? {},
      body: bytes(request.body),
    });
    try {
      const ms = STORE_TIMEOUT_MS[source];
      await withTimeout(stored, ms, `The store took longer than ${ms} ms.`);
    } catch (error) {
      reply.log.error({ err: error, connection, source }, 'a webhook could not be stored; answered 503');
      return reply.code(503).send({ error: 'Stagepost cannot store this now. Please send it again.' });
    }
    return reply.code(200).send({ ok: true });
  }
}

/**
 * Null where it is too large. It is refused later then: Fastify would end the connection on an error
 * here, and a sender that is still sending would not see the answer.
 * @throws an error with the status 400 where the sender goes away.
 */
async function bodyOf(request: FastifyRequest, payload: IncomingMessage): Promise<Buffer | null> {
  if (Number(request.headers['content-length']) > BODY_LIMIT) return null;
  try {
    return await readBody(payload, BODY_LIMIT);
  } catch {
    throw Object.assign(new Error('The request ended before its body did.'), { statusCode: 400 });
  }
}

function bytes(body: unknown): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}

function kept(headers: Record<string, unknown>): Record<string, string> {
  const entries = KEPT_HEADERS.map((name) => [name, headers[name]] as const);
  return Object.fromEntries(
    entries
      .filter((entry): entry is [string, string] => typeof entry[1] === 'string')
      .map(([name, value]) => [name, value.slice(0, MAX_HEADER)]),
  );
}
