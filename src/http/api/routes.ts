import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { LANGUAGES, type Language, type Sentences, wantedLanguage } from '../../languages/languages.ts';
import { connectionsWith, type Role } from '../../store/users/access.ts';
import type { Actor } from '../../store/users/actor.ts';
import type { Refusal } from '../../store/users/audit.ts';
import { type Authenticate, actorOf, type Principal } from '../auth/authenticate.ts';
import type { RefusalLog } from '../auth/refusal-log.ts';
import { HttpError } from '../http-error.ts';
import { MAX_VALUES } from '../json-body.ts';
import { authorize, refuseCrossSite } from './authorize.ts';
import { type ConnectionScope, connectionScope } from './connection-scope.ts';
import type { RequestTurns } from './request-turns.ts';
import type { Route, RouteAnswer, RouteInput } from './route.ts';
import { type RouteName, type Routes, routes } from './route-list.ts';

/** The context of a request, besides its validated input. */
export interface Context<P extends Principal | null = Principal | null> {
  /** The sender of the request; null on routes for anyone. */
  principal: P;
  /** The sender for the audit log. */
  actor: Actor;
  /** The connections for which the sender has the role that the route requires. */
  scope: ConnectionScope;
  /** The language that the reader wants, and its sentences. */
  language: Language;
  words: Sentences;
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
  /** The names of the connections, which may change. */
  connections(): readonly string[];
  /** Null where there is no database. */
  refusals: RefusalLog | null;
  turns: RequestTurns;
}

/** A route that is not in the list of the API's routes, such as the demo's. */
export interface ExtraRoute {
  route: Route;
  /** @param input validated by the route's schemas */
  handle(input: { params: unknown; query: unknown; body: unknown }, context: Context): Promise<unknown>;
}

/** Registers the routes that have a handler. */
export function addRoutes(app: FastifyInstance, handlers: Partial<Handlers>, options: RouteOptions): void {
  for (const name of Object.keys(handlers) as RouteName[]) {
    addRoute(app, { route: routes[name], handle: handlers[name] as ExtraRoute['handle'] }, options);
  }
}

/** Registers a route that authorizes the request and validates its input before the handler runs. */
export function addRoute(app: FastifyInstance, { route, handle }: ExtraRoute, options: RouteOptions): void {
  const { authenticate, connections, refusals, turns } = options;
  const principals = new WeakMap<FastifyRequest, Principal>();

  /** Runs a part of the request. Where it is refused, the audit log gets an entry. */
  async function audited<T>(request: FastifyRequest, principal: Principal | null, part: () => Promise<T>) {
    try {
      return await part();
    } catch (error) {
      const refusal = refusalOf(error, request);
      if (refusal) refusals?.record(refusal, actorOf(principal, request), `${route.method} ${route.path}`);
      throw error;
    }
  }

  app.route({
    method: route.method,
    url: route.path,
    ...(route.bodyLimit ? { bodyLimit: route.bodyLimit } : {}),
    config: { access: route },
    onRequest: async (request) => {
      const principal =
        route.role === 'anyone' ? null : await turns.lookUp(request.ip, () => authenticate(request));
      await audited(request, principal, async () => {
        if (route.role !== 'anyone') {
          authorize(request, route, principal);
          principals.set(request, principal);
        } else if (route.cookie) refuseCrossSite(request, false);
      });
    },
    handler: async (request, reply) => {
      const input = {
        params: validate(route.params, request.params),
        query: validate(route.query, request.query),
        body: validate(route.body, request.body),
      };
      const principal = principals.get(request) ?? null;
      const scope = connectionScope(connections(), principal, neededRole(route));
      if (route.scope === 'named') refuseHidden(input, scope);
      const language = wantedLanguage(request.headers['accept-language']);
      if (route.speaks) reply.headers({ 'content-language': language, vary: 'accept-language' });
      const words = LANGUAGES[language];
      const actor = actorOf(principal, request);
      const context = { principal, actor, scope, language, words, request, reply };
      const work = () =>
        audited(request, principal, () => explained(route, context, () => handle(input, context)));
      // Whoever signs in waits for other limits, and a stream stays open.
      const answer = await (principal && !route.stream ? turns.answer(userKey(principal), work) : work());
      if (route.stream) return reply;
      // Caches must not keep answers that only signed-in users may see.
      return reply.header('cache-control', 'no-store').send(answer);
    },
  });
}

function neededRole({ role }: Route): Role {
  return role === 'anyone' ? 'viewer' : role;
}

/**
 * Runs a handler. Its 404 for something of a connection that the sender sees in a lower role only would contradict what a
 * GET shows them, so it says for which connections they have the role.
 */
async function explained<T>(route: Route, { principal, scope }: Context, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!principal || !(error instanceof HttpError) || error.statusCode !== 404) throw error;
    const [visible, own] = ['viewer' as const, neededRole(route)].map((role) =>
      connectionsWith(principal, role),
    );
    if ((visible?.length ?? 0) === (own?.length ?? 0)) throw error;
    const names = scope.names.length === 0 ? 'no connection' : scope.names.join(', ');
    throw new HttpError(
      404,
      `${error.message} ${principal.name} has the role "${neededRole(route)}" for ${names}.`,
    );
  }
}

/** The same for all sessions of a user. */
function userKey({ by, id }: Principal): string {
  return `${by} ${id}`;
}

/** The kind of refusal that an error means; null where it means none. Nobody is refused by an expired session. */
function refusalOf(error: unknown, { headers }: FastifyRequest): Refusal | null {
  if (!(error instanceof HttpError)) return null;
  if (error.statusCode === 403 || error.statusCode === 429) return 'request_refused';
  return error.statusCode === 401 && headers.authorization !== undefined ? 'token_refused' : null;
}

/** @throws HttpError 404 where any part of a request names a connection outside of the scope */
function refuseHidden(input: Record<'params' | 'query' | 'body', unknown>, scope: ConnectionScope): void {
  for (const part of Object.values(input))
    scope.select((part as { connection?: string } | undefined)?.connection);
}

/** @throws HttpError 400 that names each mistake. */
function validate(schema: z.ZodType | undefined, input: unknown): unknown {
  if (!schema) return undefined;
  assertStorable(input);
  const result = schema.safeParse(input ?? {});
  if (result.success) return result.data;
  const mistakes = result.error.issues
    .slice(0, 5)
    .map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`));
  throw new HttpError(400, `The request is not valid. ${mistakes.join('. ')}.`);
}

/**
 * Checks that PostgreSQL can store every text in this value (it refuses NUL and lone surrogates), and that there are not too
 * many values. Iterative instead of recursive, because a body of a megabyte can be nested deeper than the stack.
 * @throws HttpError 400
 */
function assertStorable(input: unknown): void {
  const left = [input];
  let count = 0;
  while (left.length > 0) {
    const value = left.pop();
    if (typeof value === 'string' && (value.includes('\0') || !value.isWellFormed()))
      throw new HttpError(
        400,
        'The request contains text that cannot be stored: a NUL, or half of a character.',
      );
    if (typeof value !== 'object' || value === null) continue;
    const parts = Array.isArray(value) ? value : Object.entries(value).flat();
    count += parts.length;
    if (count > MAX_VALUES) throw new HttpError(400, `The request holds more than ${MAX_VALUES} values.`);
    for (const part of parts) left.push(part);
  }
}
