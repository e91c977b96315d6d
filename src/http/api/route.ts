import type { z } from 'zod';
import type { AuditEvent } from '../../store/users/audit.ts';
import type { Role } from './common-schemas.ts';

/** The role that a route requires. `anyone`: no sign-in needed. */
export type RequiredRole = 'anyone' | Role;

/**
 * How a route is limited to the connections that its sender may see.
 * - `named`: the path, query or body has a `connection`; any other name than a visible one is answered 404. Where it may be
 *   left out, the answer is filtered
 * - `filtered`: the answer holds only what belongs to visible connections
 * - `all`: whoever may not see all connections is refused
 * - `none`: the route is not about connections
 */
export type RouteScope = 'named' | 'filtered' | 'all' | 'none';

/**
 * What a route's success leaves in the audit log. A route that is not a GET says either which entry, or why it changes
 * nothing although it is no GET.
 */
type RouteEffect =
  | { method: 'GET'; audit: AuditEvent | null }
  | { method: 'POST' | 'PATCH' | 'DELETE'; audit: AuditEvent }
  | { method: 'POST'; audit: null; readOnly: string };

/**
 * What decides who may use a route, and what remains of it. Every route of the server has this, also outside of `/api`;
 * the table in docs/api.md is made of it.
 */
export type RouteAccess = RouteEffect & {
  /** With `:names` for the parts in `params`. */
  path: string;
  role: RequiredRole;
  scope: RouteScope;
  /** The route changes users or tokens, which a token may do only if it was made for that. */
  managesPeople?: true;
  /** One line. */
  summary: string;
};

/** One route as data, from which the Fastify route, its checks and its entry in the OpenAPI document are created. */
export type Route = RouteAccess & {
  tag:
    | 'sign-in'
    | 'funnel'
    | 'now'
    | 'activity'
    | 'deals and people'
    | 'rules'
    | 'connections'
    | 'setup'
    | 'failures'
    | 'holds'
    | 'backfills'
    | 'commands'
    | 'demo';
  params?: z.ZodType;
  query?: z.ZodType;
  body?: z.ZodType;
  answer: z.ZodType;
  /** The answer has sentences for readers, in the language of `Accept-Language`. */
  speaks?: true;
  /** The largest body, in bytes, where it is not a megabyte. */
  bodyLimit?: number;
  /** Server-sent events instead of JSON; `answer` is the data of one. */
  stream?: true;
  /** The route sets or ends the session cookie, so it needs the header `x-stagepost` even without a sign-in. */
  cookie?: true;
};

/** The validated input of a route. */
export interface RouteInput<R extends Route> {
  params: R['params'] extends z.ZodType ? z.output<R['params']> : Record<string, never>;
  query: R['query'] extends z.ZodType ? z.output<R['query']> : Record<string, never>;
  body: R['body'] extends z.ZodType ? z.output<R['body']> : undefined;
}

export type RouteAnswer<R extends Route> = z.input<R['answer']>;
