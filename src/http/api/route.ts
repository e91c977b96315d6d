import type { z } from 'zod';
import type { Role } from './common-schemas.ts';

/** `anyone`: nobody need be signed in. */
export type Needs = 'anyone' | Role;

/** One route as data: the Fastify route, its checks and its entry in the OpenAPI document are made of it. */
export interface Route {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** With `:names` for the parts in `params`. */
  path: string;
  role: Needs;
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
  /** Sets or ends the session cookie: it needs the header `x-stagepost`, though nobody may be signed in yet. */
  cookie?: true;
}

/** What a route is asked, after the checks. */
export interface Asked<R extends Route> {
  params: R['params'] extends z.ZodType ? z.output<R['params']> : Record<string, never>;
  query: R['query'] extends z.ZodType ? z.output<R['query']> : Record<string, never>;
  body: R['body'] extends z.ZodType ? z.output<R['body']> : undefined;
}

export type Answered<R extends Route> = z.input<R['answer']>;
