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

/** What becomes of the connections with their leases. A listener that throws is logged, and stops nothing else. */
export interface LeaseListener {
  /** This process runs the connection now. */
  onTaken(lease: TakenLease): void;
  /** Another process runs the connection, or may do so soon: stop what runs. */
  onLost(connection: string, reason: string): void;
  /** Stop what runs, so that another instance can have it. Resolves when nothing of it is under way. */
  drain(connection: string): Promise<void>;
  /** Idle connections are handed over first. */
  isIdle(connection: string): boolean;
}

export interface LeaseManagerOptions {
  store: LeaseStore;
  clock: LeaseClock;
  log: Logger;
  /** Names this process among those that share the database. */
  instance: string;
  /** The connections of the configuration. */
  connections: string[];
  listener: LeaseListener;
  /** Makes the other instances rebalance: leases were given back, or this instance is new and wants its share. */
  notifyOthers(): void;
}

/**
 * - `created`: until `start`
 * - `idle`: a timer is set for the next renewal cycle
 * - `renewing`: a renewal cycle is under way. It releases what was drained, sends the heartbeat that renews all leases,
 *   and takes or hands over connections until this instance has its share. A cycle that is requested meanwhile follows.
 * - `stopping`: nothing is taken or renewed any more; every connection is drained, and its lease released
 * - `stopped`
 *
 * `start` leads from `created` to `renewing`, the timer and `rebalance` from `idle` to `renewing`, the end of the last
 * cycle back to `idle`. `stop` leads from any of them to `stopping`, from where nothing leads back.
 */
type State = 'created' | 'idle' | 'renewing' | 'stopping' | 'stopped';

interface HeldLease {
  /** When the request was sent that renewed it last: it lasts for `LEASE_MS` from then on at least. */
  renewedAt: Instant;
  /** `held` until it is to be given back, `draining` while its connection stops, then `drained` until the next cycle. */
  state: 'held' | 'draining' | 'drained';
  /** Resolves when it is `drained`; null while it is `held`. */
  drained: Promise<void> | null;
}

/** How often the leases are renewed, ms. */
export const RENEW_MS = LEASE_MS / 4;
/** After this long without a renewal nothing is sent any more, ms: the lease may be another's soon. */
const UNSAFE_AFTER_MS = (LEASE_MS * 3) / 4;
/** How many connections are handed over at a time: the next instance starts each at once instead of all in a row. */
const MAX_HANDOVERS = 20;
/** The margin after the end of another instance's leases, by the database's clock, ms. */
const AFTER_EXPIRY_MS = 20;

/** Keeps this process's leases, takes its fair share of the connections, and hands over what is more. */
export class LeaseManager {
  readonly #options: LeaseManagerOptions;
  readonly #log: Logger;
  /** Instances with the same connections share them. */
  readonly #fleet: string;
  readonly #leases = new Map<string, HeldLease>();
  /** Starts the next cycle. */
  readonly #timer: EarliestTimer;
  #state: State = 'created';
  /** Resolves when the last requested cycle has ended; null where none is under way. */
  #cycles: Promise<void> | null = null;
  #isCycleDue = false;
  #hasRenewed = false;
  /** When the leases end that were renewed or taken last, by the database's clock. */
  #leasedUntil = 0;

  constructor(options: LeaseManagerOptions) {
    const { clock, connections, log } = options;
    this.#options = options;
    this.#log = log;
    this.#fleet = createHash('sha256').update(JSON.stringify(connections.toSorted())).digest('base64url');
    const monotonic = { ...clock, now: () => clock.now().monotonic };
    this.#timer = new EarliestTimer(monotonic, () => void this.#requestCycle());
  }

  /** Resolves after the first attempt to take leases. */
  async start(): Promise<void> {
    if (this.#state === 'created') await this.#requestCycle();
  }

  /** Starts a renewal cycle now: other instances have given leases back, or want some. */
  rebalance(): void {
    if (this.#state === 'idle' || this.#state === 'renewing') void this.#requestCycle();
  }

  /**
   * Whether the connection can be nobody else's for some time yet. A process that was stopped for a while (a laptop's
   * sleep, SIGSTOP) goes on in the middle of its work, before it learns that another one has taken over.
   */
  isSafe(connection: string): boolean {
    const lease = this.#leases.get(connection);
    return lease !== undefined && elapsedMs(lease.renewedAt, this.#options.clock.now()) <= UNSAFE_AFTER_MS;
  }

  /** Drains every connection, and releases each lease as soon as that is done. */
  async stop(): Promise<void> {
    this.#setState('stopping');
    await this.#cycles;
    const { store } = this.#options;
    // Until its heartbeat is too old, the others would leave this instance its share.
    await store
      .removeInstance()
      .catch((error) => this.#log.warn({ err: error }, 'this instance is still listed'));
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

  /** All changes of leases are made in cycles, one after the other. */
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

  /** `stop` can be called during each of the steps that wait for the database. */
  async #cycle(): Promise<void> {
    const { store, clock, connections } = this.#options;
    await this.#releaseDrained();
    if (this.#isStopping()) return;
    if (!this.#hasRenewed) await inTime(store.prepare(connections));
    if (this.#isStopping()) return;
    const sentAt = clock.now();
    const heartbeat = await inTime(store.heartbeat(this.#fleet, [...this.#leases.keys()]));
    this.#recordRenewal(heartbeat, sentAt);
    if (this.#isStopping()) return;
    await this.#takeShare(heartbeat.others);
    this.#followExpiry(heartbeat.others);
    if (!this.#hasRenewed && heartbeat.others.length > 0) this.#options.notifyOthers();
    this.#hasRenewed = true;
  }

  /** In one statement. Where it fails, the leases end by themselves. */
  async #releaseDrained(): Promise<void> {
    const drained = [...this.#leases].filter(([, { state }]) => state === 'drained');
    if (drained.length === 0) return;
    const connections = drained.map(([connection]) => connection);
    for (const connection of connections) this.#leases.delete(connection);
    try {
      await inTime(this.#options.store.release(connections, this.#leasedUntil));
      this.#options.notifyOthers();
    } catch (error) {
      this.#log.error({ err: error, connections }, 'the leases could not be given back');
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

  /** The heartbeat leaves out a lease whose row is locked, and one that is another's. */
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

  async #takeShare(others: OtherInstance[]): Promise<void> {
    const { instance, connections } = this.#options;
    const peers = others.filter(({ fleet }) => fleet === this.#fleet);
    const share = fairShare({ instance, runs: this.#leases.size }, peers, connections.length);
    const held = [...this.#leases.values()].filter(({ state }) => state === 'held');
    if (held.length > share) this.#handOver(held.length - share);
    if (this.#leases.size < share) await this.#take(share - this.#leases.size);
  }

  async #take(count: number): Promise<void> {
    const { store, clock, connections, listener } = this.#options;
    const sentAt = clock.now();
    const candidates = connections.filter((connection) => !this.#leases.has(connection));
    // A start reads the catalogs from Kommo. Later the connection was run by another instance until just now.
    const options = { limit: count, until: this.#leasedUntil, forgetCatalogs: !this.#hasRenewed };
    for (const lease of await inTime(store.take(candidates, options))) {
      // Where `stop` was called meanwhile, nothing is started, and the lease is given back.
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
      this.#log.error({ err: error, connection }, 'the connection did not stop in order');
    }
    lease.state = 'drained';
  }

  /** Takes over at the moment when another instance's leases end, and not up to a whole cycle later. */
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
      this.#log.error({ err: error, connection }, 'a change of the lease was not handled');
    }
  }
}

/** A request that hangs must not hold up the next renewal. */
function inTime<T>(work: Promise<T>): Promise<T> {
  return withTimeout(work, RENEW_MS, 'The database did not answer in time.');
}
