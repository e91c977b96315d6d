import { randomBytes } from 'node:crypto';
import { type Clock, systemClock } from 'pg-boss';
import type { Logger } from 'pino';
import type { ConnectionSupervisor } from './cluster/supervisor.ts';
import type { Config } from './config/index.ts';
import { ConnectionSet } from './connections/connection-set.ts';
import { StoredConnections } from './connections/stored-connections.ts';
import type { UnreadableConnection } from './connections/unreadable.ts';
import { type ConsoleServices, createConsoleServices } from './console-api/services.ts';
import { type Engine, openEngine } from './engine.ts';
import type { HealthTimes } from './health/monitor.ts';
import type { ExtraRoute } from './http/api/routes.ts';
import { type DemoLogin, demoLoginPath } from './http/auth/demo-login.ts';
import type { PasswordCost } from './http/auth/passwords.ts';
import { newFirstAdminLink } from './http/auth/setup-link.ts';
import { type ListenAddress, listen } from './http/listen.ts';
import { createMetrics, type Metrics } from './http/metrics.ts';
import { problemsOf } from './http/readiness.ts';
import { closeServer, createServer, type ServerOptions } from './http/server.ts';
import { KommoLimits } from './kommo/index.ts';
import { createKommoGrants } from './kommo-grants.ts';
import { createWebhookEndpoint } from './pipeline/receive/webhook-endpoint.ts';
import { WebhookReceiver } from './pipeline/receive/webhook-receiver.ts';
import { openKeyring, openOrMakeKeyring } from './secrets/key-source.ts';
import type { AccountOrigins } from './setup/setups.ts';
import { connectionsWithHistory } from './store/connections/catalog.ts';
import { storedConnections } from './store/connections/stored-connections.ts';
import { openWork } from './store/counts/open-work.ts';
import type { Database } from './store/database/database.ts';
import { lockData } from './store/database/embedded/data-lock.ts';
import type { DatabaseOverride } from './store/database/identity/decide.ts';
import { trace } from './store/events/trace.ts';
import { triggerEvidence } from './store/events/trigger-evidence.ts';
import { databaseBytes } from './store/health/disk-samples.ts';
import { SYSTEM } from './store/users/actor.ts';
import { hasUsers } from './store/users/users.ts';

export interface AppOptions {
  config: Config;
  /** The folder of the embedded database; null only where there is a PostgreSQL URL. */
  dataDir: string | null;
  /** A PostgreSQL URL instead of the embedded database. */
  databaseUrl?: string | undefined;
  /** The value of STAGEPOST_SECRET_KEY; without it the key of stored secrets is in a file of the data folder. */
  secretKey?: string | undefined;
  /** What the operator accepts where the database is not the one that was used last. */
  databaseOverrides?: DatabaseOverride[];
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
  /**
   * Kommo and Customer.io are simulated, and whoever reaches this address signs in without a password: only for an address
   * that nobody else on the network can reach.
   */
  demo?: DemoLogin;
  /** Further routes of the API. */
  extraRoutes?: () => ExtraRoute[];
  /** Simulators in the place of both accounts, for connections that are made while it runs. */
  accountOrigins?: AccountOrigins | undefined;
  /** Other intervals of the judgement of health than the usual ones, for tests. */
  healthTimes?: Partial<HealthTimes>;
  /** How much hashing a password costs; tests pay less. */
  passwordCost?: PasswordCost | undefined;
  /** Called when the embedded database has crashed and cannot be used in this process any more: end the process. */
  onFatal?: (error: Error) => void;
}

/** A running Stagepost. */
export interface App {
  /** Where it listens, as it was asked for: `http://0.0.0.0:4400`. */
  url: string;
  /** Where this machine reaches it: `http://127.0.0.1:4400`. */
  localUrl: string;
  /** With it the commands use the API. */
  token: string;
  database: Database;
  supervisors: ReadonlyMap<string, ConnectionSupervisor>;
  /** Connections that have run on this database, and are neither in the file nor in the database. */
  connectionsWithoutConfiguration(): Promise<string[]>;
  /** A new link through which the first admin chooses a password, instead of the one before; null once there is a user. */
  setupLink(): Promise<string | null>;
  /** The address that signs in; null outside the demo. */
  demoLoginAddress(): string | null;
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
  const { config, log, clock = systemClock, dataDir, databaseUrl, secretKey, demo = null } = options;
  const connections = new ConnectionSet(config.connections);
  const now = () => clock.now();
  const token = randomBytes(24).toString('base64url');
  const lock = dataDir !== null && !databaseUrl ? lockData(dataDir, token) : null;
  opened.defer(() => lock?.release());

  // Just after the start, a connection that is not in the file may be in the database.
  const complete = Promise.withResolvers<StoredConnections>();
  complete.promise.catch(() => {});
  const opening = Promise.withResolvers<Engine>();
  // The engine may fail before anything awaits it. Without this, an unhandled rejection would end the process.
  opening.promise.catch(() => {});
  const engine = () => opening.promise;
  const database = async () => (await engine()).database;
  let started: Engine | null = null;
  let unreadableConnections = (): UnreadableConnection[] => [];
  let address: ListenAddress | null = null;

  const metrics = createMetrics({
    health: () => consoleServices.health.current(),
    readOpenWork: async () => openWork((await database()).db, connections.names),
    readDatabaseBytes: async () => databaseBytes((await database()).db),
    onError: (error) => log.warn({ err: error }, 'the database could not be read for the metrics'),
  });
  // In the demo Kommo and Customer.io are simulated on this machine.
  const publicUrl = () => options.publicUrl ?? (demo ? (address?.localUrl ?? null) : null);
  const keyring = () => openKeyring({ variable: secretKey, dataDir });
  const openOrMake = () => openOrMakeKeyring({ variable: secretKey, dataDir });
  const kommoLimits = new KommoLimits({ requestsPerSecond: config.kommoRequestsPerSecond });
  const simulatedKommo = options.accountOrigins?.kommo ?? null;
  const kommoAccess = createKommoGrants({
    ...{ connections, database, kommoLimits, simulatedKommo, clock, log, keyring },
    inFile: new Set(config.connections.map(({ name }) => name)),
    // A simulated Kommo reaches this machine without a public address.
    publicUrl: () => publicUrl() ?? (simulatedKommo === null ? null : (address?.localUrl ?? null)),
    keyringForWriting: openOrMake,
    refreshConnections: async () => (await complete.promise).refresh(),
    consoleServices: () => consoleServices,
    started: () => started,
  });
  const consoleServices = createConsoleServices({
    kommoAccess,
    kommoLimits,
    config,
    connections,
    now,
    database,
    alerts: async () => (await engine()).alerts,
    supervisors: () => started?.coordinator.supervisors ?? null,
    publicUrl,
    localUrl: () => address?.localUrl ?? null,
    refreshConnections: async () => (await complete.promise).refresh(),
    unreadableConnections: () => unreadableConnections(),
    existingKeyring: keyring,
    demo,
    dataDir: databaseUrl ? null : dataDir,
    healthTimes: options.healthTimes,
    keyring: openOrMake,
    accountOrigins: options.accountOrigins ?? { kommo: null, customerio: null },
    log,
    onError: (error) =>
      log.error({ err: error }, 'the counts for the console could not be brought up to date'),
  });
  openEngine({
    kommoLimits,
    oauthTokens: (connection) => kommoAccess.tokens(connection),
    publicUrl: () => consoleServices.options.publicUrl(),
    config,
    connections,
    dataDir,
    databaseUrl,
    databaseOverrides: options.databaseOverrides,
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
  }).then(opening.resolve, (error) => {
    opening.reject(error);
    complete.reject(error);
  });
  opened.defer(async () => (await engine().catch(() => null))?.close());
  opened.defer(() => consoleServices.stop());
  opened.defer(() => kommoAccess.stop());

  const server = await createServer(
    serverOptions(options, {
      token,
      now,
      connections,
      isUnreadable: async (connection) => (await complete.promise).isUnreadable(connection),
      metrics,
      consoleServices,
      engine,
      started: () => started,
    }),
  );
  opened.defer(() => closeServer(server));

  address = await listen(server, options);
  const { url, localUrl } = address;
  started = await engine();
  const stored = new StoredConnections({
    ...{ db: started.database.db, connections, clock, log },
    keyring,
  });
  unreadableConnections = () => stored.unreadable();
  opened.defer(() => stored.stop());
  started.database.onNotification(({ type }) => {
    if (type === 'connections_changed') void stored.refresh();
  });
  await stored.start().then(() => complete.resolve(stored), complete.reject);
  await complete.promise;
  consoleServices.start(started.database);
  await started.start();
  kommoAccess.start();
  lock?.publish(localUrl);
  return {
    url,
    localUrl,
    token,
    database: started.database,
    supervisors: started.coordinator.supervisors,
    connectionsWithoutConfiguration: async () => {
      const stored = await storedConnections(started!.database.db);
      const names = new Set([...connections.names, ...stored.map(({ connection }) => connection)]);
      return (await connectionsWithHistory(started!.database.db)).filter((name) => !names.has(name));
    },
    setupLink: async () => {
      const { db } = await database();
      if (await hasUsers(db)) return null;
      return localUrl + (await newFirstAdminLink(db, { actor: SYSTEM, at: now() }));
    },
    demoLoginAddress: () => (demo ? localUrl + demoLoginPath(demo) : null),
    close: () => opened.disposeAsync(),
  };
}

interface ServerParts {
  /** The API token of commands that can read the data folder. */
  token: string;
  now(): number;
  connections: ConnectionSet;
  /** See `WebhookOptions`. */
  isUnreadable(connection: string): Promise<boolean>;
  metrics: Metrics;
  consoleServices: ConsoleServices;
  /** Resolves when the database is open. */
  engine(): Promise<Engine>;
  /** Null until the engine is open. */
  started(): Engine | null;
}

function serverOptions(
  { log, extraRoutes, passwordCost, metricsToken, ...edge }: AppOptions,
  parts: ServerParts,
): ServerOptions {
  const { token, now, connections, metrics, consoleServices, engine, started } = parts;
  return {
    log,
    webhooks: {
      connections: connections.each(createWebhookEndpoint),
      isUnreadable: parts.isUnreadable,
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
      connections: () => connections.names,
      trace: async (query, selected) => {
        const { db } = (await engine()).database;
        return Promise.all(selected.map((name) => trace(db, name, query)));
      },
      status: async () => {
        const running = await engine();
        const { db } = running.database;
        return {
          connections: connectionStates(running),
          open: await openWork(db, connections.names),
          emailEvents: await triggerEvidence(db, connections.names),
        };
      },
      deadLetters: async (selected, actor) => (await engine()).deadLetters(selected, actor),
      holds: async (selected, actor) => (await engine()).holds(selected, actor),
      backfills: async (selected, actor) => (await engine()).backfills(selected, actor),
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
