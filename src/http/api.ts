import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { DeadLetters } from '../store/dead-letters.ts';
import { createPipelines } from './activity/pipelines.ts';
import type { ConsoleOptions } from './console.ts';
import { activityHandlers } from './handlers/activity.ts';
import { auditHandlers, createAudit } from './handlers/audit.ts';
import { chartHandlers } from './handlers/charts.ts';
import { checkHandlers } from './handlers/checks.ts';
import { enterRoute } from './handlers/enter.ts';
import { eventHandlers } from './handlers/event.ts';
import { failureHandlers } from './handlers/failures.ts';
import { nowHandlers } from './handlers/now.ts';
import { ruleHandlers } from './handlers/rules.ts';
import { signInHandlers } from './handlers/sign-in.ts';
import { subjectHandlers } from './handlers/subjects.ts';
import { userHandlers } from './handlers/users.ts';
import { watchHandlers } from './handlers/watches.ts';
import { openApi } from './openapi.ts';
import { addRoutes, admit, Refusal } from './routes.ts';
import { createAttempts } from './sign-in/attempts.ts';
import { createPasswords } from './sign-in/passwords.ts';
import { createWho } from './sign-in/who.ts';

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
  more?: MoreRoutes | undefined;
}

export type MoreRoutes = (app: FastifyInstance, admit: (request: FastifyRequest) => Promise<unknown>) => void;

/** The JSON API: what the commands and the console ask of a running server. */
export async function api(app: FastifyInstance, options: ApiOptions): Promise<void> {
  const { token, deadLetters, console } = options;
  const db = console ? async () => (await console.database()).db : null;
  const now = console?.now ?? Date.now;
  const whoAsks = createWho({ folderToken: token, db, now });
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
      ...ruleHandlers(console, audit),
      ...checkHandlers(console, audit),
    },
    whoAsks,
  );

  options.more?.(app, (request) => {
    const method = request.method === 'GET' ? 'GET' : 'POST';
    return admit(request, { method, role: 'editor' }, whoAsks);
  });
  if (console.entrance) enterRoute(app, console.entrance, db, now);

  // Made when it is first asked for: a start should be short.
  let document: ReturnType<typeof openApi> | null = null;
  app.get('/api/openapi.json', async (request) => {
    if (!(await whoAsks(request))) throw new Refusal(401, 'Sign in first, or send a token.');
    document ??= openApi(console.version);
    return document;
  });
}
