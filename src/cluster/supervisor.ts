import type { Logger } from 'pino';
import type { Destination } from '../domain/actions.ts';
import type { Catalog } from '../domain/entities.ts';
import type { MonotonicClock } from '../lib/monotonic-clock.ts';
import type { Semaphore } from '../lib/semaphore.ts';
import type { Connection } from '../pipeline/connection.ts';
import { READ_BACK_AFTER_MS } from '../pipeline/deliver/outcome.ts';
import type { ConnectionWorker } from '../pipeline/worker.ts';
import type { CatalogStore } from '../store/connections/catalog.ts';
import { LeaseLost } from '../store/connections/leased-transaction.ts';
import type { TakenLease } from '../store/connections/leases.ts';
import { LeasedClients, type OpenClients } from './leased-clients.ts';
import { createLiveConnection } from './live-connection.ts';
import { RulesReloader } from './rules-reload.ts';
import { resolveForStartup, type Startup, type UnresolvedRules } from './startup-rules.ts';

export type Worker = Pick<
  ConnectionWorker,
  'start' | 'wake' | 'poll' | 'checkBackfill' | 'onAccepted' | 'state' | 'isIdle' | 'logReadAt' | 'stop'
>;

export interface SupervisorOptions {
  /** The connection. */
  name: string;
  /** The name under which this process holds leases. */
  owner: string;
  openClients: OpenClients;
  /** @throws where the published text is not valid */
  loadRules(): Promise<UnresolvedRules>;
  catalogs: CatalogStore;
  createWorker(connection: Connection): Worker;
  /** Called at each start, before the worker is started. */
  prepare?: (() => Promise<void>) | undefined;
  /** The connection is paused: no process takes its lease. */
  isPaused: boolean;
  /** Whether the process must not start with wrong rules. False for rules that are corrected in the console. */
  rulesNeededAtStart: boolean;
  /** Whether no other process can hold the lease for some time yet. */
  isSafe(): boolean;
  /** Resolves when the connection's run before it was changed has ended: no start comes earlier. */
  after?: Promise<void> | undefined;
  /** Limits how many connections start at once. */
  startSlots: Semaphore;
  clock: Pick<MonotonicClock, 'now'>;
  log: Logger;
}

/**
 * - `standby`: this process does not have the lease
 * - `queued`: it has the lease, and waits for a slot to start and for the previous run to end
 * - `starting`: rules and catalog are read, and the worker is started
 * - `running`
 * - `waiting`: a start has failed; the next one is due at `retryAt` (monotonic, ms)
 * - `stopping`: the lease was lost or must be released; worker and clients are being closed
 *
 * `acquire` leads from `standby` and `stopping` to `queued`, a free slot to `starting`, and that to `running` or
 * `waiting`; `retry` leads from `waiting` to `queued`. `release` leads from any of them to `stopping`, and the end of the
 * run to `standby`. Every start has its own state object: after each wait for Kommo or the database it continues only if
 * the supervisor is still in that state.
 */
type State =
  | { name: 'standby' }
  | { name: 'queued'; lease: AcquiredLease; lastFailure: string | null }
  | { name: 'starting'; lease: AcquiredLease; lastFailure: string | null; abort: AbortController }
  | { name: 'running'; worker: Worker; connection: Connection }
  | { name: 'waiting'; lease: AcquiredLease; lastFailure: string; retryAt: number }
  | { name: 'stopping' };

/**
 * `afterCrash`: the previous run of the connection has ended without releasing its lease. A process that has lost its own
 * lease and takes it again has not ended; the embedded database calls every process the same.
 */
type AcquiredLease = TakenLease & { afterCrash: boolean };

type Queued = Extract<State, { name: 'queued' }>;
type Starting = Extract<State, { name: 'starting' }>;

/** Why a start has failed. `lease_lost`: another process runs the connection, or may do so soon. */
type Failure =
  | Exclude<Startup, { kind: 'resolved' }>
  | { kind: 'lease_lost'; error: Error }
  | { kind: 'other'; error: unknown };

/** The state as shown. A start is shown as `standby`, or as `waiting` if it repeats a failed start. */
export type ShownState =
  | { state: 'running' }
  /** This process does not run the connection: another process does, or it is just starting or stopping. */
  | { state: 'standby' }
  /** No process runs the connection until it is resumed. Its webhooks are still stored. */
  | { state: 'paused' }
  /** The connection cannot start. Its webhooks are still stored. */
  | { state: 'waiting'; reason: string };

/**
 * The wait before calls of a dead process are read back, ms: it may have called Kommo until just before, and a call has
 * 20 s for its answer.
 */
const READ_BACK_AFTER_DEATH_MS = 20_000;
/** The wait before a failed start is repeated, ms. Each attempt may read the whole catalog, unless the database fails. */
const RETRY_AFTER_MS = { rules_failed: 30_000, kommo_failed: 10_000, lease_lost: 0, other: 0 };

/** Runs a connection while this process has its lease. */
export class ConnectionSupervisor {
  readonly #options: SupervisorOptions;
  readonly #clients: LeasedClients;
  readonly #reloader: RulesReloader;
  #state: State = { name: 'standby' };
  /** The worker from its creation on, so that it is stopped even if its start fails. */
  #worker: Worker | null = null;
  /** The end of the last start or stop: they run one after the other. */
  #steps: Promise<void>;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#steps = options.after ?? Promise.resolve();
    const { name, openClients, loadRules, catalogs, isSafe, clock, log } = options;
    this.#clients = new LeasedClients({ open: openClients, clock, isSafe, log });
    this.#reloader = new RulesReloader({
      ...{ name, log, clock, catalogs, loadRules },
      running: () => this.connection(),
      retryStart: () => this.#retryNow(),
    });
  }

  /**
   * Starts the connection, whose lease this process holds now. Resolves when it runs, or waits to be started again.
   * @param isProcessStart the catalog is read from Kommo, and wrong rules are an error if they are needed
   * @throws the error of the rules or the database, at the start of the process only
   */
  async acquire(lease: TakenLease, isProcessStart: boolean): Promise<void> {
    const afterCrash = lease.before !== null && (isProcessStart || lease.before !== this.#options.owner);
    const acquired = { ...lease, afterCrash };
    await this.#start({ name: 'queued', lease: acquired, lastFailure: null }, isProcessStart);
  }

  /** Starts the connection again, if a start has failed and the next one is due. To be called every few seconds. */
  retry(): void {
    if (this.#state.name !== 'waiting' || this.#options.clock.now() < this.#state.retryAt) return;
    const { lease, lastFailure } = this.#state;
    void this.#start({ name: 'queued', lease, lastFailure }, false);
  }

  /** Stops the connection, whose lease is lost or must be released. Never rejects. */
  async release(): Promise<void> {
    if (this.#state.name === 'standby') return;
    const stopping: State = { name: 'stopping' };
    if (this.#state.name === 'starting') this.#state.abort.abort();
    this.#setState(stopping);
    await this.#serialize(() => this.#close());
    if (this.#isStill(stopping)) this.#setState({ name: 'standby' });
  }

  /** To be called when something was stored for the connection. */
  wake(): void {
    if (this.#state.name === 'running') this.#state.worker.wake();
  }

  /** To be called every few seconds. @param hasWork whether the database has due work */
  poll(hasWork: boolean): void {
    if (this.#state.name === 'running') this.#state.worker.poll(hasWork);
  }

  /** To be called when a backfill of the connection may have been made or changed. */
  checkBackfill(): void {
    if (this.#state.name === 'running') void this.#state.worker.checkBackfill();
  }

  /** To be called when Kommo or Customer.io has accepted a call for the connection. */
  onAccepted(destination: Destination): void {
    if (this.#state.name === 'running') this.#state.worker.onAccepted(destination);
  }

  state(): ShownState & {
    lanes: ReturnType<Worker['state']> | null;
    /** A sentence for people: why the newest rules are not active; null where they are. */
    rulesTrouble: string | null;
    /** When Kommo's events log was last read to its end, ms; null: not since the start, or another process runs the connection. */
    logReadAt: number | null;
  } {
    const isRunning = this.#state.name === 'running';
    const worker = this.#state.name === 'running' ? this.#state.worker : null;
    return {
      ...this.#shown(),
      lanes: worker?.state() ?? null,
      rulesTrouble: isRunning ? this.#reloader.trouble : null,
      logReadAt: worker?.logReadAt ?? null,
    };
  }

  /** Whether this process neither plans for the connection nor reads a log of it; what waits in its lanes does not count. */
  isIdle(): boolean {
    return this.#state.name !== 'running' || this.#state.worker.isIdle;
  }

  /** The running connection; null where this process does not run it. */
  connection(): Connection | null {
    return this.#state.name === 'running' ? this.#state.connection : null;
  }

  /** The version of the active rules; null where they come from the file, or the connection does not run. */
  rulesVersion(): number | null {
    return this.connection()?.rulesVersion ?? null;
  }

  /** Activates the newest published rules. Resolves when they are active or rejected; never rejects. */
  async reloadRules(): Promise<void> {
    const before = this.rulesVersion();
    await this.#reloader.reload();
    // New rules end the wait of a planning that has ended the process.
    if (this.rulesVersion() !== before) this.wake();
  }

  /**
   * Reads the catalog from Kommo and stores it. Null where this process may not call Kommo for the connection.
   * @throws DeliveryError
   */
  async refreshCatalog(): Promise<Catalog | null> {
    const clients = this.#clients.current;
    if (!clients) return null;
    const catalog = await clients.kommo.catalog();
    await this.#options.catalogs.save(catalog);
    const connection = this.connection();
    if (connection) connection.catalog = catalog;
    return catalog;
  }

  #shown(): ShownState {
    if (this.#options.isPaused) return { state: 'paused' };
    if (this.#state.name === 'running') return { state: 'running' };
    const reason = 'lastFailure' in this.#state ? this.#state.lastFailure : null;
    return reason === null ? { state: 'standby' } : { state: 'waiting', reason };
  }

  #setState(state: State): void {
    this.#state = state;
  }

  #isStill(state: State): boolean {
    return this.#state === state;
  }

  #serialize(step: () => Promise<void>): Promise<void> {
    const done = this.#steps.then(step);
    this.#steps = done.catch(() => {});
    return done;
  }

  /** Waits for a start slot before it queues among the starts and stops, so that a release never waits for a slot. */
  async #start(queued: Queued, isProcessStart: boolean): Promise<void> {
    this.#setState(queued);
    await this.#options.startSlots(() =>
      this.#serialize(async () => {
        if (!this.#isStill(queued)) return;
        const starting: Starting = { ...queued, name: 'starting', abort: new AbortController() };
        this.#setState(starting);
        const failure = await this.#tryToRun(starting, isProcessStart);
        if (!failure || !this.#isStill(starting)) return;
        this.#waitAfter(failure, starting);
        const isFatal = failure.kind === 'rules_failed' || failure.kind === 'other';
        if (isProcessStart && this.#options.rulesNeededAtStart && isFatal) throw failure.error;
        const { name, log } = this.#options;
        log.error({ err: failure.error, connection: name }, 'the connection cannot start');
      }),
    );
  }

  /** @returns the failure; null where the connection runs, or was released in the meantime */
  async #tryToRun(starting: Starting, isProcessStart: boolean): Promise<Failure | null> {
    try {
      return await this.#run(starting, isProcessStart);
    } catch (error) {
      await this.#stopWorker();
      return error instanceof LeaseLost ? { kind: 'lease_lost', error } : { kind: 'other', error };
    }
  }

  async #run(starting: Starting, isProcessStart: boolean): Promise<Failure | null> {
    const { name, owner, loadRules, catalogs, prepare, clock, log } = this.#options;
    const clients = this.#clients.open(starting.lease);
    const startup = await resolveForStartup({
      ...{ connection: name, kommo: clients.kommo, catalogs, loadRules, log },
      rereadCatalog: isProcessStart,
      signal: starting.abort.signal,
    });
    if (!this.#isStill(starting)) return null;
    if (startup.kind !== 'resolved') return startup;
    // Reading the catalog from a slow Kommo may have taken longer than the lease lasts.
    if (!this.#options.isSafe()) {
      await this.#clients.close();
      return { kind: 'lease_lost', error: new Error('The lease was not renewed in time.') };
    }
    const connection = createLiveConnection({ name, owner, clients, startup, catalogs, clock });
    const worker = this.#options.createWorker(connection);
    this.#worker = worker;
    await prepare?.();
    await worker.start(readBackAfterMs(starting.lease, owner), starting.lease.afterCrash);
    // A release that was called in the meantime stops the worker next.
    if (!this.#isStill(starting)) return null;
    this.#setState({ name: 'running', worker, connection });
    log.info({ connection: name }, 'the connection runs');
    // A version may have been published since the rules were loaded.
    if (connection.rulesVersion !== null) void this.reloadRules();
    return null;
  }

  #waitAfter({ kind, error }: Failure, { lease }: Starting): void {
    const lastFailure = error instanceof Error ? error.message : String(error);
    const retryAt = this.#options.clock.now() + RETRY_AFTER_MS[kind];
    this.#setState({ name: 'waiting', lease, lastFailure, retryAt });
  }

  #retryNow(): void {
    if (this.#state.name === 'waiting')
      this.#setState({ ...this.#state, retryAt: this.#options.clock.now() });
    this.retry();
  }

  async #close(): Promise<void> {
    await this.#stopWorker();
    await this.#clients.close();
  }

  /** A worker that fails to stop is abandoned: its calls fail once the clients are closed. */
  async #stopWorker(): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    try {
      await worker?.stop();
    } catch (error) {
      this.#options.log.error(
        { err: error, connection: this.#options.name },
        'the worker did not stop cleanly',
      );
    }
  }
}

function readBackAfterMs({ before }: TakenLease, owner: string): number {
  const hasDied = before !== null && before !== owner;
  return hasDied ? READ_BACK_AFTER_DEATH_MS : READ_BACK_AFTER_MS;
}
