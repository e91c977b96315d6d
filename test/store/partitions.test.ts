import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { removeExpired } from '../../src/pipeline/retention.ts';
import type { Database } from '../../src/store/database/database.ts';
import { addPartitions, partitionsOf } from '../../src/store/database/partitions/partitions.ts';
import { DAY_MS } from '../../src/store/database/partitions/ranges.ts';
import { Vacuum } from '../../src/store/database/vacuum.ts';
import { allRequests, markUnderstood, newRequests, storeRequests } from '../../src/store/inbox.ts';
import { removePersonalData } from '../../src/store/retention/personal-data.ts';
import { KINDS, openTestDatabase } from '../support/databases.ts';
import { asLeased } from '../support/leased.ts';

const NOW = Date.UTC(2026, 10, 30, 12);
const RETENTION = 90 * DAY_MS;

describe.each(KINDS)('tables that are partitioned by time (%s)', (kind) => {
  let database: Database;
  beforeAll(async () => {
    database = await openTestDatabase(kind);
  });
  afterAll(() => database.close());

  const names = async () => (await partitionsOf(database.db, 'inbox_done')).map(({ name }) => name);
  const runJob = (now: number) =>
    removeExpired({
      database,
      dataDir: null,
      retentionMs: RETENTION,
      now: () => now,
      log: { info() {}, warn: fail },
    });
  const fail = (facts: object) => {
    throw (facts as { err: unknown }).err;
  };

  async function understand(...times: number[]): Promise<void> {
    const request = { connection: 'acme', source: 'kommo', headers: {}, body: Buffer.from('a=b') } as const;
    await storeRequests(
      database.db,
      times.map((receivedAt) => ({ ...request, receivedAt })),
    );
    const { requests } = await newRequests(database.db, 'acme', 100, 1e6);
    await markUnderstood(
      asLeased(database.db),
      requests.map(({ id }) => ({ id, outcome: 'One event.' })),
      NOW,
    );
  }

  async function arrivals(from: ReturnType<typeof sql> = allRequests): Promise<number[]> {
    const { rows } = await sql<{ at: number }>`select received_at as at from ${from} r order by 1`.execute(
      database.db,
    );
    return rows.map(({ at }) => at);
  }

  it('take rows of any time, also where no partition was added', async () => {
    await understand(NOW - DAY_MS, NOW);
    expect(await arrivals(sql`inbox_done_default`)).toEqual([NOW - DAY_MS, NOW]);
    expect(await arrivals(sql`inbox`)).toEqual([]);
  });

  it('get the partitions of the next days, but not of a time whose rows the default one has', async () => {
    await addPartitions(database.db, NOW, 3 * DAY_MS);
    const later = ['inbox_done_20261203', 'inbox_done_20261206', 'inbox_done_default'];
    expect(await names()).toEqual(later);
    await Promise.all([1, 2].map(() => addPartitions(database.db, NOW, 3 * DAY_MS)));
    expect(await names()).toEqual(later);
    await understand(NOW + 4 * DAY_MS);
    expect(await arrivals(sql`inbox_done_20261203`)).toEqual([NOW + 4 * DAY_MS]);
  });

  it('lose partitions as a whole after the retention time, and single rows of the default one', async () => {
    await understand(NOW + 7 * DAY_MS);
    await runJob(NOW + RETENTION + DAY_MS / 2);
    expect(await arrivals()).toEqual([NOW + 4 * DAY_MS, NOW + 7 * DAY_MS]);
    await runJob(NOW + RETENTION + 3 * DAY_MS);
    expect(await arrivals()).toEqual([NOW + 7 * DAY_MS]);
    expect(await names()).not.toContain('inbox_done_20261203');
    expect(await names()).toContain('inbox_done_20261206');
  });

  it('keep what is not understood, however old it is', async () => {
    await storeRequests(database.db, [
      { connection: 'acme', source: 'kommo', receivedAt: 1, headers: {}, body: Buffer.from('a=b') },
    ]);
    await removePersonalData(database.db, NOW);
    expect((await newRequests(database.db, 'acme', 10, 1e6)).requests).toMatchObject([{ received_at: 1 }]);
  });
});

it('the embedded database uses the space of changed rows again, and gives back that of the inbox', async () => {
  const database = await openTestDatabase('embedded');
  const { db } = database;
  const request = {
    connection: 'acme',
    source: 'kommo',
    headers: {},
    body: Buffer.alloc(1_000, 'a'),
  } as const;
  const understandMany = async () => {
    await storeRequests(
      db,
      Array.from({ length: 3_000 }, () => ({ ...request, receivedAt: NOW })),
    );
    const { requests } = await newRequests(db, 'acme', 3_000, 1e8);
    const outcomes = requests.map(({ id }) => ({ id, outcome: 'One event.' }));
    await markUnderstood(asLeased(db), outcomes, NOW);
  };
  const inboxPages = async () => {
    const { rows } = await sql<{ pages: number }>`select pg_relation_size('inbox') / 8192 as pages`.execute(
      db,
    );
    return rows[0]!.pages;
  };
  const vacuum = new Vacuum(db, () => NOW + DAY_MS);
  await understandMany();
  expect(await inboxPages()).toBeGreaterThan(100);
  // The database counts dead rows a moment later.
  await expect.poll(() => vacuum.run()).toBe('inbox');
  expect(await inboxPages()).toBe(0);
  expect(await vacuum.run()).toBeNull();
  await database.close();
});
