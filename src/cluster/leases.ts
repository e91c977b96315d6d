import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import { withTimeout } from '../lib/timeout.ts';
import { LEASE_MS, releaseLeases, type TakenLease, takeLeases } from '../store/connections/connections.ts';
import {
  type Heartbeat,
  heartbeat,
  type OtherInstance,
  prepareLeases,
  removeInstance,
  renewLease,
} from '../store/connections/leases.ts';
import type { Db } from '../store/database/database.ts';
import { fairShare } from './fair-share.ts';
import { elapsedMs, type Instant, now } from './lease-clock.ts';

export interface LeasesOptions {
  db: Db;
  log: Logger;
  /** Leases were given back, or this instance is new and wants its share. */
  notifyOthers(): void;
  /** Names this process among those that share the database. */
  instance: string;
  /** The connections of the configuration. */
  connections: string[];
  onTaken(lease: TakenLease): void;
  /** The connection is another's now, or may be soon: stop what runs. */
  onLost(connection: string, why: string): void;
  /** Stop what runs, so that another instance can have it. Resolves when nothing of it is under way. */
  giveUp(connection: string): Promise<void>;
  /** Which to give first. */
  isIdle(connection: string): boolean;
}

/** This process's leases: it keeps them, takes its share of the connections, and gives back what is more. */
export interface Leases {
  /** Resolves after the first attempt to take some. */
  start(): Promise<void>;
  /** Looks again now: others have given some back. */
  rebalance(): void;
  /**
   * Whether a connection can be nobody else's for some time yet. A process that was stopped for a while wakes up in
   * the middle of its work, before it has heard that another one has taken over.
   */
  isSafe(connection: string): boolean;
  /** Gives all back, each as soon as `giveUp` has resolved for it. */
  stop(): Promise<void>;
}

export const RENEW_MS = LEASE_MS / 4;
/** Without a renewal for this long the lease may be another's soon: stop calling. */
const GIVE_UP_MS = (LEASE_MS * 3) / 4;
/** So many at a time, so that the next instance starts each at once instead of all in a row. */
const GIVE_AT_ONCE = 20;
/** After the end of another's leases, by the database's clock, ms. */
const AFTER_END_MS = 20;

export function createLeases(options: LeasesOptions): Leases {
  const { db, log, instance, connections } = options;
  const fleet = createHash('sha256').update(JSON.stringify(connections.toSorted())).digest('base64url');
  /** When the request was sent that renewed each of them last. */
  const held = new Map<string, Instant>();
  const giving = new Set<string>();
  let given: string[] = [];
  let until = 0;
  let isPrepared = false;
  let turning: Promise<void> | null = null;
  let again = false;
  let stopped = false;
  let timer: NodeJS.Timeout | null = null;
  let soon: NodeJS.Timeout | null = null;

  /** Everything that changes leases runs here, one after the other. */
  function look(): Promise<void> {
    again = true;
    turning ??= turns();
    return turning;
  }

  async function turns(): Promise<void> {
    while (again) {
      again = false;
      await turn().catch((error) => log.error({ err: error }, 'the leases could not be renewed'));
      loseOld();
    }
    turning = null;
  }

  async function turn(): Promise<void> {
    await release();
    if (stopped) return;
    if (!isPrepared) await inTime(prepareLeases(db, connections));
    const asked = now();
    const told = await inTime(heartbeat(db, { instance, fleet, connections: [...held.keys()] }));
    until = told.until;
    keep(told, asked);
    await balance(told.others);
    lookAtTheEndOf(told.others);
    // Those who have more than their share need not find out by themselves.
    if (!isPrepared && told.others.length > 0) options.notifyOthers();
    isPrepared = true;
  }

  function keep({ renewed }: Heartbeat, asked: Instant): void {
    const kept = new Set(renewed);
    for (const connection of held.keys()) {
      if (kept.has(connection)) held.set(connection, asked);
      else void renewAlone(connection, asked);
    }
  }

  async function renewAlone(connection: string, asked: Instant): Promise<void> {
    try {
      const isOurs = await inTime(renewLease(db, connection, instance, until));
      if (!held.has(connection)) return;
      if (isOurs) held.set(connection, asked);
      else lose(connection, 'another process has taken it over');
    } catch (error) {
      log.error({ err: error, connection }, 'the lease could not be renewed');
    }
  }

  async function balance(others: OtherInstance[]): Promise<void> {
    const fellows = others.filter((other) => other.fleet === fleet);
    const share = fairShare({ instance, runs: held.size }, fellows, connections.length);
    const surplus = held.size - giving.size - share;
    if (surplus > 0) give(surplus);
    if (held.size < share) await take(share - held.size);
  }

  async function take(count: number): Promise<void> {
    const asked = now();
    const others = connections.filter((connection) => !held.has(connection));
    // A start looks names up anew. What comes later was run by others until just now.
    const how = { limit: count, until, forgetCatalogs: !isPrepared };
    for (const lease of await inTime(takeLeases(db, others, instance, how))) {
      held.set(lease.connection, asked);
      options.onTaken(lease);
    }
  }

  function give(count: number): void {
    const free = [...held.keys()].filter((connection) => !giving.has(connection));
    const idle = free.filter(options.isIdle);
    const chosen = [...idle, ...free.filter((connection) => !idle.includes(connection)).toReversed()];
    for (const connection of chosen.slice(0, Math.min(count, GIVE_AT_ONCE))) void giveBack(connection);
  }

  async function giveBack(connection: string): Promise<void> {
    giving.add(connection);
    await options.giveUp(connection).catch((error) => log.error({ err: error, connection }, 'stopping'));
    given.push(connection);
    await look();
  }

  /** In one statement what has stopped meanwhile. Where it fails, the leases end by themselves. */
  async function release(): Promise<void> {
    const ended = given.filter((connection) => held.delete(connection));
    for (const connection of given) giving.delete(connection);
    given = [];
    if (ended.length === 0) return;
    try {
      await inTime(releaseLeases(db, ended, instance, until));
      options.notifyOthers();
    } catch (error) {
      log.error({ err: error, connections: ended }, 'the leases could not be given back');
    }
  }

  /** Takes over at the moment when another one's leases have ended, not at the next turn. */
  function lookAtTheEndOf(others: OtherInstance[]): void {
    const left = Math.min(...others.map((other) => other.left));
    if (soon) clearTimeout(soon);
    soon = left < RENEW_MS ? setTimeout(look, left + AFTER_END_MS) : null;
  }

  function loseOld(): void {
    for (const [connection, renewed] of held)
      if (elapsedMs(renewed) > GIVE_UP_MS && !giving.has(connection))
        lose(connection, 'the database cannot be reached');
  }

  function lose(connection: string, why: string): void {
    held.delete(connection);
    options.onLost(connection, why);
  }

  return {
    async start() {
      await look();
      timer = setInterval(look, RENEW_MS);
    },
    rebalance: () => void (stopped || look()),
    isSafe: (connection) => {
      const renewed = held.get(connection);
      return renewed !== undefined && elapsedMs(renewed) <= GIVE_UP_MS;
    },
    async stop() {
      stopped = true;
      if (timer) clearInterval(timer);
      if (soon) clearTimeout(soon);
      await turning;
      await removeInstance(db, instance).catch(() => {});
      await Promise.all([...held.keys()].filter((connection) => !giving.has(connection)).map(giveBack));
      await turning;
    },
  };
}

/** A renewal that hangs must not keep the next one from its turn. */
function inTime<T>(work: Promise<T>): Promise<T> {
  return withTimeout(work, RENEW_MS, 'The database did not answer in time.');
}
