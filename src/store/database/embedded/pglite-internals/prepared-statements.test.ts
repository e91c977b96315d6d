import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prepareStatements } from './prepared-statements.ts';

describe('statements that come again', () => {
  let pglite: PGlite;
  let sent: string[] = [];

  beforeAll(async () => {
    pglite = new PGlite();
    await pglite.waitReady;
    const send = pglite.execProtocolStream.bind(pglite);
    pglite.execProtocolStream = prepareStatements((message, options) => {
      sent.push(String.fromCharCode(message[0]!));
      return send(message, options);
    });
    await pglite.exec('create table t (id int primary key, word text)');
  });
  afterAll(() => pglite.close());

  async function messagesOf(query: () => Promise<unknown>): Promise<string> {
    sent = [];
    await query().catch(() => {});
    return sent.join('');
  }

  test('are parsed no more, and answer the same', async () => {
    const words = (id: number) =>
      pglite.query('select $1::int + 1 as next, $2::text as word', [id, `w${id}`]);
    const first = await messagesOf(() => words(1));
    await words(2);
    const third = await messagesOf(() => words(3));
    expect([first, third]).toEqual(['PDBDES', 'BES']);
    expect(await words(4)).toMatchObject({ rows: [{ next: 5, word: 'w4' }], fields: [{ name: 'next' }, {}] });
  });

  test('those without an answer too; counts of rows are right', async () => {
    const add = (id: number) => pglite.query('insert into t values ($1, $2)', [id, null]);
    for (const id of [1, 2, 3]) expect((await add(id)).affectedRows).toBe(1);
    expect((await pglite.query('select count(*)::int as n from t')).rows).toEqual([{ n: 3 }]);
  });

  test('one that fails fails alone: the next one runs, in a transaction and outside', async () => {
    const add = (id: number) => pglite.query('insert into t values ($1)', [id]);
    for (const id of [11, 12, 13]) await add(id);
    await expect(add(13)).rejects.toThrow('duplicate key');
    await add(14);
    await expect(
      pglite.transaction(async (trx) => {
        await trx.query('insert into t values ($1)', [15]);
        await trx.query('insert into t values ($1)', [15]);
      }),
    ).rejects.toThrow('duplicate key');
    await add(15);
    expect((await pglite.query('select count(*)::int as n from t where id > 10')).rows).toEqual([{ n: 5 }]);
  });

  test('one that cannot be parsed says so each time', async () => {
    for (let n = 0; n < 4; n++) await expect(pglite.query('selec $1', [n])).rejects.toThrow('syntax error');
    await expect(pglite.query('select $1::int / 0', [1])).rejects.toThrow('division by zero');
    for (let n = 0; n < 3; n++) {
      await expect(pglite.query('select 1 / $1::int', [0])).rejects.toThrow('division by zero');
      expect((await pglite.query('select 1 / $1::int as one', [1])).rows).toEqual([{ one: 1 }]);
    }
  });

  test('a changed table is seen', async () => {
    const all = () => pglite.query('select * from t where id = $1', [1]);
    for (let n = 0; n < 3; n++) await all();
    await pglite.exec('alter table t add column more int default 7');
    await all().catch(() => {});
    expect((await all()).rows).toEqual([{ id: 1, word: null, more: 7 }]);
  });

  test('more statements than are kept work as before', async () => {
    for (let n = 0; n < 300; n++) {
      const ask = () => pglite.query(`select ${n} + $1::int as sum`, [1]);
      for (let time = 0; time < 3; time++) expect((await ask()).rows).toEqual([{ sum: n + 1 }]);
    }
  });
});
