import type { FastifyInstance } from 'fastify';
import type { DeadLetters } from '../store/dead-letters.ts';
import { deadLetterRoutes } from './dead-letters.ts';
import { sameSecret } from './secrets.ts';

export interface ApiOptions {
  /** Whoever can read the data folder may ask: the token stands in the lock file there. */
  token: string;
  /** What happened to a deal or a person, and why. */
  trace(query: string, connection: string | null): Promise<unknown>;
  /** The state of each connection and its lanes. */
  status(): Promise<unknown>;
  /** Left out where only the doors are tested. */
  deadLetters?: () => Promise<DeadLetters>;
}

/** What the commands ask of a running server. */
export async function api(app: FastifyInstance, options: ApiOptions): Promise<void> {
  app.addHook('onRequest', async (request, reply) => {
    const given = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    if (!sameSecret(given, options.token))
      return reply.code(401).send({ error: 'A token is needed for this.' });
  });

  app.get<{ Querystring: { q?: string; connection?: string } }>('/api/trace', async (request, reply) => {
    const { q, connection } = request.query;
    if (!q) return reply.code(400).send({ error: 'Say which deal or email: /api/trace?q=…' });
    return options.trace(q, connection ?? null);
  });

  app.get('/api/status', async () => options.status());

  if (options.deadLetters) await deadLetterRoutes(app, options.deadLetters);
}
