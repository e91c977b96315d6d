import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { DeadLetters } from '../../failures/dead-letters.ts';
import { createAttempts } from '../auth/attempts.ts';
import { createAuthenticate } from '../auth/authenticate.ts';
import { demoLoginRoute } from '../auth/demo-login-route.ts';
import { signInHandlers } from '../auth/handler.ts';
import { createPasswords } from '../auth/passwords.ts';
import { activityHandlers } from './activity/handler.ts';
import { createPipelines } from './activity/pipelines.ts';
import { checkHandlers } from './connections/handler.ts';
import { eventHandlers } from './event/handler.ts';
import { failureHandlers } from './failures/handler.ts';
import { chartHandlers } from './now/charts.ts';
import { nowHandlers } from './now/handler.ts';
import { openApi } from './openapi.ts';
import { auditHandlers, createAudit } from './people/audit.ts';
import { userHandlers } from './people/handler.ts';
import { addRoutes, authorize, HttpError } from './routes.ts';
import { ruleHandlers } from './rules/handler.ts';
import type { ConsoleOptions } from './services.ts';
import { subjectHandlers } from './subjects/handler.ts';
import { watchHandlers } from './watches/handler.ts';

export interface ApiOptions {
  /** Whoever can read the data folder may ask: the token stands in the lock file there. */
  token: string;
  /** What happened to a deal or a person, and why. */
  trace(query: string, connection: string | null): Promise<unknown>;
  /** The state of each connection and its lanes. */
  status(): Promise<unknown>;
  /** Left out where only the doors are tested. */
  deadLetters?: () => Promise<DeadLetters>;
  /** Likewise: sign-in and all that the console shows. */
  console?: ConsoleOptions;
  /** Further routes, with what lets in only those who may edit: the demo's board. */
  extraRoutes?: ExtraRoutes | undefined;
}

export type ExtraRoutes = (
  app: FastifyInstance,
  admit: (request: FastifyRequest) => Promise<unknown>,
) => void;

/** The JSON API: what the commands and the console ask of a running server. */
export async function api(app: FastifyInstance, options: ApiOptions): Promise<void> {
  const { token, deadLetters, console } = options;
  const db = console ? async () => (await console.database()).db : null;
  const now = console?.now ?? Date.now;
  const whoAsks = createAuthenticate({ folderToken: token, db, now });
  const audit = db ? createAudit(db, now) : async () => {};

  addRoutes(
    app,
    {
      trace: async ({ query: { q, connection } }) =>
        (await options.trace(q, connection ?? null)) as { connection: string; events: []; deals: number[] }[],
      status: async () => (await options.status()) as { connections: [] },
      ...(deadLetters ? failureHandlers(deadLetters, audit) : {}),
    },
    whoAsks,
  );
  if (!console || !db) return;
  const pipelines = createPipelines(db, now);
  const signIn = { db, now, audit, demo: console.demo };
  addRoutes(
    app,
    {
      ...signInHandlers({ ...signIn, passwords: createPasswords(), attempts: createAttempts(Date.now) }),
      ...userHandlers(db, now, audit),
      ...auditHandlers(db),
      ...nowHandlers(console),
      ...chartHandlers(console),
      ...activityHandlers(console, pipelines, app, whoAsks),
      ...eventHandlers(console, pipelines),
      ...subjectHandlers(console, pipelines),
      ...watchHandlers(console),
      ...ruleHandlers(console),
      ...checkHandlers(console, audit),
    },
    whoAsks,
  );

  options.extraRoutes?.(app, (request) => {
    const method = request.method === 'GET' ? 'GET' : 'POST';
    return authorize(request, { method, role: 'editor' }, whoAsks);
  });
  if (console.entrance) demoLoginRoute(app, console.entrance, db, now);

  // Made when it is first asked for: a start should be short.
  let document: ReturnType<typeof openApi> | null = null;
  app.get('/api/openapi.json', async (request) => {
    if (!(await whoAsks(request))) throw new HttpError(401, 'Sign in first, or send a token.');
    document ??= openApi(console.version);
    return document;
  });
}
