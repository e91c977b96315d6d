import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { hasRole, type Principal } from '../auth/authenticate.ts';
import { crossSite } from '../auth/same-origin.ts';
import { type Answered, type Asked, type Route, type RouteName, type Routes, routes } from './contract.ts';

/** What a handler knows beside what it is asked. */
export interface Context {
  /** Who asks; null on routes for anyone. */
  who: Principal | null;
  request: FastifyRequest;
  reply: FastifyReply;
}

/** One handler for each route; a stream's handler takes over the reply. */
export type Handlers = {
  [Name in RouteName]: (asked: Asked<Routes[Name]>, context: Context) => Promise<Answer<Routes[Name]>>;
};

type Answer<R extends Route> = R extends { stream: true } ? undefined : Answered<R>;

/** A request that cannot be done, for the error handler. `message` is for a person. */
export class HttpError extends Error {
  readonly statusCode: number;
  readonly retryAfterSeconds: number | null;
  constructor(statusCode: number, message: string, retryAfterSeconds: number | null = null) {
    super(message);
    this.statusCode = statusCode;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Registers those routes that have a handler, each with its checks: who asks, from where, and what. */
export function addRoutes(
  app: FastifyInstance,
  handlers: Partial<Handlers>,
  whoAsks: (request: FastifyRequest) => Promise<Principal | null>,
): void {
  const asking = new WeakMap<FastifyRequest, Principal>();
  for (const name of Object.keys(handlers) as RouteName[]) {
    const route: Route = routes[name];
    const handler = handlers[name] as (asked: unknown, context: Context) => Promise<unknown>;
    app.route({
      method: route.method,
      url: route.path,
      onRequest: async (request) => {
        const who = route.role === 'anyone' ? null : await authorize(request, route, whoAsks);
        if (who) asking.set(request, who);
        else if (route.cookie) refuseCrossSite(request, false);
      },
      handler: async (request, reply) => {
        const asked = {
          params: read(route.params, request.params),
          query: read(route.query, request.query),
          body: read(route.body, request.body),
        };
        const answer = await handler(asked, { who: asking.get(request) ?? null, request, reply });
        if (route.stream) return reply;
        // What people have signed in for is in no cache.
        return reply.header('cache-control', 'no-store').send(answer);
      },
    });
  }
}

/** @throws Refusal: 401 or 403. */
export async function authorize(
  request: FastifyRequest,
  route: Pick<Route, 'method' | 'role'>,
  whoAsks: (request: FastifyRequest) => Promise<Principal | null>,
): Promise<Principal> {
  const who = await whoAsks(request);
  if (!who) throw new HttpError(401, 'Sign in first, or send a token.');
  if (who.by === 'session' && route.method !== 'GET') refuseCrossSite(request, true);
  if (route.role !== 'anyone' && !hasRole(who, route.role))
    throw new HttpError(403, `This needs the role "${route.role}"; ${who.name} has "${who.role}".`);
  return who;
}

function refuseCrossSite(request: FastifyRequest, isBrowser: boolean): void {
  const wrong = crossSite(request, isBrowser);
  if (wrong !== null) throw new HttpError(403, wrong);
}

/** @throws Refusal 400 with each mistake in words. */
function read(schema: z.ZodType | undefined, given: unknown): unknown {
  if (!schema) return undefined;
  const result = schema.safeParse(given ?? {});
  if (result.success) return result.data;
  const mistakes = result.error.issues
    .slice(0, 5)
    .map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`));
  throw new HttpError(400, `This request makes no sense. ${mistakes.join('. ')}.`);
}
