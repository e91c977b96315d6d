import type { Socket } from 'node:net';
import { type ParsedUrlQuery, parse as parseQuery } from 'node:querystring';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import type { Logger } from 'pino';
import { type ApiOptions, api } from './api/api.ts';
import { noteTransport } from './auth/transport.ts';
import { BodyBudget } from './body-budget.ts';
import { consoleFiles } from './console-files.ts';
import { type HealthOptions, health } from './health.ts';
import { HttpError } from './http-error.ts';
import { takeJsonBodies } from './json-body.ts';
import { refuseUnknownHosts } from './known-hosts.ts';
import { kommoOAuth } from './kommo-oauth.ts';
import { requireRouteAccess } from './route-table.ts';
import { ThrottledLog } from './throttled-log.ts';
import { UntrustedProxy } from './untrusted-proxy.ts';
import { type WebhookOptions, webhooks } from './webhooks.ts';

export interface ServerOptions {
  log: Logger;
  webhooks: WebhookOptions;
  health: HealthOptions;
  api: ApiOptions;
  /** Addresses of proxies whose X-Forwarded-For, -Host and -Proto are believed: `127.0.0.1`, `10.0.0.0/8`. */
  trustProxy?: string | undefined;
  /** Where Kommo, Customer.io and browsers reach this Stagepost: `https://host`. */
  publicUrl?: string | undefined;
  /** Host names that requests may have, besides loopback names, IP addresses and the public one: `*.example.com`. */
  allowedHosts?: readonly string[] | undefined;
  /** Others than the usual ones; tests are in a hurry. */
  times?: Partial<ServerTimes>;
}

export interface ServerTimes {
  /** How long a sender may take for its headers and body, in ms: webhooks are small and their senders fast. */
  requestMs: number;
  /** How often Node looks for senders that take longer, in ms. Its own 30 s would make 10 s up to 40. */
  checkMs: number;
}

/**
 * More are closed at once. A restart's queue of connections is smaller (docs/setup.md: `Backlog=4096`), and both senders use
 * few; the headers of so many take some 100 MB at worst.
 */
const MAX_CONNECTIONS = 5_000;
/** All bodies that are being read, in bytes; webhooks that wait for the database have as much again. */
const BODY_BUDGET = { maxBytes: 64_000_000, maxBytesOfNetwork: 48_000_000 };

const TIMES: ServerTimes = { requestMs: 10_000, checkMs: 1_000 };

/** Everything that Stagepost serves over HTTP. Not listening yet. */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const { requestMs, checkMs } = { ...TIMES, ...options.times };
  const app = Fastify({
    loggerInstance: options.log.child({}, { serializers: { req: maskedRequest } }) as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    requestTimeout: requestMs,
    http: { requestTimeout: requestMs, headersTimeout: requestMs, connectionsCheckingInterval: checkMs },
    bodyLimit: 1_000_000,
    ...(options.trustProxy ? { trustProxy: options.trustProxy } : {}),
    routerOptions: { maxParamLength: 500, querystringParser: parseSingles },
    forceCloseConnections: 'idle',
    // A broken percent sequence or an endless part: Fastify's own answer would repeat the address.
    frameworkErrors: (_error, _request, reply) => nothingHere(reply as FastifyReply),
    clientErrorHandler: endConnection,
  });
  app.addHook('onSend', async (_request, reply) => {
    reply.header('x-content-type-options', 'nosniff');
  });
  const { budget, throttledLog, untrustedProxy } = protect(app, options);
  app.setErrorHandler((error: RequestError, request, reply) =>
    answerError(error, request, reply, throttledLog),
  );
  app.setNotFoundHandler((_request, reply) => nothingHere(reply));
  requireRouteAccess(app);
  await app.register(webhooks, { ...options.webhooks, budget, throttledLog });
  if (options.api.console) {
    const { kommoAccess: access, connections } = options.api.console;
    const isConnection = (name: string) => connections.has(name);
    await app.register(kommoOAuth, { access, isConnection, budget, throttledLog });
  }
  await app.register(health, options.health);
  await app.register(api, { ...options.api, untrustedProxy: () => untrustedProxy.address });
  await app.register(consoleFiles);
  return app;
}

/** Adds what bounds the effects of strangers, before any route is registered. */
function protect(app: FastifyInstance, { log, trustProxy, publicUrl, allowedHosts = [] }: ServerOptions) {
  const hasTrustedProxy = trustProxy !== undefined;
  const budget = new BodyBudget(BODY_BUDGET);
  const throttledLog = new ThrottledLog({ log: app.log, now: () => performance.now() });
  const untrustedProxy = new UntrustedProxy(log, hasTrustedProxy);
  app.server.maxConnections = MAX_CONNECTIONS;
  app.addHook('onClose', async () => throttledLog.close());
  noteTransport(app, publicUrl);
  refuseUnknownHosts(app, { publicUrl, allowedHosts, hasTrustedProxy });
  takeJsonBodies(app, budget);
  app.addHook('onRequest', async (request) => {
    if (request.routeOptions.url?.startsWith('/api/')) untrustedProxy.note(request);
  });
  return { budget, throttledLog, untrustedProxy };
}

/** Each name has one value, the last: a list where a text is expected would break the route. */
function parseSingles(text: string): ParsedUrlQuery {
  const query = parseQuery(text);
  for (const [name, value] of Object.entries(query)) {
    if (Array.isArray(value)) query[name] = value.at(-1);
  }
  return query;
}

/** The messages for requests that Fastify itself refuses, by status: its own messages can repeat parts of the request. */
const REFUSALS = new Map([[415, 'This content-type is not supported.']]);

type RequestError = Error & { statusCode?: number; code?: string; retryAfterSeconds?: number | null };

function answerError(
  error: RequestError,
  request: FastifyRequest,
  reply: FastifyReply,
  throttledLog: ThrottledLog,
) {
  const status = error.statusCode ?? 500;
  if (error.retryAfterSeconds) reply.header('retry-after', error.retryAfterSeconds);
  if (error instanceof HttpError) return reply.code(status).send({ error: error.message });
  if (status >= 500) {
    throttledLog.add({
      kind: `failed ${request.routeOptions.url} ${error.code ?? error.message.slice(0, 100)}`,
      address: '',
      level: 'error',
      fields: { err: error, reqId: request.id, route: request.routeOptions.url },
      message: 'a request failed',
    });
    return reply.code(status).send({ error: 'Something went wrong in Stagepost. The log says what.' });
  }
  const isFastifys = error.code?.startsWith('FST_');
  const message = isFastifys ? (REFUSALS.get(status) ?? 'The request cannot be understood.') : error.message;
  return reply.code(status).send({ error: message });
}

function nothingHere(reply: FastifyReply): FastifyReply {
  return reply.code(404).send({ error: 'There is nothing at this address.' });
}

/** What cannot be read as HTTP, or takes too long, is answered in a word and cut off. */
function endConnection(this: FastifyInstance, error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  // Not the error itself: it carries the raw request, and with it perhaps a webhook's secret.
  this.log.debug({ code: error.code }, 'a request could not be read');
  const [status, message] =
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? ['408 Request Timeout', 'The request took too long.']
      : error.code === 'HPE_HEADER_OVERFLOW'
        ? ['431 Request Header Fields Too Large', 'The headers are too large.']
        : ['400 Bad Request', 'This is no HTTP request.'];
  const body = JSON.stringify({ error: message });
  const head = `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close`;
  if (socket.writable) socket.write(`${head}\r\n\r\n${body}`);
  socket.destroy();
}

/** How long requests under way get to be answered when the server stops. Storing a webhook takes milliseconds. */
const GRACE_MS = 1_000;

/**
 * Stops listening, answers what is under way and ends all connections. Fastify alone would wait for a
 * sender's kept-alive connection that was not idle at the very moment of the stop, for over a minute.
 */
export async function closeServer(app: FastifyInstance): Promise<void> {
  const timer = setTimeout(() => app.server.closeAllConnections(), GRACE_MS);
  try {
    await app.close();
  } finally {
    clearTimeout(timer);
  }
}

/** Webhook URLs carry a secret, plainly or percent-encoded: the log gets the route instead. */
function maskedRequest(request: FastifyRequest) {
  return { method: request.method, url: request.routeOptions?.url ?? 'an address that does not exist' };
}
