import type { z } from 'zod';
import type { Role } from './common-schemas.ts';

/** The role that a route requires. `anyone`: no sign-in needed. */
export type RequiredRole = 'anyone' | Role;

/** One route as data, from which the Fastify route, its checks and its entry in the OpenAPI document are created. */
export interface Route {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** With `:names` for the parts in `params`. */
  path: string;
  role: RequiredRole;
  tag:
    | 'sign-in'
    | 'now'
    | 'activity'
    | 'deals and people'
    | 'rules'
    | 'connections'
    | 'failures'
    | 'commands';
  /** One line. */
  summary: string;
  params?: z.ZodType;
  query?: z.ZodType;
  body?: z.ZodType;
  answer: z.ZodType;
  /** Server-sent events instead of JSON; `answer` is the data of one. */
  stream?: true;
  /** The route sets or ends the session cookie, so it needs the header `x-stagepost` even without a sign-in. */
  cookie?: true;
}

/** The validated input of a route. */
export interface RouteInput<R extends Route> {
  params: R['params'] extends z.ZodType ? z.output<R['params']> : Record<string, never>;
  query: R['query'] extends z.ZodType ? z.output<R['query']> : Record<string, never>;
  body: R['body'] extends z.ZodType ? z.output<R['body']> : undefined;
}

export type RouteAnswer<R extends Route> = z.input<R['answer']>;
