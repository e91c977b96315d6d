import { type Logger, pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  createInstanceRpc,
  type InstanceRpc,
  RpcError,
  type RpcErrorCode,
} from '../../src/cluster/instance-rpc.ts';
import { DeliveryError } from '../../src/domain/errors.ts';
import type { Database } from '../../src/store/database/database.ts';
import type { NotificationListener } from '../../src/store/database/notifications.ts';
import { KINDS, openTestDatabase } from '../support/databases.ts';

const double = {
  name: 'double',
  request: z.object({ n: z.number() }),
  response: z.object({ n: z.number() }),
};

describe.each(KINDS)('a call to the process that runs a connection (%s)', (kind) => {
  let database: Database;
  let listeners: NotificationListener[] = [];
  let logged: Record<string, unknown>[] = [];

  beforeAll(async () => {
    database = await openTestDatabase(kind);
    database.onNotification((notification) => {
      for (const listener of listeners) listener(notification);
    });
  });
  afterAll(() => database.close());
  afterEach(() => {
    listeners = [];
    logged = [];
  });

  const log = (): Logger =>
    pino({ level: 'warn' }, { write: (line: string) => void logged.push(JSON.parse(line)) });

  /** A process on the database. */
  function instance(runs: string[], limits = {}): InstanceRpc {
    const rpc = createInstanceRpc({
      database: async () => database,
      isRunHere: (connection) => runs.includes(connection),
      log: log(),
      now: Date.now,
      limits: { pollEvery: 5, ...limits },
    });
    listeners.push(rpc.onNotification);
    return rpc;
  }

  const errorOf = async (call: Promise<unknown>) => {
    const error: unknown = await call.catch((thrown) => thrown);
    expect(error).toBeInstanceOf(RpcError);
    return error as RpcError;
  };
  const failsWith = (thrown: unknown) => {
    instance(['acme']).handle(double, () => Promise.reject(thrown));
    return errorOf(instance([]).call(double, 'acme', { n: 1 }));
  };

  it('returns what the handler returns', async () => {
    instance(['acme']).handle(double, async (_connection, { n }) => ({ n: n * 2 }));
    expect(await instance([]).call(double, 'acme', { n: 21 })).toEqual({ n: 42 });
  });

  it('reaches only the process that runs the connection', async () => {
    const reached: string[] = [];
    for (const name of ['acme', 'other'])
      instance([name]).handle(double, async (_connection, { n }) => {
        reached.push(name);
        return { n };
      });
    await instance([]).call(double, 'acme', { n: 1 });
    expect(reached).toEqual(['acme']);
  });

  it('is handled once where two processes take themselves for the one', async () => {
    let calls = 0;
    for (let i = 0; i < 2; i++)
      instance(['acme']).handle(double, async (_connection, { n }) => {
        calls += 1;
        return { n };
      });
    await instance([]).call(double, 'acme', { n: 1 });
    expect(calls).toBe(1);
  });

  it.each<RpcErrorCode>(['not_found', 'conflict'])('fails with the code of the handler: %s', async (code) => {
    expect(await failsWith(new RpcError(code, 'No such deal.'))).toMatchObject({
      code,
      message: 'No such deal.',
    });
  });

  it('is unavailable where Kommo cannot be read', async () => {
    const error = new DeliveryError('retryable', 'Kommo did not answer.');
    expect(await failsWith(error)).toMatchObject({ code: 'unavailable', message: 'Kommo did not answer.' });
  });

  it('is logged by the process whose handler failed, and its caller learns no secret', async () => {
    const error = await failsWith(new Error('token=s3cret'));
    expect(error.code).toBe('internal');
    expect(error.message).not.toContain('s3cret');
    expect(logged).toMatchObject([
      { connection: 'acme', method: 'double', err: { message: 'token=s3cret' } },
    ]);
  });

  it('is unavailable where no process runs the connection', async () => {
    const error = await errorOf(instance([], { claimWithin: 20 }).call(double, 'acme', { n: 1 }));
    expect(error.code).toBe('unavailable');
  });

  it('is unavailable where the handler takes too long', async () => {
    instance(['acme']).handle(double, () => new Promise(() => {}));
    const error = await errorOf(instance([], { respondWithin: 20 }).call(double, 'acme', { n: 1 }));
    expect(error.code).toBe('unavailable');
  });

  describe('between two versions', () => {
    it('fails where the other one has no such method', async () => {
      instance(['acme']);
      expect((await errorOf(instance([]).call(double, 'acme', { n: 1 }))).code).toBe('version_mismatch');
    });

    it('fails where the other one expects another request', async () => {
      const newer = { ...double, request: z.object({ factor: z.number() }) };
      instance(['acme']).handle(newer, async () => ({ n: 1 }));
      expect((await errorOf(instance([]).call(double, 'acme', { n: 1 }))).code).toBe('version_mismatch');
    });

    it.each([{}, null, undefined, { n: 'one' }])(
      'fails where the other one responds %j',
      async (response) => {
        const newer = { ...double, response: z.unknown() };
        instance(['acme']).handle(newer, async () => response);
        expect((await errorOf(instance([]).call(double, 'acme', { n: 1 }))).code).toBe('version_mismatch');
      },
    );
  });

  it('leaves nothing behind', async () => {
    instance(['acme']).handle(double, async (_connection, { n }) => ({ n }));
    await instance([]).call(double, 'acme', { n: 1 });
    await errorOf(instance([], { claimWithin: 20 }).call(double, 'nobody', { n: 1 }));
    expect(await database.db.selectFrom('rpc_calls').selectAll().execute()).toEqual([]);
  });
});
