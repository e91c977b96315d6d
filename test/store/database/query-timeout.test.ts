import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { ServerPool } from '../../../src/store/database/pool.ts';
import { isStatementTimeout, QueryTimeout } from '../../../src/store/database/query-timeout.ts';
import { type FaultyProxy, startFaultyProxy } from '../../support/faulty-proxy.ts';

let proxy: FaultyProxy;
let pool: ServerPool;

beforeEach(async () => {
  const { port } = new URL(inject('postgresUrl'));
  proxy = await startFaultyProxy({ host: '127.0.0.1', port: Number(port) });
  const url = `postgres://postgres:postgres@127.0.0.1:${proxy.port}/postgres?query_timeout=700`;
  pool = new ServerPool(url, () => {});
});
afterEach(async () => {
  await pool.end();
  await proxy.close();
});

async function errorOf(query: Promise<unknown>): Promise<unknown> {
  return query.then(
    () => null,
    (error: unknown) => error,
  );
}

describe('a query that is not answered in time', () => {
  it('fails with a code, and its connection and the idle ones are not used again', async () => {
    const one = await pool.connect();
    const other = await pool.connect();
    other.release();
    proxy.freeze();
    const error = await errorOf(one.query('select 1'));
    expect(error).toMatchObject({ code: 'QUERY_TIMEOUT' });
    expect(isStatementTimeout(error)).toBe(true);
    expect(await errorOf(one.query('select 2'))).toBe(error);
    one.release();
    const fresh = [await pool.connect(), await pool.connect()];
    for (const connection of fresh) {
      expect((await connection.query('select 3 as n')).rows).toEqual([{ n: 3 }]);
      connection.release();
    }
  });

  it('counts as answered where the answer came in time and this process was too busy to read it', async () => {
    const direct = new ServerPool(`${inject('postgresUrl')}/postgres?query_timeout=700`, () => {});
    const connection = await direct.connect();
    const answer = connection.query('select 3 as n');
    const end = performance.now() + 800;
    while (performance.now() < end);
    expect((await answer).rows).toEqual([{ n: 3 }]);
    connection.release();
    await direct.end();
  });

  it('is given up by a server that lives, and its connection goes on', async () => {
    const connection = await pool.connect();
    const error = await errorOf(connection.query('select pg_sleep(30)'));
    expect(error).not.toBeInstanceOf(QueryTimeout);
    expect(isStatementTimeout(error)).toBe(true);
    expect((await connection.query('select 3 as n')).rows).toEqual([{ n: 3 }]);
    connection.release();
  });
});
