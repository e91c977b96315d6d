import fastifyCookie from '@fastify/cookie';
import type { FastifyInstance } from 'fastify';
import type { Db } from '../../store/database/database.ts';
import { Attempts } from '../auth/attempts.ts';
import { createAuthenticate } from '../auth/authenticate.ts';
import { createCheckPassword } from '../auth/check-password.ts';
import { createPasswords, type PasswordCost } from '../auth/passwords.ts';
import { RefusalLog } from '../auth/refusal-log.ts';
import { activityHandlers } from './activity/handler.ts';
import { alertHandlers } from './alerts/handler.ts';
import { backfillHandlers, type OpenBackfills } from './backfills/handler.ts';
import { callHandlers } from './calls/handler.ts';
import { type CommandServices, commandHandlers } from './commands/handler.ts';
import { checkHandlers } from './connections/handler.ts';
import { managedConnectionHandlers } from './connections/managed.ts';
import { coverageHandlers } from './coverage/handler.ts';
import { eventHandlers } from './event/handler.ts';
import { failureHandlers, type OpenDeadLetters } from './failures/handler.ts';
import { waitingHandlers } from './failures/waiting-handler.ts';
import { funnelHandlers } from './funnel/handler.ts';
import { healthHandlers } from './health/handler.ts';
import { holdHandlers, type OpenHolds } from './holds/handler.ts';
import { kommoAccessHandlers } from './kommo-access/handler.ts';
import { chartHandlers } from './now/charts.ts';
import { nowHandlers } from './now/handler.ts';
import { openApi } from './openapi.ts';
import { auditHandlers, tokenHandlers, userHandlers } from './people/handler.ts';
import { createPipelineCache } from './pipeline-cache.ts';
import { RequestTurns } from './request-turns.ts';
import type { RouteAnswer } from './route.ts';
import type { Routes } from './route-list.ts';
import { addRoute, addRoutes, type ExtraRoute, type Handlers, type RouteOptions } from './routes.ts';
import { ruleHandlers } from './rules/handler.ts';
import { searchHandlers } from './search/handler.ts';
import type { ApiServices } from './services.ts';
import { setupHandlers } from './setup/handler.ts';
import { demoLoginRoutes } from './sign-in/demo-login-routes.ts';
import { signInHandlers } from './sign-in/handler.ts';
import { subjectHandlers } from './subjects/handler.ts';
import { watchHandlers } from './watches/handler.ts';

export interface ApiOptions extends CommandServices {
  /** The token in the data folder's lock file. Commands that can read the folder may use the API. */
  token: string;
  /** The names of the connections, which may change. */
  connections(): readonly string[];
  /** Absent in tests of the webhook endpoints alone. */
  deadLetters?: OpenDeadLetters;
  /** Absent as `deadLetters` is. */
  holds?: OpenHolds;
  /** Absent as `deadLetters` is. */
  backfills?: OpenBackfills;
  /** Sign-in and the console's routes. Absent in tests of the webhook endpoints alone. */
  console?: ApiServices;
  /** How much hashing a password costs; tests pay less. */
  passwordCost?: PasswordCost | undefined;
  /** Further routes, such as the demo's board. */
  extraRoutes?: (() => ExtraRoute[]) | undefined;
}

/** The JSON API, which the console and the commands use on a running server. */
export async function api(app: FastifyInstance, options: ApiOptions): Promise<void> {
  await app.register(fastifyCookie);
  const services = options.console;
  const db = services ? async () => (await services.database()).db : null;
  const now = services?.now ?? Date.now;
  const authenticate = createAuthenticate({ folderToken: options.token, db, now });
  const refusals = db && new RefusalLog({ db, now, onError: (err) => app.log.error({ err }, REFUSALS_LOST) });
  app.addHook('preClose', async () => refusals?.flush());
  const routeOptions = {
    authenticate,
    connections: options.connections,
    refusals,
    turns: new RequestTurns(),
  };
  addRoutes(app, commandHandlers(options), routeOptions);
  if (options.deadLetters) addRoutes(app, failureHandlers(options.deadLetters), routeOptions);
  if (options.holds && services)
    addRoutes(app, holdHandlers(options.holds, dealLinks(services.connections)), routeOptions);
  if (options.backfills && services)
    addRoutes(app, backfillHandlers(options.backfills, dealLinks(services.connections)), routeOptions);
  if (services && db) addConsoleRoutes(app, services, { ...options, ...routeOptions, db });
}

interface ConsoleRouteOptions extends Pick<ApiOptions, 'extraRoutes' | 'passwordCost'>, RouteOptions {
  db(): Promise<Db>;
}

function dealLinks(connections: ApiServices['connections']) {
  return (connection: string, dealId: number) => connections.get(connection)?.dealUrl(dealId) ?? '';
}

const REFUSALS_LOST = 'refused requests could not be written into the audit log';

function addConsoleRoutes(app: FastifyInstance, services: ApiServices, options: ConsoleRouteOptions): void {
  const { db, authenticate, extraRoutes } = options;
  const { now, demo, version } = services;
  const pipelines = createPipelineCache(db, now);
  const people = { db, now };
  const passwords = createPasswords(options.passwordCost);
  addRoutes(
    app,
    {
      ...signInHandlers({
        ...people,
        demo: demo !== null,
        passwords,
        checkPassword: createCheckPassword({ passwords, attempts: new Attempts(Date.now) }),
        refusals: options.refusals,
        turns: options.turns,
      }),
      ...userHandlers(people),
      ...tokenHandlers(people),
      ...auditHandlers(people),
      ...nowHandlers(services),
      ...healthHandlers(services),
      ...chartHandlers(services),
      ...funnelHandlers(services, pipelines),
      ...activityHandlers(services, pipelines, app, authenticate),
      ...eventHandlers(services, pipelines),
      ...searchHandlers(services, pipelines),
      ...subjectHandlers(services, pipelines),
      ...watchHandlers(services),
      ...callHandlers(services),
      ...waitingHandlers(services),
      ...ruleHandlers(services, pipelines),
      ...coverageHandlers(services),
      ...checkHandlers(services),
      ...kommoAccessHandlers(services),
      ...setupHandlers(services),
      ...managedConnectionHandlers(services),
      ...alertHandlers(services),
      ...openApiHandlers(version),
    },
    options,
  );
  if (demo) demoLoginRoutes(app, demo, db, now);
  for (const extra of extraRoutes?.() ?? []) addRoute(app, extra, options);
}

function openApiHandlers(version: string): Pick<Handlers, 'openApi'> {
  // Created at the first request: at the start it would cost 50 ms, and it is rarely needed.
  let document: ReturnType<typeof openApi> | null = null;
  return {
    openApi: async () => {
      document ??= openApi(version);
      return document as RouteAnswer<Routes['openApi']>;
    },
  };
}
