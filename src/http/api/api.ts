import fastifyCookie from '@fastify/cookie';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { DeadLetters } from '../../failures/dead-letters.ts';
import type { Db } from '../../store/database/database.ts';
import { Attempts } from '../auth/attempts.ts';
import { type Authenticate, createAuthenticate } from '../auth/authenticate.ts';
import { createCheckPassword } from '../auth/check-password.ts';
import { createPasswords } from '../auth/passwords.ts';
import { HttpError } from '../http-error.ts';
import { activityHandlers } from './activity/handler.ts';
import { alertHandlers } from './alerts/handler.ts';
import { createWriteAudit } from './audit-log.ts';
import { authorize } from './authorize.ts';
import { type CommandServices, commandHandlers } from './commands/handler.ts';
import { checkHandlers } from './connections/handler.ts';
import { eventHandlers } from './event/handler.ts';
import { failureHandlers } from './failures/handler.ts';
import { chartHandlers } from './now/charts.ts';
import { nowHandlers } from './now/handler.ts';
import { openApi } from './openapi.ts';
import { auditHandlers, tokenHandlers, userHandlers } from './people/handler.ts';
import { createPipelineCache } from './pipeline-cache.ts';
import { addRoutes, type RouteOptions } from './routes.ts';
import { ruleHandlers } from './rules/handler.ts';
import type { ApiServices } from './services.ts';
import { demoLoginRoute } from './sign-in/demo-login-route.ts';
import { signInHandlers } from './sign-in/handler.ts';
import { subjectHandlers } from './subjects/handler.ts';
import { watchHandlers } from './watches/handler.ts';

export interface ApiOptions extends CommandServices {
  /** The token in the data folder's lock file. Commands that can read the folder may use the API. */
  token: string;
  /** The names of the connections in stagepost.yaml. */
  connections: readonly string[];
  /** Absent in tests of the webhook endpoints alone. */
  deadLetters?: (connections: readonly string[]) => Promise<DeadLetters>;
  /** Sign-in and the console's routes. Absent in tests of the webhook endpoints alone. */
  console?: ApiServices;
  /** Further routes, such as the demo's board. */
  extraRoutes?: ExtraRoutes | undefined;
}

/** @param authorizeEditor throws HttpError unless the request comes from an editor or admin. */
export type ExtraRoutes = (
  app: FastifyInstance,
  authorizeEditor: (request: FastifyRequest) => Promise<unknown>,
) => void;

/** The JSON API, which the console and the commands use on a running server. */
export async function api(app: FastifyInstance, options: ApiOptions): Promise<void> {
  await app.register(fastifyCookie);
  const services = options.console;
  const db = services ? async () => (await services.database()).db : null;
  const now = services?.now ?? Date.now;
  const authenticate = createAuthenticate({ folderToken: options.token, db, now });
  const writeAudit = createWriteAudit(now);
  const routeOptions = { authenticate, connections: options.connections };
  addRoutes(app, commandHandlers(options), routeOptions);
  if (options.deadLetters) addRoutes(app, failureHandlers(options.deadLetters, writeAudit), routeOptions);
  if (services && db) addConsoleRoutes(app, services, { ...options, ...routeOptions, db, writeAudit });
}

interface ConsoleRouteOptions extends Pick<ApiOptions, 'extraRoutes'>, RouteOptions {
  db(): Promise<Db>;
  writeAudit: ReturnType<typeof createWriteAudit>;
}

function addConsoleRoutes(app: FastifyInstance, services: ApiServices, options: ConsoleRouteOptions): void {
  const { db, authenticate, writeAudit, extraRoutes } = options;
  const { now, demo, version, demoLoginLinks } = services;
  const pipelines = createPipelineCache(db, now);
  const people = { db, now, writeAudit };
  const passwords = createPasswords();
  addRoutes(
    app,
    {
      ...signInHandlers({
        ...people,
        demo,
        passwords,
        checkPassword: createCheckPassword({ passwords, attempts: new Attempts(Date.now) }),
      }),
      ...userHandlers(people),
      ...tokenHandlers(people),
      ...auditHandlers(people),
      ...nowHandlers(services),
      ...chartHandlers(services),
      ...activityHandlers(services, pipelines, app, authenticate),
      ...eventHandlers(services, pipelines),
      ...subjectHandlers(services, pipelines),
      ...watchHandlers(services),
      ...ruleHandlers(services),
      ...checkHandlers(services, writeAudit),
      ...alertHandlers(services, writeAudit),
    },
    options,
  );
  if (demoLoginLinks) demoLoginRoute(app, demoLoginLinks, db, now);
  extraRoutes?.(app, (request) => {
    const method = request.method === 'GET' ? 'GET' : 'POST';
    return authorize(request, { method, role: 'editor' }, authenticate);
  });
  addOpenApiRoute(app, version, authenticate);
}

function addOpenApiRoute(app: FastifyInstance, version: string, authenticate: Authenticate): void {
  // Created at the first request: at the start it would cost 50 ms, and it is rarely needed.
  let document: ReturnType<typeof openApi> | null = null;
  app.get('/api/openapi.json', async (request) => {
    if (!(await authenticate(request))) throw new HttpError(401, 'Sign in first, or send a token.');
    document ??= openApi(version);
    return document;
  });
}
