import { Kysely, PostgresDialect, sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServerConnection, ServerPool } from '../../../src/store/database/pool.ts';
import { createPostgresDatabase } from '../../support/databases.ts';

describe('what a PostgreSQL server is asked again', () => {
  let pool: ServerPool;
  let one: ServerConnection;
  let other: ServerConnection;

  beforeAll(async () => {
    const fail = (error: unknown) => {
      throw error;
    };
    pool = new ServerPool(await createPostgresDatabase(), fail);
    one = await pool.connect();
    other = await pool.connect();
    await one.query('create table t (id int primary key, word text)');
  });
  afterAll(async () => {
    one?.release();
    other?.release();
    await pool?.end();
  });

  const preparedBy = async (client: ServerConnection) =>
    (await client.query('select statement from pg_prepared_statements order by prepare_time')).rows.map(
      ({ statement }: { statement: string }) => statement,
    );

  it('is prepared from the second time on, by each connection, and answers the same', async () => {
    const add = 'insert into t values ($1, $2)';
    expect((await one.query(add, [1, 'a'])).rowCount).toBe(1);
    expect(await preparedBy(one)).toEqual([]);
    for (const [id, client] of [one, other, one, other].entries()) {
      expect((await client.query(add, [id + 2, null])).rowCount).toBe(1);
    }
    expect(await preparedBy(one)).toEqual([add]);
    expect(await preparedBy(other)).toEqual([add]);
    expect((await one.query('select * from t order by id limit 2')).rows).toEqual([
      { id: 1, word: 'a' },
      { id: 2, word: null },
    ]);
  });

  it('is asked one query at a time: a connection refuses a second one', async () => {
    const first = one.query('select pg_sleep(0.01)');
    await expect(one.query('select 1')).rejects.toThrow('already executing a query');
    await first;
    expect((await one.query('select 1 as result')).rows).toEqual([{ result: 1 }]);
  });

  it('is asked one statement after the other where a transaction wants several at once', async () => {
    const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
    const results = await db
      .transaction()
      .execute((trx) => Promise.all([1, 2, 3].map((n) => sql`select ${n}::int as n`.execute(trx))));
    expect(results.flatMap(({ rows }) => rows)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
  });

  it('fails alone where it fails: the next one runs', async () => {
    const divide = (by: number) => one.query('select (1 / $1::int) as result', [by]);
    for (let time = 0; time < 3; time++) {
      await expect(divide(0)).rejects.toThrow('division by zero');
      expect((await divide(1)).rows).toEqual([{ result: 1 }]);
      await expect(one.query('selec $1', [1])).rejects.toThrow('syntax error');
    }
  });

  it('sees a table that was changed meanwhile: only the first one that asks has to ask again', async () => {
    const ask = (client: ServerConnection) => client.query('select * from t where id = $1', [1]);
    for (const client of [one, one, other, other]) await ask(client);
    await one.query('alter table t add column more int default 7');
    await expect(ask(one)).rejects.toThrow('cached plan must not change result type');
    for (const client of [other, one, other, one])
      expect((await ask(client)).rows).toEqual([{ id: 1, word: 'a', more: 7 }]);
  });

  it('is prepared up to a number, and works beyond it', async () => {
    for (let n = 0; n < 300; n++) {
      const ask = () => one.query(`select ${n} + $1::int as sum`, [1]);
      for (let time = 0; time < 2; time++) expect((await ask()).rows).toEqual([{ sum: n + 1 }]);
    }
    expect((await preparedBy(one)).length).toBeGreaterThan(190);
    expect((await preparedBy(one)).length).toBeLessThanOrEqual(203);
  });
});
