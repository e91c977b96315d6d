import { sql } from 'kysely';
import { TestClock } from 'pg-boss';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Deal } from '../../src/domain/entities.ts';
import type { KommoClient } from '../../src/kommo/index.ts';
import type { Connection } from '../../src/pipeline/connection.ts';
import { NameReader } from '../../src/pipeline/names/name-reader.ts';
import { NameWriter } from '../../src/pipeline/names/name-writer.ts';
import type { Database, Db } from '../../src/store/database/database.ts';
import { dealRecords, saveReadDeals } from '../../src/store/deals/deals.ts';
import { openTestDatabase } from '../support/databases.ts';
import { contact, deal, dealContext } from '../support/entities.ts';
import { eventually } from '../support/eventually.ts';

const MINUTE = 60_000;
const log = pino({ level: 'silent' });
let database: Database;
let clock: TestClock;
/** The deals that were asked for, call by call. */
const asked: number[][] = [];

beforeAll(async () => {
  database = await openTestDatabase('embedded');
  clock = new TestClock(Date.now());
  writer = new NameWriter({ db: database.db, log });
});
afterAll(() => database?.close());

const kommo = {
  deals: async (ids: readonly number[]) => {
    asked.push([...ids]);
    const read = ids
      .filter((id) => id !== 3)
      .map((id): [number, Deal] => [id, deal({ id, name: `Plan ${id}` })]);
    return new Map(read);
  },
  contacts: async (ids: readonly number[]) => new Map(ids.map((id) => [id, contact({ id })])),
  companies: async () => new Map(),
} as unknown as KommoClient;

async function moved(connection: string, ...deals: number[]): Promise<void> {
  await sql`
    insert into moves (connection, deal_id, pipeline_id, stage_id, event_id, event_key)
    select ${connection}, id, 1, 2, id, 'k' || id from unnest(${deals}::bigint[]) as id
  `.execute(database.db);
}

let writer: NameWriter;

function readerOf(connection: string, random = 0): NameReader {
  const own = { name: connection, owner: 'me', kommo } as unknown as Connection;
  const { db } = database;
  return new NameReader({ db, connection: own, writer, clock, log, isHeld: () => false, random });
}

async function namesOf(connection: string, ...deals: number[]): Promise<string[]> {
  const records = await dealRecords(database.db, connection, deals);
  return [...records.values()].map(({ name, contacts }) => `${name}, ${contacts[0]?.name}`);
}

/** Time passes, a minute at a time, as long as nothing is being read. */
async function pass(minutes: number, reader: NameReader): Promise<void> {
  for (let minute = 0; minute < minutes; minute++) {
    await eventually(() => expect(reader.isReading).toBe(false));
    await clock.tick(MINUTE);
  }
  await eventually(() => expect(reader.isReading).toBe(false));
}

it('names are read of deals that have moved and that no decision has read, once, and not again of those that are gone', async () => {
  const known = { connection: 'acme', context: dealContext({ deal: deal({ id: 1, name: 'Known' }) }), at: 1 };
  await saveReadDeals(database.db, [known]);
  await moved('acme', 1, 2, 3);
  const reader = readerOf('acme');
  reader.start();
  await pass(1, reader);
  await eventually(async () => expect(await namesOf('acme', 1, 2, 3)).toHaveLength(2));
  expect(asked.splice(0)).toEqual([[2, 3]]);
  expect(await namesOf('acme', 1, 2, 3)).toEqual(['Known, Ann Lee', 'Plan 2, Ann Lee']);

  await moved('acme', 4);
  await pass(62, reader);
  expect(asked.splice(0)).toEqual([[4]]);
  await reader.stop();
});

it('names of deals that a planning has left unread are read a minute later, and those that it has read are saved', async () => {
  const reader = readerOf('globex', 0.99);
  reader.start();
  reader.note({ read: [dealContext({ deal: deal({ id: 1, name: 'Read' }) })], unread: [5] });
  reader.note({ read: [], unread: [5, 6] });
  await eventually(async () => expect(await namesOf('globex', 1)).toEqual(['Read, Ann Lee']));
  expect(asked).toEqual([]);
  await pass(1, reader);
  await eventually(async () => expect(await namesOf('globex', 5, 6)).toHaveLength(2));
  expect(asked.splice(0)).toEqual([[5, 6]]);
  await reader.stop();
});

it('what a planning has read is saved before the connection stops', async () => {
  const reader = readerOf('initech');
  reader.start();
  reader.note({ read: [dealContext({ deal: deal({ id: 1, name: 'Last' }) })], unread: [] });
  await reader.stop();
  expect(await namesOf('initech', 1)).toEqual(['Last, Ann Lee']);
});

it('names that the database did not take are saved with the next ones', async () => {
  const failing = new NameWriter({ db: closedDatabase(), log });
  const reading = {
    connection: 'hooli',
    context: dealContext({ deal: deal({ id: 1, name: 'Kept' }) }),
    at: 1,
  };
  failing.add([reading]);
  await failing.flush();
  isAway = false;
  await failing.flush();
  expect(await namesOf('hooli', 1)).toEqual(['Kept, Ann Lee']);
});

let isAway = true;

/** The database, but as if it were away while `isAway`. */
function closedDatabase(): Db {
  return new Proxy(database.db, {
    get(db, property) {
      if (isAway) throw new Error('The database is away.');
      const value = Reflect.get(db, property);
      return typeof value === 'function' ? value.bind(db) : value;
    },
  });
}
