import { sql } from 'kysely';
import { anyOf, type Db } from './database/database.ts';
import type { Millis } from './database/schema.ts';

/** The most addresses that are kept for a connection: the ones used last. */
const MAX_TEST_PEOPLE = 200;

/** Notes that a test goes to this address. */
export async function saveTestPerson(
  db: Db,
  connection: string,
  address: string,
  now: Millis,
): Promise<void> {
  await sql`
    insert into test_people (connection, address, sent_at) values (${connection}, ${address}, ${now}::bigint)
    on conflict (connection, address) do update set sent_at = excluded.sent_at
  `.execute(db);
  await sql`
    delete from test_people where connection = ${connection} and address in (
      select address from test_people where connection = ${connection}
      order by sent_at desc offset ${MAX_TEST_PEOPLE}::int
    )
  `.execute(db);
}

/** Those of the addresses to which tests were sent. */
export async function testPeopleAmong(db: Db, connection: string, addresses: string[]): Promise<Set<string>> {
  if (addresses.length === 0) return new Set();
  const { rows } = await sql<{ address: string }>`
    select address from test_people where connection = ${connection} and address = ${anyOf(addresses, 'text')}
  `.execute(db);
  return new Set(rows.map(({ address }) => address));
}

/** Those of the addresses that a client of the connection has or had, or a contact that was read from Kommo. */
export async function clientsAmong(db: Db, connection: string, addresses: string[]): Promise<string[]> {
  const { rows } = await sql<{ address: string }>`
    select value as address from person_names
    where connection = ${connection} and kind = 'address' and value = ${anyOf(addresses, 'text')}
    union select address from directory
    where connection = ${connection} and address = ${anyOf(addresses, 'text')}
  `.execute(db);
  return rows.map(({ address }) => address);
}

/** Of a connection that is removed. */
export async function forgetTestPeople(db: Db, connection: string): Promise<void> {
  await db.deleteFrom('test_people').where('connection', '=', connection).execute();
}
