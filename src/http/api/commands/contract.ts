import { z } from 'zod';
import { json } from '../common-schemas.ts';
import type { Route } from '../route.ts';

const TRACE_USAGE = 'say which deal or email: /api/trace?q=…';

export const traceQuery = z.strictObject({
  q: z.string(TRACE_USAGE).min(1, TRACE_USAGE),
  connection: z.string().optional(),
});
/** One trace for each connection; the rows are those of the database. */
export const traces = z.array(
  z.looseObject({
    connection: z.string(),
    events: z.array(z.looseObject({})),
    deals: z.array(z.int()),
  }),
);

export const serverStatus = z.looseObject({
  connections: z.array(z.looseObject({ name: z.string(), state: z.string() })),
  /** The address of a proxy that sends X-Forwarded-For and is not trusted; null where none was seen. */
  untrustedProxy: z.string().nullable(),
});

/** An OpenAPI 3.1 document. */
export const openApiDocument = z.looseObject({ openapi: z.string(), paths: z.record(z.string(), json) });

export const commandRoutes = {
  trace: {
    method: 'GET',
    path: '/api/trace',
    role: 'viewer',
    scope: 'named',
    audit: null,
    tag: 'commands',
    summary: 'What `stagepost trace` shows, as it is stored',
    query: traceQuery,
    answer: traces,
  },
  status: {
    method: 'GET',
    path: '/api/status',
    role: 'viewer',
    scope: 'filtered',
    audit: null,
    tag: 'commands',
    summary: 'The state of each connection and its lanes, as the commands need it',
    answer: serverStatus,
  },
  openApi: {
    method: 'GET',
    path: '/api/openapi.json',
    role: 'viewer',
    scope: 'none',
    audit: null,
    tag: 'commands',
    summary: 'This API as an OpenAPI document',
    answer: openApiDocument,
  },
} as const satisfies Record<string, Route>;
