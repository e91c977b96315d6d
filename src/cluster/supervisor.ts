import { performance } from 'node:perf_hooks';
import type { Clock } from 'pg-boss';
import type { Logger } from 'pino';
import type { AppClient, TrackClient } from '../customerio/index.ts';
import type { Catalog } from '../domain/entities.ts';
import { asDeliveryError, DeliveryError } from '../domain/errors.ts';
import type { Rules } from '../domain/rules/rules.ts';
import type { KommoClient } from '../kommo/index.ts';
import type { Semaphore } from '../lib/semaphore.ts';
import type { Connection } from '../pipeline/connection.ts';
import { READ_BACK_AFTER_MS } from '../pipeline/deliver/outcome.ts';
import { ConnectionWorker } from '../pipeline/worker.ts';
import { catalogFor, loadCatalog, saveCatalog } from '../store/connections/catalog.ts';
import type { TakenLease } from '../store/connections/leases.ts';
import type { Database, Db } from '../store/database/database.ts';
import { createRulesReloader, type UnresolvedRules } from './rules-reload.ts';

/** What a connection is made of. */
export interface ConnectionSetup {
  name: string;
  /**
   * Opens the clients of both sides. `quietUntilMs` (monotonic): no call to Kommo before it. `refuse`: asked
   * just before each call to Kommo.
   */
  open(quietUntilMs: number, refuse: () => Error | null): Clients;
  /** @throws where what was published cannot be read. */
  rules(db: Db): Promise<UnresolvedRules>;
  /** Rules with wrong names keep the whole program from starting. Those that can be put right while it runs do not. */
  isNeededAtStart: boolean;
}

export interface SupervisorOptions extends ConnectionSetup {
  database: Database;
  clock: Clock;
  log: Logger;
  /** Names this process among those that share the database. */
  owner: string;
  /** Whether the lease is this process's for some time yet. */
  isSafe(): boolean;
  gate: Semaphore;
}

interface Clients {
  kommo: KommoClient;
  track: TrackClient;
  app: AppClient | null;
}

export type SupervisorState =
  | { state: 'running' }
  /** Another process runs this connection. */
  | { state: 'standby' }
  /** Kommo could not be read yet; webhooks are stored meanwhile. */
  | { state: 'waiting'; reason: string };

/** Runs a connection while this process has its lease. */
export interface ConnectionSupervisor {
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
  state(): SupervisorState & {
    lanes: ReturnType<ConnectionWorker['state']> | null;
    /** Why the rules that were published last do not run here, in words; null where they do. */
    rulesTrouble: string | null;
  };
  /** What runs here; null where nothing does. */
  connection(): Connection | null;
  /** The version of the rules that run here. */
  rulesVersion(): number | null;
  /** Rules may have been published: resolves when the newest ones run here, if they can. Never rejects. */
  renewRules(): Promise<void>;
  /**
   * The account's names, read anew; null where this process may not call Kommo for this connection.
   * @throws DeliveryError
   */
  freshCatalog(): Promise<Catalog | null>;
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

export function createSupervisor(options: SupervisorOptions): ConnectionSupervisor {
  const { name, database, clock, log, owner } = options;
  let state: SupervisorState = { state: 'standby' };
  let lease: TakenLease | null = null;
  let runner: ConnectionWorker | null = null;
  let live: Connection | null = null;
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
    const given = await givenRules();
    const known = isStart ? null : await fromTheOneBefore(given);
    const found = known ?? (await readCatalog(clients.kommo, given));
    if (!found) return;
    // Reading the catalog of a slow Kommo may have taken longer than the lease.
    if (lease !== mine || !options.isSafe()) return close();
    const connection = createConnection(clients, found, given.version);
    const next = new ConnectionWorker({ database, connection, clock, log });
    const died = mine.before !== null && mine.before !== owner;
    await next.start(died ? READ_BACK_AFTER_DEATH_MS : READ_BACK_AFTER_MS);
    runner = next;
    live = connection;
    state = { state: 'running' };
    log.info({ connection: name }, 'the connection runs');
    // What was published since they were read.
    if (given.version !== null) void renewal.renew();
  }

  function refuseWithoutLease(): Error | null {
    if (options.isSafe()) return null;
    return new DeliveryError('retryable', 'Another process may run this connection now: nothing was sent.');
  }

  /** What is wrong with rules is no passing trouble: trying again soon would only read the catalog again. */
  async function notSoonAgain<T>(work: () => T | Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      retryAt = performance.now() + RETRY_MS;
      throw error;
    }
  }

  const givenRules = () => notSoonAgain(() => options.rules(database.db));

  /**
   * What another process of the same configuration has been running with until just now: to go on, nothing need be
   * read, and a stage that was renamed meanwhile stops nothing.
   */
  async function fromTheOneBefore(given: UnresolvedRules): Promise<Found | null> {
    const catalog = await catalogFor(database.db, name, given.configuration);
    if (!catalog) return null;
    try {
      return { catalog, rules: given.resolve(catalog) };
    } catch {
      return null;
    }
  }

  /** Fresh from Kommo, or as last stored where Kommo cannot be read; null where there is neither. */
  async function readCatalog(kommo: KommoClient, given: UnresolvedRules): Promise<Found | null> {
    const resolve = (names: Catalog) => notSoonAgain(() => given.resolve(names));
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
      if (stored) return { catalog: stored, rules: await resolve(stored) };
      state = { state: 'waiting', reason: error.message };
      retryAt = performance.now() + RETRY_MS / 3;
      return null;
    }
    let rules: Rules;
    try {
      rules = await resolve(catalog);
    } catch (error) {
      // Whoever puts the rules right looks names up in there.
      await saveCatalog(database.db, name, catalog, clock.now());
      throw error;
    }
    await saveCatalog(database.db, name, catalog, clock.now(), given.configuration);
    return { catalog, rules };
  }

  function createConnection(
    { kommo, track, app }: Clients,
    { catalog, rules }: Found,
    rulesVersion: number | null,
  ): Connection {
    let readAt = performance.now();
    const connection: Connection = {
      name,
      owner,
      kommo,
      track,
      app,
      catalog,
      rules,
      rulesVersion,
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

  const renewal = createRulesReloader({
    name,
    log,
    given: () => options.rules(database.db),
    live: () => live,
    isOurs: () => lease !== null,
    // It may be waiting for just this.
    retry() {
      retryAt = 0;
      retry();
    },
    save: (catalog, configuration) => saveCatalog(database.db, name, catalog, clock.now(), configuration),
  });

  function retry(): void {
    if (!lease || runner || isBeginning || performance.now() < retryAt) return;
    void begin(false).catch(failed);
  }

  async function close(): Promise<void> {
    await runner?.stop();
    runner = null;
    live = null;
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
        if (!isStart || !options.isNeededAtStart) failed(error);
        if (options.isNeededAtStart) throw error;
      }
    },
    retry,
    async leave() {
      lease = null;
      await inTurn(close);
      if (!lease) state = { state: 'standby' };
    },
    wake: () => runner?.wake(),
    poll: (hasWork) => runner?.poll(hasWork),
    state: () => ({
      ...state,
      lanes: runner?.state() ?? null,
      rulesTrouble: live ? renewal.trouble() : null,
    }),
    connection: () => live,
    rulesVersion: () => live?.rulesVersion ?? null,
    renewRules: renewal.renew,
    async freshCatalog() {
      if (!clients) return null;
      const catalog = await clients.kommo.catalog();
      await saveCatalog(database.db, name, catalog, clock.now());
      if (live) live.catalog = catalog;
      return catalog;
    },
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
