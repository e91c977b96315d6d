import { setImmediate } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import type { RawRequest } from '../../store/inbox.ts';
import { Intake } from './intake.ts';

/** What a flush waits for: each batch is stored, or fails, when the test says so. */
let batches: { requests: RawRequest[]; stored(): void; failed(error: Error): void }[];
let sleeps: { ms: number; wake(): void }[];
let notified: string[];
let errors: unknown[];
let onStored: (connection: string) => void;
let time: number;
let intake: Intake;

beforeEach(() => {
  batches = [];
  sleeps = [];
  notified = [];
  errors = [];
  time = 1_000_000;
  onStored = (connection) => void notified.push(connection);
  intake = new Intake({
    storeBatch(requests) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      batches.push({ requests, stored: resolve, failed: reject });
      return promise;
    },
    onStored: (connection) => onStored(connection),
    onError: (error) => errors.push(error),
    clock: {
      now: () => time,
      sleep: (ms) => new Promise<void>((wake) => sleeps.push({ ms, wake })),
    },
  });
});

const request = (connection = 'acme', bytes = 10): RawRequest => ({
  connection,
  source: 'kommo',
  receivedAt: 0,
  headers: {},
  body: Buffer.alloc(bytes),
});

/** Stores a request and says when the promise is settled. */
function store(one = request()) {
  const outcome = { state: 'waiting' };
  intake.store(one).then(
    () => (outcome.state = 'stored'),
    (error: Error) => (outcome.state = error.message),
  );
  return outcome;
}

async function finish(batch: number): Promise<void> {
  batches[batch]!.stored();
  await setImmediate();
}

describe('a single request', () => {
  it('is stored at once', () => {
    store();
    expect(batches).toHaveLength(1);
    expect(sleeps).toEqual([]);
  });

  it('is answered only when it is on disk', async () => {
    const outcome = store();
    await setImmediate();
    expect(outcome.state).toBe('waiting');
    await finish(0);
    expect(outcome.state).toBe('stored');
  });
});

describe('a stream', () => {
  it('shares a commit: what arrives during a flush goes with the next one, after a moment', async () => {
    store();
    store();
    store();
    await finish(0);
    expect(batches).toHaveLength(1);
    expect(sleeps.map(({ ms }) => ms)).toEqual([1]);
    store();
    sleeps[0]!.wake();
    await setImmediate();
    expect(batches[1]!.requests).toHaveLength(3);
  });

  it('has ended some milliseconds after the last flush', async () => {
    store();
    await finish(0);
    time += 4;
    store();
    expect(batches).toHaveLength(2);
    expect(sleeps).toEqual([]);
  });

  it('reports each connection once for a batch', async () => {
    store();
    for (const name of ['b', 'a', 'b']) store(request(name));
    await finish(0);
    sleeps[0]!.wake();
    await setImmediate();
    await finish(1);
    expect(notified).toEqual(['acme', 'b', 'a']);
  });
});

describe('a save that fails', () => {
  it('rejects the requests of its batch and no others', async () => {
    const first = store();
    const second = store();
    batches[0]!.failed(new Error('disk full'));
    await setImmediate();
    expect([first.state, second.state]).toEqual(['disk full', 'waiting']);
    expect(notified).toEqual([]);
    sleeps[0]!.wake();
    await setImmediate();
    await finish(1);
    expect(second.state).toBe('stored');
  });
});

describe('a listener that throws', () => {
  it('is reported, and the intake goes on', async () => {
    onStored = () => {
      throw new Error('broken listener');
    };
    const first = store();
    await finish(0);
    expect(first.state).toBe('stored');
    expect(errors).toEqual([new Error('broken listener')]);
    time += 100;
    const second = store();
    await finish(1);
    expect(second.state).toBe('stored');
  });
});

describe('bounds', () => {
  it('refuses more than 2,000 waiting requests at once', async () => {
    store();
    const waiting = Array.from({ length: 2_000 }, () => store());
    const refused = store();
    await setImmediate();
    expect(refused.state).toBe('Too many webhooks wait for the database.');
    expect(waiting.every(({ state }) => state === 'waiting')).toBe(true);
  });

  it('refuses more than 64 MB, those that are being stored included, and takes requests again afterwards', async () => {
    for (let i = 0; i < 64; i++) store(request('acme', 1_000_000));
    const refused = store();
    await setImmediate();
    expect(refused.state).toMatch(/Too many/);
    await finish(0);
    const taken = store();
    await setImmediate();
    expect(taken.state).toBe('waiting');
  });

  it('stores at most 500 requests and about 8 MB with one statement', async () => {
    store();
    for (let i = 0; i < 501; i++) store();
    for (let i = 0; i < 9; i++) store(request('acme', 1_000_000));
    await finish(0);
    for (const flush of [0, 1, 2]) {
      sleeps[flush]!.wake();
      await setImmediate();
      await finish(flush + 1);
    }
    expect(batches.map(({ requests }) => requests.length)).toEqual([1, 500, 8, 2]);
  });
});
