import { performance } from 'node:perf_hooks';
import type { Clock } from 'pg-boss';
import type { Logger } from 'pino';
import type { AppClient, TrackClient } from '../customerio/index.ts';
import type { KommoClient } from '../kommo/index.ts';
import type { Catalog } from '../rules/entities.ts';
import { DeliveryError } from '../rules/failures.ts';
import type { Rules } from '../rules/rules.ts';
import type { Database } from '../store/database.ts';
import {
  LEASE_MS,
  type Lease,
  loadCatalog,
  releaseLease,
  saveCatalog,
  takeLease,
} from '../store/queries/connections.ts';
import type { Connection } from './connection.ts';
import { asDeliveryError } from './lane.ts';
import { createRunner, type Runner } from './runner.ts';
import { READ_BACK_AFTER_MS } from './settlement.ts';

export interface HostOptions {
  name: string;
  database: Database;
  clock: Clock;
  log: Logger;
  /** Names this process among those that share the database. */
  owner: string;
  /**
   * Opens the clients of both sides. `quietUntilMs` (monotonic): no call to Kommo before it. `refuse`: asked
   * just before each call to Kommo.
   */
  open(quietUntilMs: number, refuse: () => Error | null): Clients;
  /** Resolves the configuration's names. @throws where something does not exist: an error for the start. */
  resolve(catalog: Catalog): Rules;
}

interface Clients {
  kommo: KommoClient;
  track: TrackClient;
  app: AppClient | null;
}

export type HostState =
  | { state: 'running' }
  /** Another process runs this connection. */
  | { state: 'standby' }
  /** Kommo could not be read yet; webhooks are stored meanwhile. */
  | { state: 'waiting'; reason: string };

/** Sees to it that a connection is run by exactly one process, and by this one where no other does. */
export interface Host {
  /** @throws what `resolve` throws. Kommo being down is no error: it is tried again. */
  start(): Promise<void>;
  wake(): void;
  state(): HostState & { lanes: ReturnType<Runner['state']> | null };
  stop(): Promise<void>;
}

const RENEW_MS = LEASE_MS / 4;
/** Without a renewal for this long the lease may be another's soon: stop calling. */
const GIVE_UP_MS = (LEASE_MS * 3) / 4;
/**
 * Another process that has lost its lease may have been asking Kommo until just before, with 20 s for the answer:
 * what it did is looked up only when that is over.
 */
const READ_BACK_AFTER_DEATH_MS = 20_000;
/** The process before may have called until its lease ended: Kommo's rolling second, and half of one on the way. */
const QUIET_MS = 1_500;
/** After a start that failed (a stage was renamed, Kommo is down): every try reads the whole catalog. */
const RETRY_MS = 30_000;
const CATALOG_MIN_AGE_MS = 60_000;

export function createHost(options: HostOptions): Host {
  const { name, database, clock, log, owner } = options;
  let state: HostState = { state: 'standby' };
  let runner: Runner | null = null;
  let clients: Clients | null = null;
  let renewed = timeNow();
  let retryAt = 0;
  let timer: NodeJS.Timeout | null = null;
  let turn: Promise<void> = Promise.resolve();
  let stopped = false;

  /** Takes the lease or renews it, and starts or stops the runner accordingly. One at a time. */
  async function tend(): Promise<void> {
    const lease = await renew();
    const lost = lease ? !lease.ours : msSince(renewed) > GIVE_UP_MS;
    if (runner && lost) {
      const why = lease ? 'another process has taken it over' : 'the database cannot be reached';
      log.warn({ connection: name }, `this connection is run here no longer: ${why}`);
      await close();
      state = { state: 'standby' };
      return;
    }
    // Somebody else had it in between, while this process slept: what it remembers is not true any more.
    if (lease?.ours && lease.before !== owner) await close();
    if (!runner && lease?.ours && !stopped && performance.now() >= retryAt) await run(lease);
  }

  async function renew(): Promise<Lease | null> {
    const asked = timeNow();
    try {
      const lease = await inTime(takeLease(database.db, name, owner));
      if (lease.ours) renewed = asked;
      return lease;
    } catch (error) {
      log.error({ err: error, connection: name }, 'the lease could not be renewed');
      return null;
    }
  }

  async function run({ endedAgo, before }: Lease): Promise<void> {
    // A lease that has not ended is our own of before a crash: calls until just now.
    const quietMs = endedAgo === null ? 0 : Math.max(0, QUIET_MS - Math.max(0, endedAgo));
    clients ??= options.open(performance.now() + quietMs, refuseWithoutLease);
    // Reading the catalog of a slow Kommo may take longer than the lease lasts.
    const renewing = setInterval(() => void renew(), RENEW_MS);
    const catalog = await readCatalog(clients.kommo).finally(() => clearInterval(renewing));
    if (!catalog) return;
    const connection = createConnection(clients, catalog, resolve(catalog));
    const still = await renew();
    if (!still?.ours || still.before !== owner) return close();
    const next = createRunner({ database, connection, clock, log });
    const died = before !== null && before !== owner;
    await next.start(died ? READ_BACK_AFTER_DEATH_MS : READ_BACK_AFTER_MS);
    runner = next;
    state = { state: 'running' };
    log.info({ connection: name }, 'the connection runs');
  }

  /**
   * A process that was stopped for a while wakes up in the middle of its work, before it has heard that another
   * one has taken over: its next call would be one too many.
   */
  function refuseWithoutLease(): Error | null {
    if (msSince(renewed) <= GIVE_UP_MS) return null;
    return new DeliveryError('again', 'Another process may run this connection now: nothing was sent.');
  }

  /** A name that does not exist is no passing trouble: trying again soon would only read the catalog again. */
  function resolve(catalog: Catalog): Rules {
    try {
      return options.resolve(catalog);
    } catch (error) {
      retryAt = performance.now() + RETRY_MS;
      throw error;
    }
  }

  /** Fresh from Kommo, or as last stored where Kommo cannot be read; null where there is neither. */
  async function readCatalog(kommo: KommoClient): Promise<Catalog | null> {
    try {
      const catalog = await kommo.catalog();
      await saveCatalog(database.db, name, catalog, clock.now());
      return catalog;
    } catch (thrown) {
      const error = asDeliveryError(thrown);
      const stored = await loadCatalog(database.db, name);
      log.warn(
        { connection: name, err: thrown },
        `Kommo cannot be read${stored ? '; using what was read before' : ''}`,
      );
      if (!stored) {
        state = { state: 'waiting', reason: error.message };
        retryAt = performance.now() + RETRY_MS / 3;
      }
      return stored;
    }
  }

  function createConnection({ kommo, track, app }: Clients, catalog: Catalog, rules: Rules): Connection {
    let readAt = performance.now();
    const connection: Connection = {
      name,
      owner,
      kommo,
      track,
      app,
      catalog,
      rules,
      async refreshCatalog() {
        if (performance.now() - readAt > CATALOG_MIN_AGE_MS) {
          readAt = performance.now();
          connection.catalog = await kommo.catalog();
          await saveCatalog(database.db, name, connection.catalog, clock.now());
        }
        return connection.catalog;
      },
    };
    return connection;
  }

  /** A database that does not answer is no renewal: whether to give up must be decided in time. */
  async function inTime<T>(work: Promise<T>): Promise<T> {
    let late: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, reject) => {
      late = setTimeout(() => reject(new Error('The database did not answer in time.')), RENEW_MS);
    });
    try {
      return await Promise.race([work, timeout]);
    } finally {
      clearTimeout(late);
      work.catch(() => {});
    }
  }

  async function close(): Promise<void> {
    await runner?.stop();
    runner = null;
    await clients?.kommo.close();
    await clients?.track.close();
    await clients?.app?.close();
    clients = null;
  }

  function tendSafely(): void {
    turn = turn.then(tend).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      state = { state: 'waiting', reason };
      log.error({ err: error, connection: name }, 'the connection cannot run');
    });
  }

  return {
    async start() {
      turn = tend();
      await turn;
      timer = setInterval(tendSafely, RENEW_MS);
    },
    wake: () => runner?.wake(),
    state: () => ({ ...state, lanes: runner?.state() ?? null }),
    async stop() {
      stopped = true;
      if (timer) clearInterval(timer);
      await turn.catch(() => {});
      await close();
      await releaseLease(database.db, name, owner).catch(() => {});
    },
  };
}

/** Two clocks: the monotonic one stands still while a machine sleeps, the wall's can be set back. */
interface Time {
  monotonic: number;
  wall: number;
}

function timeNow(): Time {
  return { monotonic: performance.now(), wall: Date.now() };
}

/** How long ago that was at the most, in ms. */
function msSince({ monotonic, wall }: Time): number {
  return Math.max(performance.now() - monotonic, Date.now() - wall);
}
