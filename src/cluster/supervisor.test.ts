import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Catalog } from '../domain/entities.ts';
import { DeliveryError } from '../domain/errors.ts';
import type { Rules } from '../domain/rules/rules.ts';
import { createSemaphore, type Semaphore } from '../lib/semaphore.ts';
import type { Connection } from '../pipeline/connection.ts';
import { LeaseLost } from '../store/connections/leased-transaction.ts';
import type { TakenLease } from '../store/connections/leases.ts';
import type { Clients } from './leased-clients.ts';
import type { UnresolvedRules } from './startup-rules.ts';
import { ConnectionSupervisor, type Worker } from './supervisor.ts';

const LEASE: TakenLease = { connection: 'acme', before: null, endedAgo: null };
const CATALOG = { pipelines: [] } as unknown as Catalog;

/** A worker whose every step is a promise of the test. */
class FakeWorker implements Worker {
  readonly connection: Connection;
  readonly calls: string[] = [];
  readBackAfterMs: number | null = null;
  afterCrash: boolean | null = null;
  starts: Promise<void> = Promise.resolve();
  stops: Promise<void> = Promise.resolve();

  constructor(connection: Connection) {
    this.connection = connection;
  }
  async checkBackfill(): Promise<void> {}

  async start(readBackAfterMs: number, afterCrash: boolean): Promise<void> {
    this.readBackAfterMs = readBackAfterMs;
    this.afterCrash = afterCrash;
    this.calls.push('start');
    await this.starts;
  }
  wake = () => void this.calls.push('wake');
  poll = (hasWork: boolean) => void this.calls.push(`poll ${hasWork}`);
  onAccepted = (destination: string) => void this.calls.push(`accepted ${destination}`);
  isIdle = true;
  logReadAt = null;
  state: Worker['state'] = () => ({ planning: OPEN, kommo: OPEN, customerio: OPEN });
  async stop(): Promise<void> {
    this.calls.push('stop');
    await this.stops;
  }
}
const OPEN = { state: 'open', reason: null, until: null } as const;

let now: number;
let isSafe: boolean;
let workers: FakeWorker[];
/** Prepares a worker before it is started. */
let prepareWorker: (worker: FakeWorker) => void;
let opened: { quietUntilMs: number; refuse: () => Error | null; closed: string[] }[];
let readCatalog: (signal: AbortSignal | undefined) => Promise<Catalog>;
let stored: Catalog | null;
let rules: UnresolvedRules;

beforeEach(() => {
  now = 100_000;
  isSafe = true;
  workers = [];
  prepareWorker = () => {};
  opened = [];
  readCatalog = async () => CATALOG;
  stored = null;
  rules = { version: null, configuration: 'file', resolve: () => ({}) as Rules };
});

function supervisor({
  startSlots = createSemaphore(1, 60_000),
  rulesNeededAtStart = false,
  closeTrack = async () => {},
}: {
  startSlots?: Semaphore;
  rulesNeededAtStart?: boolean;
  closeTrack?: () => Promise<void>;
} = {}): ConnectionSupervisor {
  return new ConnectionSupervisor({
    name: 'acme',
    isPaused: false,
    owner: 'me',
    openClients(quietUntilMs, refuse) {
      const closed: string[] = [];
      opened.push({ quietUntilMs, refuse, closed });
      return {
        kommo: {
          catalog: ({ signal }: { signal?: AbortSignal } = {}) => readCatalog(signal),
          close: async () => void closed.push('kommo'),
        },
        track: { close: () => closeTrack().finally(() => closed.push('track')) },
        app: null,
      } as unknown as Clients;
    },
    loadRules: async () => rules,
    catalogs: {
      load: async () => stored,
      loadFor: async () => null,
      async save(catalog) {
        stored = catalog;
      },
    },
    createWorker(connection) {
      const worker = new FakeWorker(connection);
      prepareWorker(worker);
      workers.push(worker);
      return worker;
    },
    rulesNeededAtStart,
    isSafe: () => isSafe,
    startSlots,
    clock: { now: () => now },
    log: pino({ level: 'silent' }),
  });
}

/** Lets everything end that waits for nothing but other code. */
const settle = () => new Promise((resolve) => setImmediate(resolve));
/** Kommo does not answer. */
const untilAborted = (signal: AbortSignal | undefined): Promise<never> =>
  new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
const shown = (made: ConnectionSupervisor) => made.state().state;

describe('with the lease', () => {
  it('runs the connection with its rules and catalog', async () => {
    const made = supervisor();
    await made.acquire(LEASE, false);
    expect(shown(made)).toBe('running');
    expect(made.connection()).toMatchObject({ name: 'acme', owner: 'me', catalog: CATALOG });
  });

  it('passes work on to the worker while it runs', async () => {
    const made = supervisor();
    made.wake();
    await made.acquire(LEASE, false);
    made.wake();
    made.poll(true);
    await made.release();
    made.wake();
    made.poll(true);
    expect(workers[0]!.calls).toEqual(['start', 'wake', 'poll true', 'stop']);
  });

  it.each([
    ['a lease that was released', null, true, false],
    ['a lease of another process that has died', 'other', false, true],
    ['its own lease at the start of the process, on the embedded database', 'me', true, true],
    ['its own lease, which it had lost for a moment', 'me', false, false],
  ])(
    'after %s tells the worker whether the last run has crashed',
    async (_what, before, isStart, crashed) => {
      await supervisor().acquire({ ...LEASE, before }, isStart);
      expect(workers[0]!.afterCrash).toBe(crashed);
    },
  );

  it('wakes the worker when newly published rules are active', async () => {
    rules = { version: 1, configuration: 'one', resolve: () => ({}) as Rules };
    const made = supervisor();
    await made.acquire(LEASE, false);
    rules = { version: 2, configuration: 'two', resolve: () => ({}) as Rules };
    await made.reloadRules();
    expect(workers[0]!.calls).toEqual(['start', 'wake']);
  });

  it('leaves Kommo alone for a second and a half after the end of the lease of another process', async () => {
    await supervisor().acquire({ ...LEASE, before: 'other', endedAgo: 400 }, false);
    expect(opened[0]!.quietUntilMs).toBe(now + 1_100);
  });

  it.each([
    ['given back', null, 5_000],
    ['this process’s own', 'me', 5_000],
    ['that of a process that has died', 'other', 20_000],
  ])('reads back calls without an answer in time where the lease before was %s', async (_, before, ms) => {
    await supervisor().acquire({ ...LEASE, before }, false);
    expect(workers[0]!.readBackAfterMs).toBe(ms);
  });

  it('refuses calls to Kommo as soon as the lease is not safe', async () => {
    await supervisor().acquire(LEASE, false);
    expect(opened[0]!.refuse()).toBeNull();
    isSafe = false;
    expect(opened[0]!.refuse()).toBeInstanceOf(DeliveryError);
  });
});

describe('a start that fails', () => {
  const kommoIsDown = () => Promise.reject(new DeliveryError('retryable', 'Kommo is down.'));
  const wrongRules: UnresolvedRules = {
    version: 4,
    configuration: 'version 4',
    resolve() {
      throw new Error('Kommo has no stage "Won".');
    },
  };

  it('waits while Kommo cannot be read, and says why', async () => {
    readCatalog = kommoIsDown;
    const made = supervisor();
    await made.acquire(LEASE, true);
    expect(made.state()).toMatchObject({ state: 'waiting', reason: 'Kommo is down.' });
  });

  it('is repeated when its time has come, and not before', async () => {
    readCatalog = kommoIsDown;
    const made = supervisor();
    await made.acquire(LEASE, false);
    readCatalog = async () => CATALOG;
    now += 9_999;
    made.retry();
    await settle();
    expect(shown(made)).toBe('waiting');
    now += 1;
    made.retry();
    await settle();
    expect(shown(made)).toBe('running');
  });

  it('goes on with the same clients, whose limiter knows what was sent', async () => {
    readCatalog = kommoIsDown;
    const made = supervisor();
    await made.acquire(LEASE, false);
    now += 10_000;
    made.retry();
    await settle();
    expect(opened).toHaveLength(1);
    expect(opened[0]!.closed).toEqual([]);
  });

  it('still shows as waiting while it is repeated', async () => {
    readCatalog = kommoIsDown;
    const made = supervisor();
    await made.acquire(LEASE, false);
    now += 10_000;
    readCatalog = untilAborted;
    made.retry();
    await settle();
    expect(made.state()).toMatchObject({ state: 'waiting', reason: 'Kommo is down.' });
    await made.release();
  });

  it('is repeated at once when rules are published', async () => {
    rules = wrongRules;
    const made = supervisor();
    await made.acquire(LEASE, false);
    rules = { ...wrongRules, version: 5, resolve: () => ({}) as Rules };
    await made.reloadRules();
    await settle();
    expect(made.rulesVersion()).toBe(5);
  });

  it('is the caller’s error at the start of the process, where its rules are needed', async () => {
    rules = wrongRules;
    const started = supervisor({ rulesNeededAtStart: true }).acquire(LEASE, true);
    await expect(started).rejects.toThrow('Kommo has no stage "Won".');
  });

  it('waits where its rules can be corrected in the console', async () => {
    rules = wrongRules;
    const made = supervisor();
    await made.acquire(LEASE, true);
    expect(made.state()).toMatchObject({ state: 'waiting', reason: 'Kommo has no stage "Won".' });
  });

  it('stops the worker that could not be started, and starts another one later', async () => {
    const made = supervisor();
    prepareWorker = (worker) => {
      worker.starts = Promise.reject(new Error('The database is away.'));
    };
    await made.acquire(LEASE, false);
    expect(made.state()).toMatchObject({ state: 'waiting', reason: 'The database is away.' });
    expect(workers[0]!.calls).toEqual(['start', 'stop']);
    prepareWorker = () => {};
    made.retry();
    await settle();
    expect(shown(made)).toBe('running');
    expect(workers).toHaveLength(2);
  });
});

describe('a lease that is lost', () => {
  it('while Kommo was slow to give the catalog lets nothing run', async () => {
    const catalog = Promise.withResolvers<Catalog>();
    readCatalog = () => catalog.promise;
    const made = supervisor();
    const started = made.acquire(LEASE, false);
    await settle();
    isSafe = false;
    catalog.resolve(CATALOG);
    await started;
    expect(workers).toEqual([]);
    expect(shown(made)).toBe('waiting');
    expect(opened[0]!.closed).toEqual(['kommo', 'track']);
  });

  it('during the start of the process does not end the process, and the connection starts later', async () => {
    isSafe = false;
    const made = supervisor({ rulesNeededAtStart: true });
    await made.acquire(LEASE, true);
    expect(shown(made)).toBe('waiting');
    isSafe = true;
    made.retry();
    await settle();
    expect(shown(made)).toBe('running');
  });

  it('to another process while the worker starts does not end the process', async () => {
    prepareWorker = (worker) => {
      worker.starts = Promise.reject(new LeaseLost('acme'));
    };
    const made = supervisor({ rulesNeededAtStart: true });
    await made.acquire(LEASE, true);
    expect(shown(made)).toBe('waiting');
    expect(workers[0]!.calls).toEqual(['start', 'stop']);
  });

  it('and renewed in time after all lets the connection start again', async () => {
    isSafe = false;
    const made = supervisor();
    await made.acquire(LEASE, false);
    isSafe = true;
    made.retry();
    await settle();
    expect(shown(made)).toBe('running');
  });
});

describe('a release', () => {
  it('stops the worker, then closes the clients', async () => {
    const made = supervisor();
    await made.acquire(LEASE, false);
    const stop = Promise.withResolvers<void>();
    workers[0]!.stops = stop.promise;
    const released = made.release();
    await settle();
    expect(opened[0]!.closed).toEqual([]);
    stop.resolve();
    await released;
    expect(opened[0]!.closed).toEqual(['kommo', 'track']);
    expect(shown(made)).toBe('standby');
    expect(made.connection()).toBeNull();
  });

  it('during a start ends the reading of the catalog, and starts no worker', async () => {
    readCatalog = untilAborted;
    const made = supervisor();
    const started = made.acquire(LEASE, false);
    await settle();
    await made.release();
    await started;
    expect(workers).toEqual([]);
    expect(shown(made)).toBe('standby');
    expect(opened[0]!.closed).toEqual(['kommo', 'track']);
  });

  it('while the worker is being started stops it', async () => {
    const start = Promise.withResolvers<void>();
    prepareWorker = (worker) => {
      worker.starts = start.promise;
    };
    const made = supervisor();
    const started = made.acquire(LEASE, false);
    await settle();
    const released = made.release();
    start.resolve();
    await Promise.all([started, released]);
    expect(workers[0]!.calls).toEqual(['start', 'stop']);
    expect(shown(made)).toBe('standby');
  });

  it('does not wait for a slot to start', async () => {
    const other = Promise.withResolvers<void>();
    const startSlots = createSemaphore(1, 60_000);
    const otherStart = startSlots(() => other.promise);
    const made = supervisor({ startSlots });
    const started = made.acquire(LEASE, false);
    await made.release();
    expect(shown(made)).toBe('standby');
    other.resolve();
    await Promise.all([otherStart, started]);
    expect(opened).toEqual([]);
  });

  it('while another start comes lets that one begin after the end of what ran', async () => {
    const made = supervisor();
    await made.acquire(LEASE, false);
    const stop = Promise.withResolvers<void>();
    workers[0]!.stops = stop.promise;
    const released = made.release();
    const started = made.acquire(LEASE, false);
    await settle();
    expect(workers).toHaveLength(1);
    stop.resolve();
    await Promise.all([released, started]);
    expect(workers).toHaveLength(2);
    expect(shown(made)).toBe('running');
  });

  it('lets the connection run here again although its worker did not stop in order', async () => {
    const made = supervisor();
    await made.acquire(LEASE, false);
    workers[0]!.stops = Promise.reject(new Error('broken'));
    await made.release();
    expect(shown(made)).toBe('standby');
    expect(opened[0]!.closed).toEqual(['kommo', 'track']);
    await made.acquire(LEASE, false);
    expect(shown(made)).toBe('running');
    expect(workers).toHaveLength(2);
    expect(opened).toHaveLength(2);
  });

  it('closes every client although one cannot be closed', async () => {
    const made = supervisor({ closeTrack: () => Promise.reject(new Error('broken')) });
    await made.acquire(LEASE, false);
    await made.release();
    expect(opened[0]!.closed).toEqual(['kommo', 'track']);
    expect(shown(made)).toBe('standby');
  });
});
