import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type BackfillFilter, NO_COUNTS } from '../../src/domain/backfill.ts';
import {
  activeBackfill,
  addBackfill,
  changeBackfillState,
  findBackfill,
  saveListCursor,
} from '../../src/store/backfills/backfills.ts';
import { addLeftOut, leftOutExamples, listLeftOut } from '../../src/store/backfills/left-out.ts';
import { followedDeals } from '../../src/store/backfills/recorded-people.ts';
import { type BackfilledDeal, saveBackfilled } from '../../src/store/backfills/save-backfilled.ts';
import type { Database, Db } from '../../src/store/database/database.ts';
import { dealsReportedSince } from '../../src/store/directory/listed-deals.ts';
import { removePersonalData } from '../../src/store/retention/personal-data.ts';
import { KINDS, openTestDatabase } from '../support/databases.ts';
import { asLeased } from '../support/leased.ts';

const FILTER: BackfillFilter = {
  ...{ stages: [], createdFrom: null, createdTo: null, updatedFrom: null, updatedTo: null },
  ...{ owners: [], field: null, hasEmail: false },
};
const STAGE = { pipelineId: 1, stageId: 2 };
const NOW = Date.UTC(2026, 10, 30, 12);

function deal(dealId: number, part: Partial<BackfilledDeal> = {}): Omit<BackfilledDeal, 'backfillId'> {
  const stage = { ...STAGE, event: 'won' };
  return {
    kind: 'backfilled',
    dealId,
    outcome: 'new',
    detail: '',
    newPeople: 1,
    updatedPeople: 0,
    stage,
    ...part,
  };
}

describe.each(KINDS)('stored backfills (%s)', (kind) => {
  let database: Database;
  let id: number;
  beforeAll(async () => {
    database = await openTestDatabase(kind);
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    for (const table of ['backfills', 'events'] as const)
      await database.db.deleteFrom(table).where('connection', '<>', 'grown').execute();
    id = (await addBackfill(database.db, { connection: 'acme', filter: FILTER, by: 'Ann' }, NOW))!;
  });

  const start = () =>
    changeBackfillState(database.db, id, ['planning'], { to: 'running', eventStages: [STAGE] }, NOW);
  const save = (...deals: Omit<BackfilledDeal, 'backfillId'>[]) =>
    saveBackfilled(
      asLeased(database.db),
      'acme',
      deals.map((one) => ({ ...one, backfillId: id })),
      NOW,
    );
  const stored = async () => (await findBackfill(database.db, ['acme'], id))!;

  it('are one at a time for a connection', async () => {
    const another = { connection: 'acme', filter: FILTER, by: 'Ben' };
    expect(await addBackfill(database.db, another, NOW)).toBeNull();
    expect(await addBackfill(database.db, { ...another, connection: 'other' }, NOW)).not.toBeNull();
    await changeBackfillState(database.db, id, ['planning'], { to: 'planned' }, NOW);
    const second = (await addBackfill(database.db, another, NOW))!;
    expect(await changeBackfillState(database.db, id, ['planned'], { to: 'running' }, NOW)).toBe(false);
    expect((await activeBackfill(database.db, 'acme'))?.id).toBe(second);
  });

  it('keep their place only while they run', async () => {
    await start();
    const trx = asLeased(database.db);
    expect(await saveListCursor(trx, id, { page: 2 }, 40)).toBe(true);
    await changeBackfillState(database.db, id, ['running'], { to: 'paused' }, NOW);
    expect(await saveListCursor(trx, id, { page: 3 }, 40)).toBe(false);
    expect(await stored()).toMatchObject({ list_cursor: { page: 2 }, worked_ms: 40, started_at: NOW });
  });

  it('add up what comes of the deals, and list those that are left out', async () => {
    await start();
    await save(deal(1), deal(2, { outcome: 'no_email', detail: 'Contact Ann has no email.', newPeople: 0 }));
    await save(deal(3, { outcome: 'passed_over', newPeople: 0 }));
    expect((await stored()).counts).toEqual({
      ...NO_COUNTS,
      deals: { new: 1, no_email: 1, passed_over: 1 },
      newPeople: 1,
      stages: [{ ...STAGE, event: 'won', deals: 1 }],
    });
    const leftOut = [{ dealId: 2, outcome: 'no_email', detail: 'Contact Ann has no email.' }];
    expect(await listLeftOut(database.db, id, 0, 10)).toEqual(leftOut);
    expect(await leftOutExamples(database.db, id, 1)).toEqual(leftOut);
  });

  it('hold the event of a stage once for each deal', async () => {
    await start();
    await save(deal(11), deal(12, { stage: { pipelineId: 1, stageId: 9, event: 'lost' } }));
    await save(deal(11), deal(13), deal(14, { outcome: 'opted_out' }));
    const held = await database.db
      .selectFrom('events')
      .select(['deal_id', 'state', 'hold_id'])
      .orderBy('deal_id')
      .execute();
    const { event_stages } = await stored();
    const hold_id = event_stages[0]!.holdId;
    expect(held).toEqual([11, 13].map((deal_id) => ({ deal_id, state: 'held', hold_id })));
  });

  it('lose the list of who was left out with the retention time', async () => {
    await changeBackfillState(database.db, id, ['planning'], { to: 'running' }, NOW);
    await addLeftOut(database.db, id, [
      { dealId: 1, outcome: 'no_email', detail: 'Contact Ann has no email.' },
    ]);
    await removePersonalData(database.db, NOW + 1);
    expect(await listLeftOut(database.db, id, 0, 10)).toHaveLength(1);
    await changeBackfillState(database.db, id, ['running'], { to: 'done' }, NOW);
    await removePersonalData(database.db, NOW + 1);
    expect(await listLeftOut(database.db, id, 0, 10)).toEqual([]);
  });

  describe('whose tables have grown since their statistics were gathered', () => {
    beforeAll(async () => {
      for (const statement of [...rowsOf(1, SMALL), ...ANALYZE, ...rowsOf(SMALL + 1, GROWN)])
        await sql.raw(statement).execute(database.db);
    });

    it.each(LOOKUPS)('read a few rows for each %s', async (_what, tables, lookUp) => {
      await database.db.transaction().execute(async (trx) => {
        const before = await rowsRead(trx, tables);
        expect((await lookUp(trx)).size).toBe(IDS.length);
        expect((await rowsRead(trx, tables)) - before).toBeLessThanOrEqual(IDS.length * tables.length);
      });
    });
  });
});

const SMALL = 100;
const GROWN = 1_500;
const IDS = Array.from({ length: 50 }, (_, n) => 1_000 + n);
const PEOPLE = ['persons', 'person_names', 'person_deals'];
const ANALYZE = [...PEOPLE, 'events'].map((table) => `analyze ${table}`);

type LookUp = (db: Db) => Promise<{ size: number }>;

const LOOKUPS: [what: string, tables: string[], lookUp: LookUp][] = [
  ['contact of which the deal is asked', PEOPLE, (db) => followedDeals(db, 'grown', IDS)],
  [
    'deal of which changes are asked',
    ['events'],
    (db) =>
      dealsReportedSince(
        db,
        'grown',
        IDS.map((dealId) => ({ dealId, readAt: 1 })),
      ),
  ],
];

function rowsOf(from: number, to: number): string[] {
  const numbers = `generate_series(${from}, ${to}) n`;
  return [
    `insert into persons (connection, person, deal_id, attributes, updated_at)
      select 'grown', 'p' || n, n, '{}', 1 from ${numbers}`,
    `insert into person_names (connection, person, kind, value, source, since)
      select 'grown', 'p' || n, 'contact', n::text, 'deal', 1 from ${numbers}`,
    `insert into person_deals (connection, person, deal_id, linked_at) select 'grown', 'p' || n, n, 1 from ${numbers}`,
    `insert into events (connection, key, kind, deal_id, occurred_at, created_at, payload)
      select 'grown', 'k' || n, 'deal_changed', n, 1, 1, '{}' from ${numbers}`,
  ];
}

/** How many rows of these tables the transaction has read so far. */
async function rowsRead(trx: Db, tables: string[]): Promise<number> {
  const { rows } = await sql<{ read: number }>`
    select sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::int as read from pg_stat_xact_user_tables
    where relname = any(${tables}::text[])
  `.execute(trx);
  return rows[0]!.read;
}
