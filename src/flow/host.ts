import { performance } from 'node:perf_hooks';
import type { Clock } from 'pg-boss';
import type { Logger } from 'pino';
import type { AppClient, TrackClient } from '../customerio/index.ts';
import type { KommoClient } from '../kommo/index.ts';
import type { Catalog } from '../rules/entities.ts';
import { DeliveryError } from '../rules/failures.ts';
import type { Rules } from '../rules/rules.ts';
import type { Database } from '../store/database.ts';
import { catalogFor, loadCatalog, saveCatalog, type TakenLease } from '../store/queries/connections.ts';
import type { Connection } from './connection.ts';
import type { Gate } from './gate.ts';
import { asDeliveryError } from './lane.ts';
import { createRunner, type Runner } from './runner.ts';
import { READ_BACK_AFTER_MS } from './settlement.ts';

/** What a connection is made of. */
export interface HostSetup {
  name: string;
  /** Differs wherever `resolve` may give something else. */
  configuration: string;
  /**
   * Opens the clients of both sides. `quietUntilMs` (monotonic): no call to Kommo before it. `refuse`: asked
   * just before each call to Kommo.
   */
  open(quietUntilMs: number, refuse: () => Error | null): Clients;
  /** Resolves the configuration's names. @throws where something does not exist: an error for the start. */
  resolve(catalog: Catalog): Rules;
}

export interface HostOptions extends HostSetup {
  database: Database;
  clock: Clock;
  log: Logger;
  /** Names this process among those that share the database. */
  owner: string;
  /** Whether the lease is this process's for some time yet. */
  isSafe(): boolean;
  gate: Gate;
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

/** Runs a connection while this process has its lease. */
export interface Host {
  /**
   * The lease is this process's now. `isStart`: the names are looked up in Kommo anew.
   * @throws what `resolve` throws. Kommo being down is no error: it is tried again.
   */
  take(lease: TakenLease, isStart: boolean): Promise<void>;
  /** Tries again where the start has failed. Cheap; call it now and then. */
  retry(): void;
  /** The lease is not this process's any more, or will not be: nothing runs when it has resolved. */
  leave(): Promise<void>;
  /** Something was stored for the connection. */
  wake(): void;
  /** Call it every few seconds, with what the store knows. */
  poll(hasWork: boolean): void;
  state(): HostState & { lanes: ReturnType<Runner['state']> | null };
}

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
  const { name, database, clock, log, owner, configuration } = options;
  let state: HostState = { state: 'standby' };
  let lease: TakenLease | null = null;
  let runner: Runner | null = null;
  let clients: Clients | null = null;
  let retryAt = 0;
  let turn: Promise<void> = Promise.resolve();
  let isBeginning = false;

  /** Beginning and ending, one at a time. */
  function inTurn(step: () => Promise<void>): Promise<void> {
    const done = turn.then(step);
    turn = done.catch(() => {});
    return done;
  }

  async function begin(isStart: boolean): Promise<void> {
    isBeginning = true;
    try {
      // The turn only after the gate: who leaves meanwhile need not wait for it.
      await options.gate(() => inTurn(() => run(isStart)));
    } finally {
      isBeginning = false;
    }
  }

  async function run(isStart: boolean): Promise<void> {
    const mine = lease;
    if (!mine || runner) return;
    clients ??= options.open(performance.now() + quietMs(mine), refuseWithoutLease);
    const known = isStart ? null : await fromTheOneBefore();
    const found = known ?? (await readCatalog(clients.kommo));
    if (!found) return;
    const { catalog, rules } = found;
    // Reading the catalog of a slow Kommo may have taken longer than the lease.
    if (lease !== mine || !options.isSafe()) return close();
    const next = createRunner({
      database,
      connection: createConnection(clients, catalog, rules),
      clock,
      log,
    });
    const died = mine.before !== null && mine.before !== owner;
    await next.start(died ? READ_BACK_AFTER_DEATH_MS : READ_BACK_AFTER_MS);
    runner = next;
    state = { state: 'running' };
    log.info({ connection: name }, 'the connection runs');
  }

  function refuseWithoutLease(): Error | null {
    if (options.isSafe()) return null;
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

  /**
   * What another process of the same configuration has been running with until just now: to go on, nothing need be
   * read, and a stage that was renamed meanwhile stops nothing.
   */
  async function fromTheOneBefore(): Promise<Found | null> {
    const catalog = await catalogFor(database.db, name, configuration);
    if (!catalog) return null;
    try {
      return { catalog, rules: options.resolve(catalog) };
    } catch {
      return null;
    }
  }

  /** Fresh from Kommo, or as last stored where Kommo cannot be read; null where there is neither. */
  async function readCatalog(kommo: KommoClient): Promise<Found | null> {
    let catalog: Catalog;
    try {
      catalog = await kommo.catalog();
    } catch (thrown) {
      const error = asDeliveryError(thrown);
      const stored = await loadCatalog(database.db, name);
      log.warn(
        { connection: name, err: thrown },
        `Kommo cannot be read${stored ? '; using what was read before' : ''}`,
      );
      if (stored) return { catalog: stored, rules: resolve(stored) };
      state = { state: 'waiting', reason: error.message };
      retryAt = performance.now() + RETRY_MS / 3;
      return null;
    }
    const rules = resolve(catalog);
    await saveCatalog(database.db, name, catalog, clock.now(), configuration);
    return { catalog, rules };
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

  async function close(): Promise<void> {
    await runner?.stop();
    runner = null;
    await clients?.kommo.close();
    await clients?.track.close();
    await clients?.app?.close();
    clients = null;
  }

  function failed(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    state = { state: 'waiting', reason };
    log.error({ err: error, connection: name }, 'the connection cannot run');
  }

  return {
    async take(taken, isStart) {
      lease = taken;
      retryAt = 0;
      try {
        await begin(isStart);
      } catch (error) {
        if (!isStart) failed(error);
        throw error;
      }
    },
    retry() {
      if (!lease || runner || isBeginning || performance.now() < retryAt) return;
      void begin(false).catch(failed);
    },
    async leave() {
      lease = null;
      await inTurn(close);
      if (!lease) state = { state: 'standby' };
    },
    wake: () => runner?.wake(),
    poll: (hasWork) => runner?.poll(hasWork),
    state: () => ({ ...state, lanes: runner?.state() ?? null }),
  };
}

interface Found {
  catalog: Catalog;
  rules: Rules;
}

/** How long to leave Kommo alone, ms. A lease that has not ended is our own of before a crash: calls until just now. */
function quietMs({ endedAgo }: TakenLease): number {
  return endedAgo === null ? 0 : Math.max(0, QUIET_MS - Math.max(0, endedAgo));
}
