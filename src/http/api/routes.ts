import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Authenticate, Principal } from '../auth/authenticate.ts';
import { HttpError } from '../http-error.ts';
import { authorize, refuseCrossSite } from './authorize.ts';
import { type ConnectionScope, connectionScope } from './connection-scope.ts';
import type { Route, RouteAnswer, RouteInput } from './route.ts';
import { type RouteName, type Routes, routes } from './route-list.ts';

/** The context of a request, besides its validated input. */
export interface Context<P extends Principal | null = Principal | null> {
  /** The sender of the request; null on routes for anyone. */
  principal: P;
  /** The connections that the sender may see. */
  scope: ConnectionScope;
  request: FastifyRequest;
  reply: FastifyReply;
}

/** One handler for each route; the handler of a stream takes over the reply. */
export type Handlers = {
  [Name in RouteName]: (
    input: RouteInput<Routes[Name]>,
    context: Context<Routes[Name]['role'] extends 'anyone' ? null : Principal>,
  ) => Promise<Answer<Routes[Name]>>;
};

type Answer<R extends Route> = R extends { stream: true } ? undefined : RouteAnswer<R>;

export interface RouteOptions {
  authenticate: Authenticate;
  /** The names of the connections in stagepost.yaml. */
  connections: readonly string[];
}

/** Registers the routes that have a handler. Each authorizes the request and validates its input before the handler runs. */
export function addRoutes(
  app: FastifyInstance,
  handlers: Partial<Handlers>,
  { authenticate, connections }: RouteOptions,
): void {
  const principals = new WeakMap<FastifyRequest, Principal>();
  for (const name of Object.keys(handlers) as RouteName[]) {
    const route: Route = routes[name];
    const handler = handlers[name] as (input: unknown, context: Context) => Promise<unknown>;
    app.route({
      method: route.method,
      url: route.path,
      onRequest: async (request) => {
        if (route.role !== 'anyone') principals.set(request, await authorize(request, route, authenticate));
        else if (route.cookie) refuseCrossSite(request, false);
      },
      handler: async (request, reply) => {
        const input = {
          params: validate(route.params, request.params),
          query: validate(route.query, request.query),
          body: validate(route.body, request.body),
        };
        const principal = principals.get(request) ?? null;
        const scope = connectionScope(connections, principal);
        if (route.scope === 'named') scope.select(namedConnection(input));
        const answer = await handler(input, { principal, scope, request, reply });
        if (route.stream) return reply;
        // Caches must not keep answers that only signed-in users may see.
        return reply.header('cache-control', 'no-store').send(answer);
      },
    });
  }
}

/** The connection that a request names; undefined where it may leave it out and does. */
function namedConnection({ query, body }: { query: unknown; body: unknown }): string | undefined {
  const input = (body ?? query) as { connection?: string } | undefined;
  return input?.connection;
}

/** @throws HttpError 400 that names each mistake. */
function validate(schema: z.ZodType | undefined, input: unknown): unknown {
  if (!schema) return undefined;
  if (!isText(input))
    throw new HttpError(
      400,
      'The request contains text that cannot be stored: a NUL, or half of a character.',
    );
  const result = schema.safeParse(input ?? {});
  if (result.success) return result.data;
  const mistakes = result.error.issues
    .slice(0, 5)
    .map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`));
  throw new HttpError(400, `The request is not valid. ${mistakes.join('. ')}.`);
}

/**
 * Whether PostgreSQL can store every text in this value: it refuses NUL and lone surrogates. Iterative instead of
 * recursive, because a body of a megabyte can be nested deeper than the stack.
 */
function isText(input: unknown): boolean {
  const left = [input];
  while (left.length > 0) {
    const value = left.pop();
    if (typeof value === 'string' && (value.includes('\0') || !value.isWellFormed())) return false;
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, part] of Object.entries(value)) left.push(key, part);
  }
  return true;
}
