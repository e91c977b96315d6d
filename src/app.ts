import { randomBytes } from 'node:crypto';
import { type Clock, systemClock } from 'pg-boss';
import type { Logger } from 'pino';
import type { ConnectionSupervisor } from './cluster/supervisor.ts';
import type { Config } from './config/index.ts';
import { type ConsoleServices, createConsoleServices } from './console-api/services.ts';
import { type Engine, openEngine } from './engine.ts';
import type { HealthTimes } from './health/monitor.ts';
import type { ExtraRoute } from './http/api/routes.ts';
import type { PasswordCost } from './http/auth/passwords.ts';
import { newFirstAdminLink } from './http/auth/setup-link.ts';
import { type ListenAddress, listen } from './http/listen.ts';
import { createMetrics, type Metrics } from './http/metrics.ts';
import { problemsOf } from './http/readiness.ts';
import { closeServer, createServer, type ServerOptions } from './http/server.ts';
import { createWebhookEndpoint } from './pipeline/receive/webhook-endpoint.ts';
import { WebhookReceiver } from './pipeline/receive/webhook-receiver.ts';
import { openWork } from './store/counts/open-work.ts';
import type { Database } from './store/database/database.ts';
import { lockData } from './store/database/embedded/data-lock.ts';
import type { Word } from './store/database/identity/decide.ts';
import { trace } from './store/events/trace.ts';
import { SYSTEM } from './store/users/actor.ts';
import { hasUsers } from './store/users/users.ts';

export interface AppOptions {
  config: Config;
  /** The folder of the embedded database; null only where there is a PostgreSQL URL. */
  dataDir: string | null;
  /** A PostgreSQL URL instead of the embedded database. */
  databaseUrl?: string | undefined;
  /** What the operator accepts where the database is not the one that was used last. */
  databaseWords?: Word[];
  /** The folder with the states of databases that were used before, outside of the data folder; default: none. */
  stateDir?: string | null;
  host: string;
  /** 0: any free port. */
  port: number;
  /** A listening socket that this process inherited, instead of one on host and port. */
  listenFd?: number | null;
  log: Logger;
  /** The clock of the queue and the pipeline; tests pass pg-boss's TestClock. */
  clock?: Clock;
  /** Proxies whose X-Forwarded-For, -Host and -Proto are believed: addresses or networks, with commas. */
  trustProxy?: string | undefined;
  /** Where Kommo and Customer.io reach this Stagepost: `https://host`, without a slash at its end. */
  publicUrl?: string | undefined;
  /** Further host names that requests may have: `console.example.com`, `*.example.com`. */
  allowedHosts?: readonly string[] | undefined;
  /** Whoever reads /metrics must send this as a bearer token; undefined: anybody may read them. */
  metricsToken?: string | undefined;
  /** Kommo and Customer.io are simulated, and one-time links sign in without a password. */
  demo?: boolean;
  /** Further routes of the API. */
  extraRoutes?: () => ExtraRoute[];
  /** Other intervals of the judgement of health than the usual ones, for tests. */
  healthTimes?: Partial<HealthTimes>;
  /** How much hashing a password costs; tests pay less. */
  passwordCost?: PasswordCost | undefined;
  /** Called when the embedded database has crashed and cannot be used in this process any more: end the process. */
  onFatal?: (error: Error) => void;
}

/** A running Stagepost. */
export interface App {
  url: string;
  database: Database;
  supervisors: Map<string, ConnectionSupervisor>;
  /** A new link through which the first admin chooses a password, instead of the one before; null once there is a user. */
  setupLink(): Promise<string | null>;
  /** A one-time link that signs in; null outside the demo. */
  demoLoginLink(): string | null;
  /** Stops accepting requests, lets calls under way end and stores their outcomes. A second call does nothing. */
  close(): Promise<void>;
}

/**
 * Builds all parts and starts them. The server listens first: a request that comes while the database is being opened
 * waits instead of being refused. Webhooks are stored as soon as the database is open, before Kommo was read.
 * @throws DataInUse, UnresolvedNames (rules-source.ts), or the error of the database or the port.
 */
export async function startApp(options: AppOptions): Promise<App> {
  // Opened resources are closed in reverse order, at the end or when the start fails half way.
  const opened = new AsyncDisposableStack();
  try {
    return await openApp(options, opened);
  } catch (error) {
    await opened
      .disposeAsync()
      .catch((failure: unknown) => options.log.error({ err: failure }, 'closing after a failed start'));
    throw error;
  }
}

async function openApp(options: AppOptions, opened: AsyncDisposableStack): Promise<App> {
  const { config, log, clock = systemClock, dataDir, databaseUrl, demo = false } = options;
  const names = config.connections.map(({ name }) => name);
  const now = () => clock.now();
  const token = randomBytes(24).toString('base64url');
  const lock = dataDir !== null && !databaseUrl ? lockData(dataDir, token) : null;
  opened.defer(() => lock?.release());

  const opening = Promise.withResolvers<Engine>();
  // The engine may fail before anything awaits it. Without this, an unhandled rejection would end the process.
  opening.promise.catch(() => {});
  const engine = () => opening.promise;
  const database = async () => (await engine()).database;
  let started: Engine | null = null;
  let address: ListenAddress | null = null;

  const metrics = createMetrics({
    health: () => consoleServices.health.current(),
    readOpenWork: async () => openWork((await database()).db, names),
    onError: (error) => log.warn({ err: error }, 'open work could not be counted for the metrics'),
  });
  const consoleServices = createConsoleServices({
    config,
    now,
    database,
    alerts: async () => (await engine()).alerts,
    supervisors: () => started?.coordinator.supervisors ?? null,
    // In the demo Kommo and Customer.io are simulated on this machine.
    publicUrl: () => options.publicUrl ?? (demo ? (address?.localUrl ?? null) : null),
    localUrl: () => address?.localUrl ?? null,
    demo,
    dataDir: databaseUrl ? null : dataDir,
    healthTimes: options.healthTimes,
    log,
    onError: (error) =>
      log.error({ err: error }, 'the counts for the console could not be brought up to date'),
  });
  openEngine({
    publicUrl: () => consoleServices.options.publicUrl(),
    config,
    dataDir,
    databaseUrl,
    databaseWords: options.databaseWords,
    stateDir: options.stateDir,
    clock,
    log,
    onFatal: options.onFatal,
    onClients: consoleServices.setClients,
    health: () => (consoleServices.health.hasJudged ? consoleServices.health.current() : null),
    onApiCall(connection, call) {
      metrics.call(call.destination, connection, call.status, call.ms);
      consoleServices.onApiCall(connection, call);
    },
  }).then(opening.resolve, opening.reject);
  opened.defer(async () => (await engine().catch(() => null))?.close());
  opened.defer(() => consoleServices.stop());

  const server = await createServer(
    serverOptions(options, { token, now, metrics, consoleServices, engine, started: () => started }),
  );
  opened.defer(() => closeServer(server));

  address = await listen(server, options);
  const { url } = address;
  started = await engine();
  consoleServices.start(started.database);
  await started.start();
  lock?.publish(url);
  return {
    url,
    database: started.database,
    supervisors: started.coordinator.supervisors,
    setupLink: async () => {
      const { db } = await database();
      return (await hasUsers(db)) ? null : url + (await newFirstAdminLink(db, { actor: SYSTEM, at: now() }));
    },
    demoLoginLink: () =>
      consoleServices.demoLoginLinks ? url + consoleServices.demoLoginLinks.create() : null,
    close: () => opened.disposeAsync(),
  };
}

interface ServerParts {
  /** The API token of commands that can read the data folder. */
  token: string;
  now(): number;
  metrics: Metrics;
  consoleServices: ConsoleServices;
  /** Resolves when the database is open. */
  engine(): Promise<Engine>;
  /** Null until the engine is open. */
  started(): Engine | null;
}

function serverOptions(
  { config, log, extraRoutes, passwordCost, metricsToken, ...edge }: AppOptions,
  parts: ServerParts,
): ServerOptions {
  const { token, now, metrics, consoleServices, engine, started } = parts;
  const names = config.connections.map(({ name }) => name);
  return {
    log,
    webhooks: {
      connections: new Map(config.connections.map((one) => [one.name, createWebhookEndpoint(one)])),
      receiver: new WebhookReceiver({
        intake: async () => (await engine()).intake,
        count: metrics.webhook,
        onReceived: consoleServices.onWebhook,
        onRefused: consoleServices.onRefusedWebhook,
        now,
      }),
    },
    health: {
      metrics: metrics.registry,
      metricsToken,
      isStarted: () => started() !== null,
      notReady: async () => problemsOf((await engine()).database.db),
      current: () => consoleServices.health.current(),
    },
    api: {
      token,
      connections: names,
      trace: async (query, connections) => {
        const { db } = (await engine()).database;
        return Promise.all(connections.map((name) => trace(db, name, query)));
      },
      status: async () => {
        const running = await engine();
        return { connections: connectionStates(running), open: await openWork(running.database.db, names) };
      },
      deadLetters: async (connections, actor) => (await engine()).deadLetters(connections, actor),
      console: consoleServices.options,
      extraRoutes,
      passwordCost,
    },
    trustProxy: edge.trustProxy,
    publicUrl: edge.publicUrl,
    allowedHosts: edge.allowedHosts,
  };
}

function connectionStates({ coordinator }: Engine) {
  return [...coordinator.supervisors].map(([name, supervisor]) => ({ name, ...supervisor.state() }));
}
