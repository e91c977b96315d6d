import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { withTimeout } from '../lib/timeout.ts';
import type { Source } from '../store/database/schema.ts';
import type { RawRequest } from '../store/inbox.ts';
import { readBody } from './body.ts';
import { sameSecret } from './secrets.ts';

/** What proves that a webhook of a connection comes from its sender. */
export interface WebhookEndpoint {
  /** The last part of the address that Kommo calls. */
  webhookSecret: string;
  /**
   * Checks the signature of a report on its raw bytes.
   * @param timestamp the header `X-CIO-Timestamp`, @param signature the header `X-CIO-Signature`.
   * @returns the reason why the report is refused, or null.
   */
  refuseReport(timestamp: Header, signature: Header, body: Buffer): string | null;
}

/** The first step of the pipeline. */
export interface WebhookReceiver {
  /** Resolves when the webhook is on disk. @throws where it cannot be stored. */
  receive(webhook: Omit<RawRequest, 'receivedAt'>): Promise<void>;
  /** A webhook came with a wrong secret or signature, or for a connection that does not exist. */
  refuse(source: Source): void;
}

export interface WebhookOptions {
  /** By the name of the connection. */
  connections: Map<string, WebhookEndpoint>;
  receiver: WebhookReceiver;
}

/** A list where the header came more than once. */
type Header = string | string[] | undefined;

/** In bytes; both senders send far less. */
const BODY_LIMIT = 1_000_000;
/**
 * Kommo waits 2 s for an answer and Customer.io 4 s. A store that takes longer counts as down: after a 503 both soon
 * send the webhook again, and one that was stored after all counts once.
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
/** Header values are cut to so many characters. */
const MAX_HEADER = 500;

/**
 * The endpoints that Kommo and Customer.io call. They check the secret or the signature, store the raw request and
 * answer; nothing else happens before the answer. A wrong address is answered 404 before the body is read.
 */
export async function webhooks(
  app: FastifyInstance,
  { connections, receiver }: WebhookOptions,
): Promise<void> {
  const originalHeaders = takeAnyBody(app);

  app.post<{ Params: { connection: string; secret: string } }>(
    '/webhooks/kommo/:connection/:secret',
    {
      onRequest: async ({ params }, reply) => {
        const endpoint = connections.get(params.connection);
        // Compared even if the connection does not exist, so that the response time does not reveal which ones do.
        const isRight = sameSecret(params.secret, endpoint?.webhookSecret ?? '');
        if (!endpoint || !isRight) return answerNotFound('kommo', reply);
      },
    },
    async (request, reply) => storeAndAnswer('kommo', request.params.connection, request, reply),
  );

  app.post<{ Params: { connection: string } }>(
    '/webhooks/customerio/:connection',
    {
      onRequest: async ({ params }, reply) => {
        if (!connections.has(params.connection)) return answerNotFound('customerio', reply);
      },
    },
    async (request, reply) => {
      const { connection } = request.params;
      const { 'x-cio-timestamp': timestamp, 'x-cio-signature': signature } = request.headers;
      const reason = connections.get(connection)!.refuseReport(timestamp, signature, bytesOf(request.body));
      if (reason !== null) return answerUnsigned(connection, reason, reply);
      return storeAndAnswer('customerio', connection, request, reply);
    },
  );

  function answerNotFound(source: Source, reply: FastifyReply): FastifyReply {
    reply.log.warn({ source }, 'a webhook came to an address that does not exist (connection or secret)');
    receiver.refuse(source);
    return reply.code(404).send({ error: 'There is no such webhook address.' });
  }

  /** Customer.io holds back every report behind a refused one, so the log must show it. */
  function answerUnsigned(connection: string, reason: string, reply: FastifyReply): FastifyReply {
    reply.log.warn({ connection, reason }, 'a report of Customer.io was refused');
    receiver.refuse('customerio');
    return reply.code(401).send({ error: reason });
  }

  async function storeAndAnswer(
    source: Source,
    connection: string,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const headers = originalHeaders(request);
    const stored = receiver.receive({ connection, source, headers, body: bytesOf(request.body) });
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
 * Lets the routes take a body of any content type, as bytes.
 * @returns the kept headers of a request as they were sent: the content type is replaced, because Fastify answers 415 to
 * one that is malformed, and a signed report must never get a 4xx.
 */
function takeAnyBody(app: FastifyInstance): (request: FastifyRequest) => Record<string, string> {
  const originalHeaders = new WeakMap<FastifyRequest, Record<string, string>>();
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (request: FastifyRequest, payload: IncomingMessage) =>
    readBodyOf(request, payload),
  );
  app.addHook('onRequest', async (request) => {
    originalHeaders.set(request, keptHeaders(request.headers));
    if (request.headers['content-type'] !== undefined)
      request.headers['content-type'] = 'application/octet-stream';
  });
  app.addHook('preHandler', async (request, reply) => {
    if (request.body === null)
      return reply.code(413).send({ error: 'The body is too large: a megabyte is the most.' });
  });
  return (request) => originalHeaders.get(request) ?? {};
}

/**
 * Null where the body is too large. It is refused later: on an error here Fastify would end the connection, and a
 * sender that is still sending would not see the answer.
 * @throws an error with the status 400 where the sender closes the connection before the end.
 */
async function readBodyOf(request: FastifyRequest, payload: IncomingMessage): Promise<Buffer | null> {
  if (Number(request.headers['content-length']) > BODY_LIMIT) return null;
  try {
    return await readBody(payload, BODY_LIMIT);
  } catch {
    throw Object.assign(new Error('The request ended before its body did.'), { statusCode: 400 });
  }
}

function bytesOf(body: unknown): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}

function keptHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of KEPT_HEADERS) {
    const value = headers[name];
    if (typeof value === 'string') kept[name] = value.slice(0, MAX_HEADER);
  }
  return kept;
}
