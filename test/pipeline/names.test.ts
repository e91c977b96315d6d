import { sql } from 'kysely';
import { TestClock } from 'pg-boss';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Deal } from '../../src/domain/entities.ts';
import type { KommoClient } from '../../src/kommo/index.ts';
import type { Connection } from '../../src/pipeline/connection.ts';
import { NameReader } from '../../src/pipeline/names/name-reader.ts';
import type { Database } from '../../src/store/database/database.ts';
import { dealRecords, saveReadDeals } from '../../src/store/deals/deals.ts';
import { openTestDatabase } from '../support/databases.ts';
import { contact, deal, dealContext } from '../support/entities.ts';
import { eventually } from '../support/eventually.ts';
import { asLeased } from '../support/leased.ts';
import { takeLease } from '../support/leases.ts';

const MINUTE = 60_000;
let database: Database;
let clock: TestClock;
/** The deals that were asked for, call by call. */
const asked: number[][] = [];

beforeAll(async () => {
  database = await openTestDatabase('embedded');
  clock = new TestClock(Date.now());
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

async function moved(...deals: number[]): Promise<void> {
  await sql`
    insert into moves (connection, deal_id, pipeline_id, stage_id, event_id, event_key)
    select 'acme', id, 1, 2, id, 'k' || id from unnest(${deals}::bigint[]) as id
  `.execute(database.db);
}

it('names are read of deals that have moved and that no decision has read, once, and not again of those that are gone', async () => {
  const { db } = database;
  await takeLease(db, 'acme', 'me');
  const connection = { name: 'acme', owner: 'me', kommo } as unknown as Connection;
  await saveReadDeals(asLeased(db), 'acme', [dealContext({ deal: deal({ id: 1, name: 'Known' }) })], 1);
  await moved(1, 2, 3);
  const log = pino({ level: 'silent' });
  const reader = new NameReader({ db, connection, clock, log, isHeld: () => false, random: 0 });
  reader.start();
  await clock.tick(MINUTE);
  await eventually(async () => expect((await dealRecords(db, 'acme', [2])).size).toBe(1));
  expect(asked).toEqual([[2, 3]]);
  const records = await dealRecords(db, 'acme', [1, 2, 3]);
  expect([...records.values()].map(({ name, contacts }) => [name, contacts[0]?.name])).toEqual([
    ['Known', 'Ann Lee'],
    ['Plan 2', 'Ann Lee'],
  ]);

  await moved(4);
  for (let minute = 0; minute < 62; minute++) {
    await eventually(() => expect(reader.isReading).toBe(false));
    await clock.tick(MINUTE);
  }
  await eventually(() => expect(asked).toEqual([[2, 3], [4]]));
  await reader.stop();
});
