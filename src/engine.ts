import { randomUUID } from 'node:crypto';
import type { Clock } from 'pg-boss';
import type { Logger } from 'pino';
import { Alerts } from './alerts/alerts.ts';
import { type Backfills, createBackfills } from './backfills/backfills.ts';
import { type ApiCall, type Clients, isAccepted, openClients } from './clients/clients.ts';
import { openSharedSockets, type SharedSockets } from './clients/sockets.ts';
import { ConnectionCoordinator, type ConnectionSetup } from './cluster/coordinator.ts';
import { type Config, type ConnectionConfig, pausedSince } from './config/index.ts';
import type { ConnectionSet } from './connections/connection-set.ts';
import { createDeadLetters, type DeadLetters } from './failures/dead-letters.ts';
import type { Health } from './health/health.ts';
import { createHolds, type Holds } from './holds/holds.ts';
import type { KommoLimits, TokenSource } from './kommo/index.ts';
import { openFilesLimit, openFilesProblem } from './lib/open-sockets.ts';
import { Intake } from './pipeline/receive/intake.ts';
import { startRetention } from './pipeline/retention.ts';
import { startFiring } from './pipeline/watches/fire.ts';
import { createWatchQueue } from './pipeline/watches/queue.ts';
import { resumeWatches } from './pipeline/watches/resume.ts';
import { rulesLoader } from './rules-admin/rules-source.ts';
import { type Database, openDatabase } from './store/database/database.ts';
import type { DatabaseOverride } from './store/database/identity/decide.ts';
import { DatabaseGuard } from './store/database/identity/guard.ts';
import { openLeaseConnection } from './store/database/lease-pool.ts';
import { storeRequests } from './store/inbox.ts';
import { readRestored } from './store/restored.ts';
import type { Actor } from './store/users/actor.ts';

export interface EngineOptions {
  config: Config;
  connections: ConnectionSet;
  /** The folder of the embedded database. */
  dataDir: string | null;
  /** A PostgreSQL URL instead of the embedded database. */
  databaseUrl?: string | undefined;
  /** What the operator accepts where the database is not the one that was used last. */
  databaseOverrides?: DatabaseOverride[] | undefined;
  /** The folder with the states of databases that were used before, outside of the data folder; default: none. */
  stateDir?: string | null | undefined;
  clock: Clock;
  log: Logger;
  /** The limits that all Kommo clients of this process share. */
  kommoLimits: KommoLimits;
  /** The tokens of a connection whose access to Kommo was granted by OAuth. */
  oauthTokens(connection: string): TokenSource;
  /** Where the console is reached, for the links of alerts: without a slash at its end; null where it is not configured. */
  publicUrl(): string | null;
  /** Called when the embedded database has crashed: the process must end. */
  onFatal?: ((error: Error) => void) | undefined;
  /** Called when this process has opened the clients of a connection. */
  onClients(connection: string, clients: Clients): void;
  /** The judgement of all connections, for the alerts; null before the first one. */
  health(): Health | null;
  /** Called when a call to Kommo or Customer.io has ended. */
  onApiCall(connection: string, call: ApiCall): void;
}

/** The open database and the services on it: the intake, the connections' pipelines, timers and dead letters. */
export interface Engine {
  database: Database;
  intake: Intake;
  coordinator: ConnectionCoordinator;
  /** The dead letters of these connections. @param actor who replays and discards them */
  deadLetters(connections: readonly string[], actor: Actor): DeadLetters;
  holds(connections: readonly string[], actor: Actor): Holds;
  /** As `holds`. */
  backfills(connections: readonly string[], actor: Actor): Backfills;
  alerts: Alerts;
  /** Resolves when the connections that this process runs have started. @throws UnresolvedNames (rules-source.ts). */
  start(): Promise<void>;
  /** Stops the connections, releases their leases, and closes the database. */
  close(): Promise<void>;
}

/** Opens the database, so that webhooks can be stored. No connection runs before `start`. @throws the database's error. */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const { config, connections, clock, log, databaseUrl, dataDir, onFatal } = options;
  const now = () => clock.now();
  const onError = (error: unknown) => log.error({ err: error }, 'database');
  const guard = databaseGuard(options);
  const sockets = openSharedSockets();
  const database = await openDatabase({ databaseUrl, dataDir, clock, onError, onFatal, guard });
  // Renewals of leases must not queue behind other statements. The embedded database has only one connection anyway.
  // Always the same name for the embedded database: the lock of the data folder keeps out other processes, so after a
  // crash the leases are still this process's own and it need not wait for them to end.
  const instance = database.kind === 'embedded' ? 'embedded' : randomUUID();
  const leases = databaseUrl ? openLeaseConnection(databaseUrl, onError) : null;
  const coordinator: ConnectionCoordinator = new ConnectionCoordinator({
    database,
    leaseDb: leases?.db ?? database.db,
    clock,
    log,
    instance,
    connections,
    onProcesses: (count) => options.kommoLimits.setProcesses(count),
    setupOf: (connection) =>
      setupOf(connection, database, {
        ...options,
        sockets,
        onApiCall(name, call) {
          options.onApiCall(name, call);
          if (isAccepted(call)) coordinator.supervisors.get(name)?.onAccepted(call.destination);
        },
      }),
  });
  const alerts = new Alerts({
    config: config.alerts,
    connections: () => connections.names,
    db: database.db,
    health: options.health,
    kommoOf: (name) => coordinator.supervisors.get(name)?.connection()?.kommo ?? null,
    publicUrl: options.publicUrl,
    owner: instance,
    clock,
    log,
  });
  return {
    alerts,
    database,
    intake: new Intake({
      storeBatch: (requests) => storeRequests(database.db, requests),
      onStored(connection) {
        // A process that loses the lease at this moment leaves the request to the first look, or the poll, of the next one.
        const notify = coordinator.isRunning(connection) ? database.notifyHere : database.notify;
        notify({ type: 'work_stored', connection });
      },
      onError,
    }),
    coordinator,
    deadLetters: (names, actor) =>
      createDeadLetters({
        database,
        connections: connections.all
          .filter(({ name }) => names.includes(name))
          .map(({ name, kommo: { requestsPerSecond } }) => ({ name, requestsPerSecond })),
        actor,
        now,
      }),
    backfills: (names, actor) => createBackfills({ database, connections: names, actor, now }),
    holds: (names, actor) => createHolds({ database, connections: [...names], actor, now }),
    async start() {
      warnOfOpenFiles(connections, log);
      await logRestored(database, log);
      await database.start();
      await createWatchQueue(database.boss);
      database.onNotification((notification) => coordinator.onNotification(notification));
      await coordinator.start();
      await startFiring({ database, now, log });
      await startRetention({
        database,
        dataDir: databaseUrl ? null : dataDir,
        retentionMs: config.retentionSeconds * 1000,
        now,
        log,
      });
      alerts.start();
    },
    async close() {
      await alerts.stop();
      await coordinator.stop();
      await leases?.close();
      await sockets.close();
      await database.close();
    },
  };
}

function warnOfOpenFiles({ names }: ConnectionSet, log: Logger): void {
  const problem = openFilesProblem(openFilesLimit(), names.length);
  if (problem !== null) log.warn(problem);
}

/** Says at each start that the database was restored, and what is done about it. */
async function logRestored({ db }: Database, log: Logger): Promise<void> {
  const restored = await readRestored(db);
  if (restored === null) return;
  const from = restored.from === null ? null : new Date(restored.from).toISOString();
  const doubtfulUntil = new Date(restored.doubtfulUntil * 1000).toISOString();
  log.warn(
    { from, doubtfulUntil },
    'this database is a restored earlier state: what happened before doubtfulUntil is compared with Kommo and Customer.io ' +
      'before it is sent, and held where they do not say (stagepost held list)',
  );
}

/** Undefined without a data folder, which has the record of the last database. */
function databaseGuard({
  dataDir,
  stateDir,
  databaseOverrides,
  clock,
  log,
}: EngineOptions): DatabaseGuard | undefined {
  if (dataDir === null) return undefined;
  const onError = (err: unknown) =>
    log.info(
      { err },
      'no record of the database is kept: the next start cannot notice that it is another one',
    );
  return new DatabaseGuard({
    dataDir,
    stateDir: stateDir ?? null,
    overrides: databaseOverrides ?? [],
    now: () => clock.now(),
    onError,
  });
}

function setupOf(
  config: ConnectionConfig,
  database: Database,
  {
    clock,
    log,
    kommoLimits,
    onClients,
    onApiCall,
    oauthTokens,
    sockets,
  }: EngineOptions & {
    sockets: SharedSockets;
  },
): ConnectionSetup {
  const { name, origin } = config;
  const wasPaused = origin.kind === 'database' && origin.resumedAt !== null;
  return {
    name,
    openClients(quietUntilMs, refuse) {
      const clients = openClients(config, {
        sockets,
        oauthTokens: oauthTokens(name),
        kommoLimits,
        quietUntilMs,
        refuse,
        onCall: (call) => onApiCall(name, call),
      });
      onClients(name, clients);
      return clients;
    },
    loadRules: rulesLoader(config, log),
    // Wrong published rules are corrected in the console, so Stagepost must start.
    rulesNeededAtStart: config.rulesIn === 'file',
    readsDirectory: config.kommo.directory === 'on',
    taskUser: config.kommo.taskUser,
    pollEveryMs: config.kommo.changes === 'polling' ? config.kommo.pollEverySeconds * 1000 : null,
    isPaused: pausedSince(config) !== null,
    ...(wasPaused ? { prepare: () => resumeWatches(database, name, clock.now()) } : {}),
  };
}
