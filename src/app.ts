import { randomBytes, randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { type Clock, systemClock } from 'pg-boss';
import type { Logger } from 'pino';
import { openClients } from './clients/clients.ts';
import { type Coordinator, createCoordinator } from './cluster/coordinator.ts';
import type { ConnectionSetup, ConnectionSupervisor } from './cluster/supervisor.ts';
import type { Config, ConnectionConfig } from './config/index.ts';
import { type ConsoleServices, createConsoleServices } from './console-api/services.ts';
import { createDeadLetters, type DeadLetters } from './failures/dead-letters.ts';
import type { ExtraRoutes } from './http/api/api.ts';
import { newSetupLink } from './http/auth/setup-link.ts';
import { createMetrics, type Metrics } from './http/metrics.ts';
import { closeServer, createServer } from './http/server.ts';
import { Intake } from './pipeline/receive/intake.ts';
import { createWebhookEndpoint } from './pipeline/receive/webhook-endpoint.ts';
import { WebhookReceiver } from './pipeline/receive/webhook-receiver.ts';
import { runRetention } from './pipeline/retention.ts';
import { createWatchQueue, runWatches } from './pipeline/watches/watches.ts';
import { rulesLoader } from './rules-admin/rules-source.ts';
import { openWork } from './store/counts/open-work.ts';
import { type Database, openDatabase } from './store/database/database.ts';
import { lockData } from './store/database/embedded/data-lock.ts';
import { openLeaseConnection } from './store/database/lease-pool.ts';
import { trace } from './store/events/trace.ts';
import { storeRequests } from './store/inbox.ts';
import { hasUsers } from './store/users/users.ts';

export interface AppOptions {
  config: Config;
  /** The folder of the embedded database; null keeps everything in memory (tests). */
  dataDir: string | null;
  /** A PostgreSQL URL instead of the embedded database. */
  databaseUrl?: string | undefined;
  host: string;
  /** 0 takes a free one. */
  port: number;
  /** A listening socket that was handed over, instead of an own one on host and port. */
  listenFd?: number | null;
  log: Logger;
  /** The queue's and flow's clock; tests pass pg-boss's TestClock. */
  clock?: Clock;
  /** Proxies whose X-Forwarded-For, -Host and -Proto are believed: addresses or networks, with commas. */
  trustProxy?: string | undefined;
  /** Where Kommo and Customer.io reach this Stagepost: `https://host`, without a slash at its end. */
  publicUrl?: string | undefined;
  /** Both sides are simulated, and one-time addresses sign in without a password. */
  demo?: boolean;
  /** Further routes of the API. */
  extraRoutes?: ExtraRoutes;
  /** The embedded database broke and this process can use it no more: end it. */
  onFatal?: (error: Error) => void;
}

/** A running Stagepost. */
export interface App {
  url: string;
  database: Database;
  supervisors: Map<string, ConnectionSupervisor>;
  /** Where the first admin chooses a password, while there is no user; null once there is one. */
  setupLink(): Promise<string | null>;
  /** A one-time address that signs in; null but in the demo. */
  demoLoginLink(): string | null;
  /** Takes no more requests, lets calls under way end and stores their outcomes. */
  close(): Promise<void>;
}

/** What stands behind the doors, from when the store is open. */
interface Services {
  database: Database;
  fleet: Coordinator;
  /** After the fleet has stopped. */
  closeBeside(): Promise<void>;
  intake: Intake;
  deadLetters: DeadLetters;
}

/**
 * Puts all parts together and starts them. It listens first: who comes while the store is still opening waits for
 * it, and is not refused. Webhooks are taken as soon as the store is open, before Kommo has been read.
 * @throws DataInUse, UnresolvedNames (given-rules.ts), or what the database or the port says.
 */
export async function startApp(options: AppOptions): Promise<App> {
  const { config, log, clock = systemClock } = options;
  const token = randomBytes(24).toString('base64url');
  const isEmbedded = !options.databaseUrl;
  const lock = isEmbedded && options.dataDir !== null ? lockData(options.dataDir, token) : null;
  const names = config.connections.map((connection) => connection.name);
  const metrics = createMetrics(async () => openWork((await opening).database.db, names));
  let inside: Services | null = null;
  let localUrl: string | null = null;
  const parts = createConsoleServices({
    config,
    now: () => clock.now(),
    database: async () => (await opening).database,
    supervisors: () => inside?.fleet.supervisors ?? null,
    // In the demo both sides are on this machine.
    publicUrl: () => options.publicUrl ?? (options.demo ? localUrl : null),
    localUrl: () => localUrl,
    demo: options.demo ?? false,
    log,
    onError: (error) =>
      log.error({ err: error }, 'the counts for the console could not be brought up to date'),
  });
  const opening = openServices(options, clock, metrics, parts);
  const server = await createServer({
    log,
    webhooks: {
      connections: new Map(
        config.connections.map((connection) => [connection.name, createWebhookEndpoint(connection)]),
      ),
      receiver: new WebhookReceiver({
        intake: async () => (await opening).intake,
        count: metrics.webhook,
        now: () => clock.now(),
      }),
    },
    health: {
      metrics: metrics.registry,
      notReady: async () => (inside ? whatIsNotReady(inside) : ['Stagepost is starting.']),
    },
    api: {
      token,
      trace: async (query, only) => {
        const { db } = (await opening).database;
        return Promise.all((only ? [only] : names).map((name) => trace(db, name, query)));
      },
      status: async () => {
        const { database, fleet } = await opening;
        return {
          connections: [...fleet.supervisors].map(([name, host]) => ({ name, ...host.state() })),
          open: await openWork(database.db, names),
        };
      },
      deadLetters: async () => (await opening).deadLetters,
      console: parts.options,
      extraRoutes: options.extraRoutes,
    },
    trustProxy: options.trustProxy,
  });

  async function close(): Promise<void> {
    await closeServer(server);
    const opened = await opening.catch(() => null);
    await parts.stop();
    await opened?.fleet.stop();
    await opened?.closeBeside();
    await opened?.database.close();
    lock?.release();
  }

  try {
    await server.listen(whereToListen(options));
    localUrl = localAddress(server.server.address() as AddressInfo);
    inside = await opening;
    const { database, fleet } = inside;
    await database.start();
    parts.start(database);
    await createWatchQueue(database.boss);
    database.onNotification(fleet.onNotification);
    await fleet.start();
    await runWatches(database, () => clock.now());
    await runRetention(database, config.retentionSeconds * 1000, () => clock.now(), log);
  } catch (error) {
    await close().catch((again: unknown) => log.error({ err: again }, 'closing after a failed start'));
    throw error;
  }
  const { address, port } = server.server.address() as AddressInfo;
  const url = `http://${options.listenFd ? address : options.host}:${port}`;
  lock?.publish(url);
  return {
    url,
    database: inside.database,
    supervisors: inside.fleet.supervisors,
    setupLink: () => setupLink(url, opening, () => clock.now()),
    demoLoginLink: () => (parts.demoLoginLinks ? url + parts.demoLoginLinks.create() : null),
    close,
  };
}

async function setupLink(url: string, opening: Promise<Services>, now: () => number): Promise<string | null> {
  const { db } = (await opening).database;
  return (await hasUsers(db)) ? null : url + (await newSetupLink(db, null, now()));
}

/** Opens the store and makes what works with it; nothing runs yet. */
async function openServices(
  options: AppOptions,
  clock: Clock,
  metrics: Metrics,
  parts: ConsoleServices,
): Promise<Services> {
  const { connections } = options.config;
  const onError = (error: unknown) => options.log.error({ err: error }, 'database');
  const database = await openDatabase({
    databaseUrl: options.databaseUrl,
    dataDir: options.dataDir,
    clock,
    onError,
    onFatal: options.onFatal,
  });
  const beside = options.databaseUrl ? openLeaseConnection(options.databaseUrl, onError) : null;
  return {
    database,
    closeBeside: async () => beside?.close(),
    fleet: createCoordinator({
      database,
      leaseDb: beside?.db ?? database.db,
      clock,
      log: options.log,
      // The folder's lock lets nobody else in, so that after a crash there is no lease to wait for.
      instance: database.kind === 'embedded' ? 'embedded' : randomUUID(),
      connections: connections.map((connection) => connectionSetup(connection, metrics, parts, options.log)),
    }),
    intake: new Intake({
      storeBatch: (requests) => storeRequests(database.db, requests),
      onStored: (connection) => database.notify({ type: 'work_stored', connection }),
      onError,
    }),
    deadLetters: createDeadLetters({
      database,
      connections: connections.map(({ name, kommo }) => ({
        name,
        requestsPerSecond: kommo.requestsPerSecond,
      })),
      now: () => clock.now(),
    }),
  };
}

/** How this process reaches itself. Who listens on all addresses listens on the local one, too. */
function localAddress({ address, port }: AddressInfo): string {
  const host = address === '0.0.0.0' || address === '::' ? '127.0.0.1' : address;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Node prefers a descriptor; Fastify passes it on, though its types do not know it. */
function whereToListen({ host, port, listenFd }: AppOptions): { host: string; port: number; fd?: number } {
  return { host, port, ...(listenFd ? { fd: listenFd } : {}) };
}

function connectionSetup(
  config: ConnectionConfig,
  metrics: Metrics,
  parts: ConsoleServices,
  log: Logger,
): ConnectionSetup {
  const { name } = config;
  return {
    name,
    open(quietUntilMs, refuse) {
      const clients = openClients(config, {
        quietUntilMs,
        refuse,
        onCall: (destination, { status, ms }) => {
          metrics.call(destination, name, status, ms);
          parts.onApiCall(destination, name, status);
        },
      });
      parts.setClients(name, clients);
      return clients;
    },
    rules: rulesLoader(config, log),
    // What is wrong with published rules is put right in the console, and for that Stagepost must run.
    isNeededAtStart: config.rulesIn === 'file',
  };
}

/** Ready: the store answers, and every connection is run here or elsewhere. */
async function whatIsNotReady({ database, fleet }: Services): Promise<string[]> {
  try {
    await database.db.selectFrom('connections').select('connection').limit(1).execute();
  } catch {
    return ['The database cannot be reached.'];
  }
  return [...fleet.supervisors].flatMap(([name, host]) => {
    const state = host.state();
    return state.state === 'waiting' ? [`Connection ${name} waits: ${state.reason}`] : [];
  });
}
