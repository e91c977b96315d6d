import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../src/store/database/database.ts';
import { dealRecords, saveReadDeals } from '../../src/store/deals/deals.ts';
import { searchDeals } from '../../src/store/deals/search-deals.ts';
import { KINDS, openTestDatabase } from '../support/databases.ts';
import { contact, deal, dealContext } from '../support/entities.ts';

describe.each(KINDS)('deals by name (%s)', (kind) => {
  let database: Database;
  beforeAll(async () => {
    database = await openTestDatabase(kind);
  });
  afterAll(() => database.close());

  type Read = Parameters<typeof dealContext>[0];
  const reading = (read: Read, at = 1, connection = 'acme') => ({
    connection,
    context: dealContext(read),
    at,
  });
  const save = (...read: Read[]) =>
    saveReadDeals(
      database.db,
      read.map((one) => reading(one)),
    );
  const found = async (...words: string[]) =>
    (await searchDeals(database.db, 'acme', words, 10)).map(({ dealId }) => dealId);
  const named = (id: number, name: string, client: string, email: string) => ({
    deal: deal({ id, name, contactIds: [id], companyId: 3 }),
    contacts: [contact({ id, name: client, emails: [email] })],
    company: { id: 3, name: 'Acme Ltd', fields: [] },
  });

  beforeEach(() =>
    save(named(1, 'Pro plan', 'Ann Lee', 'ann@acme.example'), named(2, 'Trial', 'Anna Bo', 'bo@x.example')),
  );

  it.each([
    ['the name of the deal', ['pro'], [1]],
    ['the name of a client, the shorter one first', ['ann'], [1, 2]],
    ['a whole name', ['ann', 'lee'], [1]],
    ['words in another order', ['lee', 'ann'], [1]],
    ['words of several texts', ['acme', 'trial'], [2]],
    ['the company', ['acm'], [1, 2]],
    ['a part of the address', ['x', 'example'], [2]],
    ['nothing that there is', ['nn'], []],
  ])('are found by %s', async (_, words, deals) => {
    expect(await found(...words)).toEqual(deals);
  });

  it('are found by words in another order although thousands have each of the words', async () => {
    const many = Array.from({ length: 2_200 }, (_, n) =>
      named(100 + n, 'Plan', n % 2 === 0 ? 'Ada Berg' : 'Bea Silva', `a${n}@y.example`),
    );
    const all = [...many, named(99, 'Plan', 'Ada Silva', 'ada@z.example')];
    await saveReadDeals(
      database.db,
      all.map((read) => reading(read, 1, 'busy')),
    );
    for (const words of [
      ['silva', 'ada'],
      ['plan', 'silva', 'ada'],
    ])
      expect(await searchDeals(database.db, 'busy', words, 10)).toMatchObject([{ dealId: 99 }]);
  });

  it('are found by their new name only, once they have one', async () => {
    await save(named(2, 'Renamed', 'Anna Bo', 'bo@x.example'));
    expect([await found('trial'), await found('renam')]).toEqual([[], [2]]);
  });

  it('keep the names of contacts and companies that a later reading leaves out', async () => {
    await save({
      deal: deal({ id: 1, name: 'Pro plan', contactIds: [1], companyId: 3 }),
      contacts: [],
      company: null,
    });
    expect((await dealRecords(database.db, 'acme', [1])).get(1)).toMatchObject({
      company: 'Acme Ltd',
      contacts: [{ name: 'Ann Lee' }],
    });
    expect(await found('ann', 'lee')).toEqual([1]);
  });

  it('lose the name of a contact who is not on the deal any more', async () => {
    await save({
      deal: deal({ id: 1, name: 'Pro plan', contactIds: [7], companyId: null }),
      contacts: [],
      company: null,
    });
    expect([await found('lee'), await found('ltd')]).toEqual([[], [2]]);
  });

  it('have the name of the last of several readings that are saved together', async () => {
    const client = { deal: deal({ id: 4, name: 'First', contactIds: [4] }), contacts: [contact({ id: 4 })] };
    const renamed = { deal: deal({ id: 4, name: 'Second', contactIds: [4] }), contacts: [] };
    await saveReadDeals(database.db, [reading(client), reading(renamed, 2)]);
    expect([await found('first'), await found('second', 'ann')]).toEqual([[], [4]]);
  });

  it('keep the name of a later reading', async () => {
    await saveReadDeals(database.db, [reading({ deal: deal({ id: 5, name: 'Later' }) }, 9)]);
    await saveReadDeals(database.db, [reading({ deal: deal({ id: 5, name: 'Earlier' }) }, 8)]);
    expect([await found('earlier'), await found('later')]).toEqual([[], [5]]);
  });

  it('of several connections are saved together, each with its own', async () => {
    const names = { acme: 'Sixth of acme', globex: 'Sixth of globex' };
    await saveReadDeals(
      database.db,
      Object.entries(names).map(([connection, name]) =>
        reading({ deal: deal({ id: 6, name }) }, 1, connection),
      ),
    );
    for (const [connection, name] of Object.entries(names))
      expect((await dealRecords(database.db, connection, [6])).get(6)).toMatchObject({ name });
  });
});
