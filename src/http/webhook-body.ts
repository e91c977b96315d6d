import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { networksOf } from './auth/network.ts';
import { readBody } from './body.ts';
import { type BodyBudget, BodyBudgetExceeded } from './body-budget.ts';

/** In bytes; both senders send far less. */
const BODY_LIMIT = 1_000_000;
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
 * Lets the routes take a body of any content type, as bytes.
 * @returns the kept headers of a request as they were sent: the content type is replaced, because Fastify answers 415 to
 * one that is malformed, and a signed report must never get a 4xx.
 */
export function takeAnyBody(
  app: FastifyInstance,
  budget: BodyBudget,
): (request: FastifyRequest) => Record<string, string> {
  const originalHeaders = new WeakMap<FastifyRequest, Record<string, string>>();
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (request: FastifyRequest, payload: IncomingMessage) =>
    readBodyOf(request, payload, budget),
  );
  app.addHook('onRequest', async (request) => {
    originalHeaders.set(request, keptHeaders(request.headers));
    if (request.headers['content-type'] !== undefined)
      request.headers['content-type'] = 'application/octet-stream';
  });
  app.addHook('preHandler', async (request, reply) => {
    if (request.body === null)
      return reply.code(413).send({ error: 'The body is too large: a megabyte is the most.' });
    if (request.body instanceof BodyBudgetExceeded) throw request.body;
  });
  return (request) => originalHeaders.get(request) ?? {};
}

/**
 * Null where the body is too large, an error where there is no memory for it. Both are refused later: on an error here
 * Fastify would end the connection, and a sender that is still sending would not see the answer.
 * @throws an error with the status 400 where the sender closes the connection before the end.
 */
async function readBodyOf(
  request: FastifyRequest,
  payload: IncomingMessage,
  budget: BodyBudget,
): Promise<Buffer | BodyBudgetExceeded | null> {
  if (Number(request.headers['content-length']) > BODY_LIMIT) return null;
  try {
    return await readBody(payload, BODY_LIMIT, { budget, network: networksOf(request.ip).wide });
  } catch (error) {
    if (error instanceof BodyBudgetExceeded) return error;
    throw Object.assign(new Error('The request ended before its body did.'), { statusCode: 400 });
  }
}

export function bytesOf(body: unknown): Buffer {
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
