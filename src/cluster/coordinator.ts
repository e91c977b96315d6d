import type { Clock } from 'pg-boss';
import type { Logger } from 'pino';
import { createSemaphore } from '../lib/semaphore.ts';
import { connectionsWithWork } from '../store/connections/due-work.ts';
import { createLeaseStore, type TakenLease } from '../store/connections/leases.ts';
import type { Database, Db } from '../store/database/database.ts';
import type { Notification } from '../store/database/notifications.ts';
import { systemLeaseClock } from './lease-clock.ts';
import { LeaseManager, RENEW_MS } from './lease-manager.ts';
import { type ConnectionSetup, type ConnectionSupervisor, createSupervisor } from './supervisor.ts';

export interface CoordinatorOptions {
  database: Database;
  /** For the leases, which must not wait behind other work. */
  leaseDb: Db;
  clock: Clock;
  log: Logger;
  /** Names this process among those that share the database. */
  instance: string;
  connections: ConnectionSetup[];
}

/** This process's part in running the connections: with others on the same database it runs its share of them. */
export interface Coordinator {
  supervisors: Map<string, ConnectionSupervisor>;
  /** Resolves when what this process runs at first has begun. @throws what a connection's `resolve` throws. */
  start(): Promise<void>;
  /** Call it with each notification of any process. */
  onNotification(notification: Notification): void;
  /** Ends what runs, and hands it over. */
  stop(): Promise<void>;
}

/** A wake that got lost (another process died after its commit) is made up for within this time. */
const SAFETY_POLL_MS = 5_000;
/** How many connections begin at once, and how long one that waits for Kommo keeps the next from beginning. */
const BEGIN_AT_ONCE = 20;
const BEGIN_PATIENCE_MS = 2_000;

export function createCoordinator(options: CoordinatorOptions): Coordinator {
  const { database, leaseDb, clock, log, instance, connections } = options;
  const gate = createSemaphore(BEGIN_AT_ONCE, BEGIN_PATIENCE_MS);
  const leases = new LeaseManager({
    store: createLeaseStore(leaseDb, instance),
    clock: systemLeaseClock,
    notifyOthers: () => database.notify({ type: 'leases_changed' }),
    log,
    instance,
    connections: connections.map(({ name }) => name),
    listener: {
      onTaken: (lease) => void begin(lease),
      onLost(connection, reason) {
        log.warn({ connection }, `this connection is run here no longer: ${reason}`);
        void supervisorOf(connection).leave();
      },
      drain: (connection) => supervisorOf(connection).leave(),
      isIdle: (connection) => supervisorOf(connection).state().state !== 'running',
    },
  });
  const supervisors = new Map(
    connections.map((setup) => {
      const isSafe = () => leases.isSafe(setup.name);
      return [
        setup.name,
        createSupervisor({ ...setup, database, clock, log, owner: instance, isSafe, gate }),
      ];
    }),
  );
  const supervisorOf = (connection: string): ConnectionSupervisor => supervisors.get(connection)!;
  let beginnings: Promise<void>[] | null = [];
  let retrying: NodeJS.Timeout | null = null;
  let polling: unknown = null;

  /** At the start somebody waits for it; later the host's state tells what went wrong. */
  function begin(lease: TakenLease): void {
    const begun = supervisorOf(lease.connection).take(lease, beginnings !== null);
    begun.catch(() => {});
    beginnings?.push(begun);
  }

  async function poll(): Promise<void> {
    const running = [...supervisors].filter(([, host]) => host.state().state === 'running');
    try {
      const known = running.map(([connection, host]) => ({ connection, rulesVersion: host.rulesVersion() }));
      const due = await connectionsWithWork(database.db, known, clock.now());
      const found = new Map(due.map((work) => [work.connection, work]));
      for (const [name, host] of running) {
        const { hasWork = false, hasNewRules = false } = found.get(name) ?? {};
        if (hasNewRules) void host.renewRules();
        host.poll(hasWork);
      }
    } catch (error) {
      log.error({ err: error }, 'the database could not be asked for work; trying again');
    }
  }

  return {
    supervisors,
    async start() {
      await leases.start();
      const first = beginnings!;
      beginnings = null;
      retrying = setInterval(() => {
        for (const host of supervisors.values()) host.retry();
      }, RENEW_MS);
      polling = clock.setInterval(() => void poll(), SAFETY_POLL_MS);
      await Promise.all(first);
    },
    onNotification(notification) {
      if (notification.type === 'leases_changed') leases.rebalance();
      if (notification.type === 'rules_published')
        void supervisors.get(notification.connection)?.renewRules();
      if (notification.type === 'work_stored') supervisors.get(notification.connection)?.wake();
    },
    async stop() {
      if (retrying) clearInterval(retrying);
      if (polling) clock.clearInterval(polling);
      await leases.stop();
    },
  };
}
