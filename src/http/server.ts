import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import type { Logger } from 'pino';
import { type ApiOptions, api } from './api.ts';
import { type HealthOptions, health } from './health.ts';
import { type WebhookOptions, webhooks } from './webhooks.ts';

export interface ServerOptions {
  log: Logger;
  webhooks: WebhookOptions;
  health: HealthOptions;
  api: ApiOptions;
}

/** How long a sender may take for its headers and body: webhooks are small and their senders fast. */
const REQUEST_TIMEOUT_MS = 10_000;

/** Everything that Stagepost serves over HTTP. Not listening yet. */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const app = Fastify({
    loggerInstance: options.log.child({}, { serializers: { req: maskedRequest } }) as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    requestTimeout: REQUEST_TIMEOUT_MS,
    bodyLimit: 1_000_000,
    routerOptions: { maxParamLength: 500 },
    forceCloseConnections: 'idle',
  });
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) request.log.error({ err: error }, 'a request failed');
    const words = status >= 500 ? 'Something went wrong in Stagepost. The log says what.' : error.message;
    return reply.code(status).send({ error: words });
  });
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ error: 'There is nothing at this address.' }),
  );
  await app.register(webhooks, options.webhooks);
  await app.register(health, options.health);
  await app.register(api, options.api);
  return app;
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

/** Webhook URLs carry a secret: the log gets the path without it. */
function maskedRequest(request: { method: string; url: string }) {
  const path = request.url.split('?')[0] ?? '';
  return { method: request.method, url: path.replace(/^(\/webhooks\/kommo\/[^/]*\/).*/, '$1***') };
}
