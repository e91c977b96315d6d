import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/store/database/database.ts';
import { clientsAmong, saveTestPerson, testPeopleAmong } from '../../src/store/test-people.ts';
import { KINDS, openTestDatabase } from '../support/databases.ts';

describe.each(KINDS)('test people (%s)', (kind) => {
  let database: Database;
  beforeAll(async () => {
    database = await openTestDatabase(kind);
  });
  afterAll(() => database.close());

  it('are known by their address within their connection, and the 200 used last are kept', async () => {
    const { db } = database;
    for (let at = 1; at <= 201; at++) await saveTestPerson(db, 'acme', `e${at}@desk.example`, at);
    await saveTestPerson(db, 'acme', 'e2@desk.example', 300);
    const asked = ['e1@desk.example', 'e2@desk.example', 'e201@desk.example', 'ann@acme.example'];
    expect(await testPeopleAmong(db, 'acme', asked)).toEqual(
      new Set(['e2@desk.example', 'e201@desk.example']),
    );
    expect(await testPeopleAmong(db, 'beta', asked)).toEqual(new Set());
  });

  it('an address of a client, or of a contact in the directory, is found', async () => {
    const { db } = database;
    await sql`
      insert into directory (connection, address, contact_id, deal_ids, read_at)
      values ('acme', 'kim@client.example', 5, '[]', 1)
    `.execute(db);
    expect(await clientsAmong(db, 'acme', ['kim@client.example', 'me@desk.example'])).toEqual([
      'kim@client.example',
    ]);
    expect(await clientsAmong(db, 'beta', ['kim@client.example'])).toEqual([]);
  });
});
