import type { Clock } from 'pg-boss';
import type { Logger } from 'pino';
import { type ConnectionConfig, pausedSince } from '../config/index.ts';
import type { ConnectionSet } from '../connections/connection-set.ts';
import { monotonicClock } from '../lib/monotonic-clock.ts';
import { createSemaphore } from '../lib/semaphore.ts';
import { NameWriter } from '../pipeline/names/name-writer.ts';
import { ConnectionWorker } from '../pipeline/worker.ts';
import { connectionsWithBackfill } from '../store/backfills/backfills.ts';
import { createCatalogStore } from '../store/connections/catalog.ts';
import { connectionsWithWork } from '../store/connections/due-work.ts';
import { createLeaseStore, type TakenLease } from '../store/connections/leases.ts';
import type { Database, Db } from '../store/database/database.ts';
import type { Notification } from '../store/database/notifications.ts';
import { systemLeaseClock } from './lease-clock.ts';
import { LeaseManager, RENEW_MS } from './lease-manager.ts';
import type { OpenClients } from './leased-clients.ts';
import type { UnresolvedRules } from './startup-rules.ts';
import { ConnectionSupervisor } from './supervisor.ts';

/** Everything needed to run a connection. */
export interface ConnectionSetup {
  name: string;
  openClients: OpenClients;
  /** @throws where the published text is not valid */
  loadRules(db: Db): Promise<UnresolvedRules>;
  /** Whether the process must not start with wrong rules. False for rules that are corrected in the console. */
  rulesNeededAtStart: boolean;
  /** Whether the contacts of the Kommo account may be read into the directory. */
  readsDirectory: boolean;
  /** Who gets the tasks of colleagues who have left; see `Connection`. */
  taskUser?: string | null;
  /** How often Kommo's events log is read; see `Connection`. */
  pollEveryMs?: number | null;
  /** No process runs the connection. */
  isPaused: boolean;
  /** Called at each start of the connection, before anything is planned or sent. */
  prepare?(): Promise<void>;
}

export interface CoordinatorOptions {
  database: Database;
  /** The database connection of the leases, whose renewal must not queue behind other statements. */
  leaseDb: Db;
  /** The clock of the queue and the pipeline. Leases and starts use the machine's clock. */
  clock: Clock;
  log: Logger;
  /** The unique name of this process on the database. */
  instance: string;
  connections: ConnectionSet;
  /** See `LeaseManagerOptions`. */
  onProcesses(count: number): void;
  /** How a connection is run. */
  setupOf(config: ConnectionConfig): ConnectionSetup;
}

/** How often due work is polled, ms: a notification is lost if its process dies after the commit. */
const SAFETY_POLL_MS = 5_000;
/** How many connections start at once. A start that takes longer than `SLOW_START_MS` no longer occupies a slot. */
const CONCURRENT_STARTS = 20;
const SLOW_START_MS = 2_000;

/** Runs this process's share of the connections; the other processes on the database run the others. */
export class ConnectionCoordinator {
  readonly supervisors: ReadonlyMap<string, ConnectionSupervisor>;
  readonly #options: CoordinatorOptions;
  readonly #leases: LeaseManager;
  readonly #names: NameWriter;
  /** The ends of the runs of connections that were changed or removed. Until then no process may run them again. */
  readonly #endings = new Map<string, Promise<void>>();
  /** The starts of the connections that `start` waits for; null once they are collected. */
  #firstStarts: Promise<void>[] | null = [];
  #retryTimer: NodeJS.Timeout | null = null;
  #pollTimer: unknown = null;

  constructor(options: CoordinatorOptions) {
    const { database, leaseDb, log, instance, connections, setupOf } = options;
    this.#options = options;
    this.#names = new NameWriter({ db: database.db, log });
    const startSlots = createSemaphore(CONCURRENT_STARTS, SLOW_START_MS);
    this.#leases = new LeaseManager({
      store: createLeaseStore(leaseDb, instance),
      clock: systemLeaseClock,
      log,
      instance,
      connections: () =>
        connections.all.filter((config) => pausedSince(config) === null).map(({ name }) => name),
      onProcesses: options.onProcesses,
      notifyOthers: () => database.notify({ type: 'leases_changed' }),
      listener: {
        onTaken: (lease) => this.#start(lease),
        onLost: (connection, reason) => {
          log.warn({ connection }, `this process no longer runs the connection: ${reason}`);
          void this.supervisors.get(connection)?.release();
        },
        drain: async (connection) => {
          await this.supervisors.get(connection)?.release();
          await this.#endings.get(connection);
        },
        isIdle: (connection) => this.supervisors.get(connection)?.state().state !== 'running',
      },
    });
    this.supervisors = connections.each(
      (config) => {
        this.#leases.rebalance();
        return this.#createSupervisor(setupOf(config), startSlots);
      },
      (supervisor, name) => this.#remove(supervisor, name),
    );
  }

  /**
   * Resolves when the first share of connections runs, or waits for Kommo.
   * @throws UnresolvedNames or another error of the rules of a connection that needs them at the start
   */
  async start(): Promise<void> {
    await this.#leases.start();
    const firstStarts = this.#firstStarts ?? [];
    this.#firstStarts = null;
    this.#retryTimer = setInterval(() => {
      for (const supervisor of this.supervisors.values()) supervisor.retry();
    }, RENEW_MS);
    this.#pollTimer = this.#options.clock.setInterval(() => void this.#poll(), SAFETY_POLL_MS);
    await Promise.all(firstStarts);
  }

  /** Whether this process runs the connection. */
  isRunning(connection: string): boolean {
    return this.supervisors.get(connection)?.state().state === 'running';
  }

  /** To be called with each notification of any process. */
  onNotification(notification: Notification): void {
    if (notification.type === 'leases_changed') this.#leases.rebalance();
    if (notification.type === 'work_stored') this.supervisors.get(notification.connection)?.wake();
    if (notification.type === 'backfill_changed')
      this.supervisors.get(notification.connection)?.checkBackfill();
    if (notification.type === 'rules_published')
      void this.supervisors.get(notification.connection)?.reloadRules();
  }

  /** Stops every connection, and releases its lease as soon as none of its work is under way. */
  async stop(): Promise<void> {
    if (this.#retryTimer) clearInterval(this.#retryTimer);
    if (this.#pollTimer) this.#options.clock.clearInterval(this.#pollTimer);
    await this.#leases.stop();
    // Connections whose leases were lost just before may still be stopping.
    const releases = [...this.supervisors.values()].map((supervisor) => supervisor.release());
    await Promise.all([...releases, ...this.#endings.values()]);
  }

  #createSupervisor(
    setup: ConnectionSetup,
    startSlots: ReturnType<typeof createSemaphore>,
  ): ConnectionSupervisor {
    const { database, clock, log, instance } = this.#options;
    const { name, openClients, loadRules, rulesNeededAtStart, isPaused, prepare } = setup;
    return new ConnectionSupervisor({
      ...{ name, openClients, rulesNeededAtStart, startSlots, isPaused, prepare, log },
      owner: instance,
      loadRules: () => loadRules(database.db),
      catalogs: createCatalogStore(database.db, name, () => clock.now()),
      createWorker: (connection) => {
        connection.taskUser = setup.taskUser ?? null;
        connection.pollEveryMs = setup.pollEveryMs ?? null;
        return new ConnectionWorker({
          database,
          connection,
          clock,
          log,
          names: this.#names,
          readsDirectory: setup.readsDirectory,
        });
      },
      isSafe: () => this.#leases.isSafe(name),
      after: this.#endings.get(name),
      clock: monotonicClock,
    });
  }

  /** Stops a connection that was removed, and releases its lease. */
  async #remove(supervisor: ConnectionSupervisor, name: string): Promise<void> {
    const ended = Promise.all([this.#endings.get(name), supervisor.release()]).then(() => {});
    this.#endings.set(name, ended);
    await ended;
    if (this.#endings.get(name) === ended) this.#endings.delete(name);
    await this.#leases.remove(name);
  }

  #start(lease: TakenLease): void {
    // The lease of a connection that was removed meanwhile is released by the next cycle.
    const supervisor = this.supervisors.get(lease.connection);
    if (!supervisor) return;
    const started = supervisor.acquire(lease, this.#firstStarts !== null);
    // Only `start` throws the error. At any later time the supervisor logs and shows it.
    started.catch(() => {});
    this.#firstStarts?.push(started);
  }

  async #poll(): Promise<void> {
    const { database, clock, log } = this.#options;
    const running = [...this.supervisors].filter(([, supervisor]) => supervisor.connection() !== null);
    try {
      const versions = running.map(([connection, supervisor]) => ({
        connection,
        rulesVersion: supervisor.rulesVersion(),
      }));
      const due = await connectionsWithWork(database.db, versions, clock.now());
      for (const name of await connectionsWithBackfill(database.db))
        this.supervisors.get(name)?.checkBackfill();
      const dueOf = new Map(due.map((work) => [work.connection, work]));
      for (const [name, supervisor] of running) {
        const { hasWork = false, hasNewRules = false } = dueOf.get(name) ?? {};
        if (hasNewRules) void supervisor.reloadRules();
        supervisor.poll(hasWork);
      }
    } catch (error) {
      log.error({ err: error }, 'due work could not be read from the database; trying again');
    }
  }
}
