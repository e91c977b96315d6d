import { TestClock } from 'pg-boss';
import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import { LEASE_MS, type LeaseStore } from '../store/connections/leases.ts';
import { LeaseManager, RENEW_MS } from './lease-manager.ts';

const CONNECTIONS = ['a', 'b', 'c', 'd'];
/** The connections of each instance. */
let connections: string[];

let clock: TestClock;
let database: FakeDatabase;
beforeEach(() => {
  clock = new TestClock(0);
  connections = CONNECTIONS;
  database = new FakeDatabase();
});

/** Leases and instances as the database has them, with a way to hold up or fail single statements. */
class FakeDatabase {
  readonly owners = new Map<string, { owner: string; until: number }>();
  readonly instances = new Map<string, { fleet: string; aliveUntil: number }>();
  /** Called before each statement, by the name of the method. */
  intercept: (statement: keyof LeaseStore, instance: string) => Promise<void> | undefined = () => undefined;

  ownerOf(connection: string): string | null {
    const row = this.owners.get(connection);
    return row && row.until >= clock.now() ? row.owner : null;
  }

  storeOf(instance: string): LeaseStore {
    const isMine = (connection: string) => this.owners.get(connection)?.owner === instance;
    const set = (connection: string, until: number) =>
      this.owners.set(connection, { owner: instance, until });
    const before = (statement: keyof LeaseStore) => this.intercept(statement, instance);
    return {
      prepare: async () => before('prepare'),
      heartbeat: async (fleet, connections) => {
        await before('heartbeat');
        const until = clock.now() + LEASE_MS;
        this.instances.set(instance, { fleet, aliveUntil: until });
        const renewed = connections.filter(isMine);
        for (const connection of renewed) set(connection, until);
        return { until, renewed, others: this.#othersOf(instance) };
      },
      renew: async (connection, until) => {
        await before('renew');
        if (!isMine(connection)) return false;
        set(connection, until);
        return true;
      },
      take: async (connections, { limit, until } = {}) => {
        await before('take');
        const free = connections.filter((connection) => this.ownerOf(connection) === null).slice(0, limit);
        for (const connection of free) set(connection, until ?? clock.now() + LEASE_MS);
        return free.map((connection) => ({ connection, before: null, endedAgo: null }));
      },
      release: async (connections, until) => {
        await before('release');
        for (const connection of connections)
          if (isMine(connection) && this.owners.get(connection)!.until <= until)
            this.owners.delete(connection);
      },
      removeInstance: async () => {
        await before('removeInstance');
        this.instances.delete(instance);
      },
    };
  }

  #othersOf(instance: string) {
    return [...this.instances]
      .filter(([other, { aliveUntil }]) => other !== instance && aliveUntil >= clock.now())
      .map(([other, { fleet, aliveUntil }]) => ({
        instance: other,
        fleet,
        runs: [...this.owners.values()].filter(({ owner }) => owner === other).length,
        left: aliveUntil - clock.now(),
      }));
  }
}

interface Instance {
  manager: LeaseManager;
  running: Set<string>;
  /** What it was said to be the number of processes, one after the other. */
  processes: number[];
  lost: string[];
}

const instances: Instance[] = [];
beforeEach(() => instances.splice(0));

/** An instance on the database. `drain` stops a connection; by default it does so at once. */
function instance(name: string, { drain = async () => {} }: { drain?: () => Promise<void> } = {}): Instance {
  const running = new Set<string>();
  const lost: string[] = [];
  const processes: number[] = [];
  const manager = new LeaseManager({
    store: database.storeOf(name),
    clock: {
      now: () => ({ monotonic: clock.now(), wall: clock.now() }),
      setTimeout: (callback, ms) => clock.setTimeout(callback, ms),
      clearTimeout: (handle) => clock.clearTimeout(handle),
    },
    log: pino({ level: 'silent' }),
    instance: name,
    connections: () => connections,
    listener: {
      onTaken: ({ connection }) => running.add(connection),
      onLost(connection) {
        running.delete(connection);
        lost.push(connection);
      },
      async drain(connection) {
        await drain();
        running.delete(connection);
      },
      isIdle: () => false,
    },
    onProcesses: (count) => processes.push(count),
    notifyOthers: () => {
      for (const other of instances) if (other.manager !== manager) other.manager.rebalance();
    },
  });
  const made = { manager, running, lost, processes };
  instances.push(made);
  return made;
}

/** Lets everything end that waits for nothing but other code. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 500) {
    await clock.tick(Math.min(500, left));
    await settle();
  }
}

it('an instance alone takes every connection', async () => {
  const one = instance('one');
  await one.manager.start();
  expect([...one.running]).toEqual(CONNECTIONS);
});

it('says how many processes run, and when one has ended', async () => {
  const one = instance('one');
  await one.manager.start();
  const two = instance('two');
  await two.manager.start();
  await pass(RENEW_MS);
  expect([one.processes.at(-1), two.processes.at(-1)]).toEqual([2, 2]);
  await two.manager.stop();
  await pass(RENEW_MS);
  expect(one.processes.at(-1)).toBe(1);
});

it('keeps its leases by renewing them', async () => {
  const one = instance('one');
  await one.manager.start();
  await pass(5 * LEASE_MS);
  expect(CONNECTIONS.map((connection) => database.ownerOf(connection))).toEqual(CONNECTIONS.map(() => 'one'));
  expect(one.lost).toEqual([]);
});

it('takes a connection that is added, and releases the lease of one that is removed once it has stopped', async () => {
  const stopped = Promise.withResolvers<void>();
  const one = instance('one', { drain: () => stopped.promise });
  await one.manager.start();
  connections = ['b', 'c', 'd', 'e'];
  const removed = one.manager.remove('a');
  one.manager.rebalance();
  await settle();
  expect(database.ownerOf('a')).toBe('one');
  stopped.resolve();
  await removed;
  await pass(RENEW_MS);
  expect([...one.running]).toEqual(['b', 'c', 'd', 'e']);
  expect(database.ownerOf('a')).toBeNull();
});

it('releases the lease of a connection that is removed while it is being taken', async () => {
  const one = instance('one');
  database.intercept = async (statement) => {
    if (statement === 'take') connections = ['b', 'c', 'd'];
  };
  await one.manager.start();
  await pass(2 * RENEW_MS);
  expect([...one.running]).toEqual(['b', 'c', 'd']);
  expect(database.ownerOf('a')).toBeNull();
});

it('hands half of its connections over to an instance that starts', async () => {
  const [one, two] = [instance('one'), instance('two')];
  await one.manager.start();
  await two.manager.start();
  await pass(RENEW_MS);
  expect([one.running.size, two.running.size]).toEqual([2, 2]);
});

it('takes over what a dead instance ran, as soon as its leases have ended', async () => {
  const [one, two] = [instance('one'), instance('two')];
  await one.manager.start();
  await two.manager.start();
  await pass(RENEW_MS);
  database.intercept = (_statement, name) =>
    name === 'one' ? Promise.reject(new Error('This instance is dead.')) : undefined;
  const left = database.instances.get('one')!.aliveUntil - clock.now();
  await pass(left + 500);
  expect(two.running.size).toBe(CONNECTIONS.length);
});

describe('a renewal that fails', () => {
  const broken = new Error('The database is away.');

  it('is repeated, and nothing is lost meanwhile', async () => {
    const one = instance('one');
    await one.manager.start();
    database.intercept = (statement) => (statement === 'heartbeat' ? Promise.reject(broken) : undefined);
    await pass(2 * RENEW_MS);
    database.intercept = () => undefined;
    await pass(2 * RENEW_MS);
    expect(one.lost).toEqual([]);
    expect(database.ownerOf('a')).toBe('one');
  });

  it('for too long makes the leases unsafe, and their connections stop before another instance can run them', async () => {
    const one = instance('one');
    await one.manager.start();
    database.intercept = () => Promise.reject(broken);
    let wasStillOwned = true;
    while (one.manager.isSafe('a')) {
      wasStillOwned = database.ownerOf('a') === 'one';
      await pass(500);
    }
    expect(wasStillOwned).toBe(true);
    await pass(RENEW_MS);
    expect(one.lost).toEqual(CONNECTIONS);
  });
});

describe('a lease that another instance has taken', () => {
  it('is lost, and the others are kept', async () => {
    const one = instance('one');
    await one.manager.start();
    database.owners.set('b', { owner: 'two', until: clock.now() + LEASE_MS });
    await pass(RENEW_MS);
    expect(one.lost).toEqual(['b']);
    expect(one.manager.isSafe('b')).toBe(false);
    expect(one.manager.isSafe('a')).toBe(true);
  });

  it('and given back is taken again, although its connection is still draining from before', async () => {
    const drained = Promise.withResolvers<void>();
    const [one, two] = [instance('one', { drain: () => drained.promise }), instance('two')];
    await one.manager.start();
    await two.manager.start();
    await pass(RENEW_MS);
    // The instance is handing these over when they are lost, and gets them back when the other one has gone.
    for (const connection of CONNECTIONS) database.owners.delete(connection);
    database.instances.delete('two');
    database.intercept = (_statement, name) =>
      name === 'two' ? Promise.reject(new Error('This instance is dead.')) : undefined;
    await pass(2 * RENEW_MS);
    drained.resolve();
    await pass(RENEW_MS);
    expect(CONNECTIONS.map((connection) => database.ownerOf(connection))).toEqual(
      CONNECTIONS.map(() => 'one'),
    );
  });
});

it('a listener that throws keeps no other connection from its turn', async () => {
  const one = instance('one');
  const add = one.running.add.bind(one.running);
  one.running.add = (connection) => {
    if (connection === 'a') throw new Error('broken');
    return add(connection);
  };
  await one.manager.start();
  expect([...one.running]).toEqual(['b', 'c', 'd']);
});

describe('stop', () => {
  it('releases all leases', async () => {
    const one = instance('one');
    await one.manager.start();
    await one.manager.stop();
    expect(CONNECTIONS.map((connection) => database.ownerOf(connection))).toEqual([null, null, null, null]);
    expect(one.running.size).toBe(0);
  });

  it('releases each lease as soon as its connection is drained', async () => {
    const drains = CONNECTIONS.map(() => Promise.withResolvers<void>());
    let next = 0;
    const one = instance('one', { drain: () => drains[next++]!.promise });
    await one.manager.start();
    const stopped = one.manager.stop();
    await settle();
    drains[0]!.resolve();
    await settle();
    expect(CONNECTIONS.map((connection) => database.ownerOf(connection))).toEqual([
      null,
      'one',
      'one',
      'one',
    ]);
    for (const { resolve } of drains) resolve();
    await stopped;
  });

  it('releases a lease although its connection did not stop in order', async () => {
    const one = instance('one', { drain: () => Promise.reject(new Error('broken')) });
    await one.manager.start();
    await one.manager.stop();
    expect(database.ownerOf('a')).toBeNull();
  });

  it('waits for a connection that was being handed over already', async () => {
    const drained = Promise.withResolvers<void>();
    const [one, two] = [instance('one', { drain: () => drained.promise }), instance('two')];
    await one.manager.start();
    await two.manager.start();
    await settle();
    let hasStopped = false;
    const stopped = one.manager.stop().then(() => {
      hasStopped = true;
    });
    await settle();
    expect(hasStopped).toBe(false);
    drained.resolve();
    await stopped;
    expect(one.running.size).toBe(0);
  });

  describe.each(['prepare', 'heartbeat', 'take'] as const)(
    'during a renewal cycle that waits for "%s"',
    (statement) => {
      async function stopMeanwhile(): Promise<Instance> {
        const reached = Promise.withResolvers<void>();
        const answer = Promise.withResolvers<void>();
        database.intercept = (called) => {
          if (called !== statement) return undefined;
          reached.resolve();
          return answer.promise;
        };
        const one = instance('one');
        const started = one.manager.start();
        await reached.promise;
        const stopped = one.manager.stop();
        answer.resolve();
        await Promise.all([started, stopped]);
        return one;
      }

      it('starts no connection and keeps no lease', async () => {
        const one = await stopMeanwhile();
        expect(one.running.size).toBe(0);
        expect(CONNECTIONS.map((connection) => database.ownerOf(connection))).toEqual([
          null,
          null,
          null,
          null,
        ]);
        expect(database.instances.size).toBe(0);
      });

      it('leaves no timer', async () => {
        await stopMeanwhile();
        const statements: string[] = [];
        database.intercept = (called) => void statements.push(called);
        await pass(3 * RENEW_MS);
        expect(statements).toEqual([]);
      });
    },
  );
});
