import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import { EarliestTimer } from '../lib/earliest-timer.ts';
import { withTimeout } from '../lib/timeout.ts';
import {
  type Heartbeat,
  LEASE_MS,
  type LeaseStore,
  type OtherInstance,
  type TakenLease,
} from '../store/connections/leases.ts';
import { fairShare } from './fair-share.ts';
import { elapsedMs, type Instant, type LeaseClock } from './lease-clock.ts';

/** The consequences of changes of leases. An error of a listener is logged and has no other effect. */
export interface LeaseListener {
  /** This process holds the lease now and must run the connection. */
  onTaken(lease: TakenLease): void;
  /** Another process runs the connection, or may do so soon: stop running it. */
  onLost(connection: string, reason: string): void;
  /** Stops the connection, so that another instance can run it. Resolves when none of its work is under way. */
  drain(connection: string): Promise<void>;
  /** Whether the connection is idle. Idle connections are handed over first. */
  isIdle(connection: string): boolean;
}

export interface LeaseManagerOptions {
  store: LeaseStore;
  clock: LeaseClock;
  log: Logger;
  /** The unique name of this process on the database. */
  instance: string;
  /** The connections of this process, which may change; `rebalance` is called after a change. */
  connections(): string[];
  listener: LeaseListener;
  /** Called after each renewal with the number of processes on the database, this one included, whatever they run. */
  onProcesses?(count: number): void;
  /** Makes the other instances rebalance: leases were released, or this instance is new and needs its share. */
  notifyOthers(): void;
}

/**
 * - `created`: until `start`
 * - `idle`: a timer is set for the next renewal cycle
 * - `renewing`: a renewal cycle is under way. It releases what was drained, sends the heartbeat that renews all leases,
 *   and takes or hands over connections until this instance has its share. A cycle that is requested during a cycle follows.
 * - `stopping`: no lease is taken or renewed any more; every connection is drained, and its lease released
 * - `stopped`
 *
 * `start` leads from `created` to `renewing`, the timer and `rebalance` from `idle` to `renewing`, the end of the last
 * cycle back to `idle`. `stop` leads from any of them to `stopping`, which is followed only by `stopped`.
 */
type State = 'created' | 'idle' | 'renewing' | 'stopping' | 'stopped';

interface HeldLease {
  /** When the last successful renewal was sent. The lease lasts for at least `LEASE_MS` from then on. */
  renewedAt: Instant;
  /** `held` until it must be released, `draining` while its connection stops, then `drained` until the next cycle. */
  state: 'held' | 'draining' | 'drained';
  /** Resolves when the lease is `drained`; null while it is `held`. */
  drained: Promise<void> | null;
}

/** How often the leases are renewed, ms. */
export const RENEW_MS = LEASE_MS / 4;
/** After this long without a renewal no call is sent any more, ms: another process may soon take the lease. */
const UNSAFE_AFTER_MS = (LEASE_MS * 3) / 4;
/** How many connections are handed over at a time: as many as the next instance starts at once. */
const MAX_HANDOVERS = 20;
/** The margin after the end of another instance's leases, by the database's clock, ms. */
const AFTER_EXPIRY_MS = 20;

/** Renews this process's leases, takes its fair share of the connections, and hands over the excess. */
export class LeaseManager {
  readonly #options: LeaseManagerOptions;
  readonly #log: Logger;
  /** The connections that have rows in the database. */
  readonly #prepared = new Set<string>();
  readonly #leases = new Map<string, HeldLease>();
  /** Starts the next cycle. */
  readonly #timer: EarliestTimer;
  #state: State = 'created';
  /** Resolves when the last requested cycle has ended; null while no cycle runs. */
  #cycles: Promise<void> | null = null;
  #isCycleDue = false;
  #hasRenewed = false;
  /** When the leases that were renewed or taken last end, by the database's clock. */
  #leasedUntil = 0;

  constructor(options: LeaseManagerOptions) {
    const { clock, log } = options;
    this.#options = options;
    this.#log = log;
    const monotonic = { ...clock, now: () => clock.now().monotonic };
    this.#timer = new EarliestTimer(monotonic, () => void this.#requestCycle());
  }

  /** Resolves after the first attempt to take leases. */
  async start(): Promise<void> {
    if (this.#state === 'created') await this.#requestCycle();
  }

  /** Starts a renewal cycle now, because other instances have released leases or need some. */
  rebalance(): void {
    if (this.#state === 'idle' || this.#state === 'renewing') void this.#requestCycle();
  }

  /**
   * Whether no other process can hold the lease for some time yet. To be checked before each call: a process that was
   * paused (a laptop's sleep, SIGSTOP) resumes in the middle of its work, before it learns that another one has taken over.
   */
  isSafe(connection: string): boolean {
    const lease = this.#leases.get(connection);
    return lease !== undefined && elapsedMs(lease.renewedAt, this.#options.clock.now()) <= UNSAFE_AFTER_MS;
  }

  /** Stops running a connection that was removed. Resolves when it is drained and its lease released. */
  async remove(connection: string): Promise<void> {
    this.#prepared.delete(connection);
    const lease = this.#leases.get(connection);
    if (lease) await this.#giveBack(connection, lease);
  }

  /** Drains every connection, and releases each lease as soon as that is done. */
  async stop(): Promise<void> {
    this.#setState('stopping');
    await this.#cycles;
    const { store } = this.#options;
    // Otherwise the other instances would reserve this instance's share until its heartbeat expires.
    await store
      .removeInstance()
      .catch((error) =>
        this.#log.warn({ err: error }, 'this instance could not be removed from the list of instances'),
      );
    await Promise.all([...this.#leases].map(([connection, lease]) => this.#giveBack(connection, lease)));
    this.#setState('stopped');
  }

  #setState(state: State): void {
    const isForward = state === 'stopped' || !this.#isStopping();
    if (isForward) this.#state = state;
    if (state === 'stopping') this.#timer.stop();
  }

  #isStopping(): boolean {
    return this.#state === 'stopping' || this.#state === 'stopped';
  }

  /** All changes of leases happen in cycles, which run one after the other. */
  #requestCycle(): Promise<void> {
    this.#isCycleDue = true;
    this.#cycles ??= this.#runCycles();
    return this.#cycles;
  }

  async #runCycles(): Promise<void> {
    this.#setState('renewing');
    while (this.#isCycleDue) {
      this.#isCycleDue = false;
      this.#timer.fireNoLaterThan(this.#options.clock.now().monotonic + RENEW_MS);
      await this.#cycle().catch((error) =>
        this.#log.error({ err: error }, 'the leases could not be renewed'),
      );
      this.#loseUnsafe();
    }
    this.#cycles = null;
    this.#setState('idle');
  }

  /** Checks for `stop` after each wait for the database. */
  async #cycle(): Promise<void> {
    const { store, clock } = this.#options;
    await this.#releaseDrained();
    if (this.#isStopping()) return;
    const connections = this.#options.connections();
    await this.#prepare(connections);
    if (this.#isStopping()) return;
    const sentAt = clock.now();
    const fleet = fleetOf(connections);
    const heartbeat = await inTime(store.heartbeat(fleet, [...this.#leases.keys()]));
    this.#recordRenewal(heartbeat, sentAt);
    this.#options.onProcesses?.(heartbeat.others.length + 1);
    if (this.#isStopping()) return;
    const peers = heartbeat.others.filter((other) => other.fleet === fleet);
    await this.#takeShare(peers, connections);
    this.#followExpiry(heartbeat.others);
    if (!this.#hasRenewed && heartbeat.others.length > 0) this.#options.notifyOthers();
    this.#hasRenewed = true;
  }

  async #prepare(connections: string[]): Promise<void> {
    const added = connections.filter((connection) => !this.#prepared.has(connection));
    if (added.length === 0) return;
    await inTime(this.#options.store.prepare(added));
    for (const connection of added) this.#prepared.add(connection);
  }

  /** Releases all drained leases with one statement. If it fails, the leases expire. */
  async #releaseDrained(): Promise<void> {
    const drained = [...this.#leases].filter(([, { state }]) => state === 'drained');
    if (drained.length === 0) return;
    const connections = drained.map(([connection]) => connection);
    for (const connection of connections) this.#leases.delete(connection);
    try {
      await inTime(this.#options.store.release(connections, this.#leasedUntil));
      this.#options.notifyOthers();
    } catch (error) {
      this.#log.error({ err: error, connections }, 'the leases could not be released');
    }
  }

  #recordRenewal({ until, renewed }: Heartbeat, sentAt: Instant): void {
    this.#leasedUntil = until;
    const isRenewed = new Set(renewed);
    for (const [connection, lease] of this.#leases) {
      if (isRenewed.has(connection)) lease.renewedAt = sentAt;
      else void this.#renewAlone(connection, lease, sentAt);
    }
  }

  /** Renews a lease that the heartbeat has left out: its row is locked, or another process holds it. */
  async #renewAlone(connection: string, lease: HeldLease, sentAt: Instant): Promise<void> {
    try {
      const isOurs = await inTime(this.#options.store.renew(connection, this.#leasedUntil));
      if (this.#leases.get(connection) !== lease) return;
      if (isOurs) lease.renewedAt = sentAt;
      else this.#lose(connection, 'another process has taken it over');
    } catch (error) {
      this.#log.error({ err: error, connection }, 'the lease could not be renewed');
    }
  }

  async #takeShare(peers: OtherInstance[], connections: string[]): Promise<void> {
    const { instance } = this.#options;
    const existing = new Set(connections);
    for (const [connection, lease] of this.#leases)
      if (!existing.has(connection)) void this.#giveBack(connection, lease);
    const share = fairShare({ instance, runs: this.#leases.size }, peers, connections.length);
    const held = [...this.#leases.values()].filter(({ state }) => state === 'held');
    if (held.length > share) this.#handOver(held.length - share);
    if (this.#leases.size < share) await this.#take(share - this.#leases.size, connections);
  }

  async #take(count: number, connections: string[]): Promise<void> {
    const { store, clock, listener } = this.#options;
    const sentAt = clock.now();
    const candidates = connections.filter((connection) => !this.#leases.has(connection));
    // At the start the catalogs are read from Kommo. Later another instance has run the connection until just now.
    const options = { limit: count, until: this.#leasedUntil, forgetCatalogs: !this.#hasRenewed };
    for (const lease of await inTime(store.take(candidates, options))) {
      // If `stop` was called in the meantime, the connection is not started and its lease is released.
      const state = this.#isStopping() ? 'drained' : 'held';
      this.#leases.set(lease.connection, { renewedAt: sentAt, state, drained: null });
      if (state === 'held') this.#call(lease.connection, () => listener.onTaken(lease));
    }
  }

  #handOver(count: number): void {
    const { isIdle } = this.#options.listener;
    const held = [...this.#leases].filter(([, { state }]) => state === 'held');
    const idle = held.filter(([connection]) => isIdle(connection));
    const busy = held.filter((lease) => !idle.includes(lease)).toReversed();
    for (const [connection, lease] of [...idle, ...busy].slice(0, Math.min(count, MAX_HANDOVERS)))
      void this.#giveBack(connection, lease);
  }

  /** Resolves when the connection is drained and the lease released. */
  async #giveBack(connection: string, lease: HeldLease): Promise<void> {
    if (lease.state === 'held') lease.drained = this.#drain(connection, lease);
    await lease.drained;
    await this.#requestCycle();
  }

  async #drain(connection: string, lease: HeldLease): Promise<void> {
    lease.state = 'draining';
    try {
      await this.#options.listener.drain(connection);
    } catch (error) {
      this.#log.error({ err: error, connection }, 'the connection did not stop cleanly');
    }
    lease.state = 'drained';
  }

  /** Schedules a cycle for the moment when another instance's leases end, instead of up to a whole cycle later. */
  #followExpiry(others: OtherInstance[]): void {
    const left = Math.min(...others.map((other) => other.left));
    if (left < RENEW_MS)
      this.#timer.fireNoLaterThan(this.#options.clock.now().monotonic + left + AFTER_EXPIRY_MS);
  }

  #loseUnsafe(): void {
    for (const [connection, { state }] of this.#leases)
      if (state === 'held' && !this.isSafe(connection))
        this.#lose(connection, 'the database cannot be reached');
  }

  #lose(connection: string, reason: string): void {
    this.#leases.delete(connection);
    this.#call(connection, () => this.#options.listener.onLost(connection, reason));
  }

  #call(connection: string, listener: () => void): void {
    try {
      listener();
    } catch (error) {
      this.#log.error({ err: error, connection }, 'the listener of a lease failed');
    }
  }
}

/** A hash of the connections: instances with the same connections share them. */
function fleetOf(connections: string[]): string {
  return createHash('sha256').update(JSON.stringify(connections.toSorted())).digest('base64url');
}

/** A request that hangs must not hold up the next renewal. */
function inTime<T>(work: Promise<T>): Promise<T> {
  return withTimeout(work, RENEW_MS, 'The database did not answer in time.');
}
