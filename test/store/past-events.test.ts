import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type MoveReport, registerMoves } from '../../src/pipeline/understand/register-moves.ts';
import { sentEvents } from '../../src/store/actions/sent-events.ts';
import { entriesOfNames } from '../../src/store/consent/ledger.ts';
import { fieldWritesOf } from '../../src/store/consent/own-writes.ts';
import type { Database } from '../../src/store/database/database.ts';
import { addEvents } from '../../src/store/events/events.ts';
import { storeRequests } from '../../src/store/inbox.ts';
import { FIRST_REPORTS_KEPT_MS } from '../../src/store/retention/kept-times.ts';
import { PastEvents } from '../../src/store/retention/past-events.ts';
import { removePastRecords } from '../../src/store/retention/past-records.ts';
import { KINDS, openTestDatabase } from '../support/databases.ts';
import { asLeased } from '../support/leased.ts';

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 10, 30, 12);
const BEFORE = NOW - 90 * DAY_MS;
const daysAgo = (days: number) => NOW - days * DAY_MS;

const STAGE = { pipelineId: 1, stageId: 20 };

describe.each(KINDS)('events that are over (%s)', (kind) => {
  let database: Database;
  let connection = 'c0';
  beforeAll(async () => {
    database = await openTestDatabase(kind);
    await sql`update count_cursors set id = ${Number.MAX_SAFE_INTEGER}, at = ${NOW}`.execute(database.db);
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    for (const table of ['events', 'actions', 'moves'])
      await sql`delete from ${sql.table(table)}`.execute(database.db);
    connection = `c${Number(connection.slice(1)) + 1}`;
    await database.db.insertInto('connections').values({ connection, owner: null, owner_until: 0 }).execute();
  });

  const remove = async (now = NOW) => {
    // The newest event and action are never deleted.
    await addAction(await report('newest', now), { at: now });
    await new PastEvents(database.db).remove(now - 90 * DAY_MS, now);
  };
  const keys = async () => {
    const { db } = database;
    const rows = await db.selectFrom('events').select('key').where('connection', '=', connection).execute();
    return rows.map(({ key }) => key).filter((key) => key !== 'newest');
  };
  const count = async (table: 'actions' | 'moves') => {
    const { rows } = await sql<{ rows: number }>`
      select count(*)::int as rows from ${sql.table(table)} where connection = ${connection}
    `.execute(database.db);
    return rows[0]!.rows;
  };
  const setState = (ids: number[]) =>
    sql`update events set state = 'planned' where id = any(${ids}::bigint[])`.execute(database.db);

  async function report(key: string, at: number, name = 'email_opened'): Promise<number> {
    const occurredAt = at / 1000;
    const person = { id: null, email: 'ann@example.com', cioId: null };
    const event = {
      ...{ kind: 'mail_report' as const, name, reportId: key, person, occurredAt, deliveryId: 'd' },
      ...{ machine: false, values: {} },
    };
    const added = { connection, key, event, name, person: 'ann@example.com', inboxIds: [] };
    const ids = await addEvents(asLeased(database.db), [added], at);
    await setState([...ids.values()]);
    return ids.get(key)!;
  }

  /** A stage change as a webhook reports it, or the Digital Pipeline, whose webhook has no time. */
  async function move(dealId: number, stageId: number, at: number, hasTime = true): Promise<void> {
    const seconds = at / 1000;
    const reported: MoveReport = {
      ...{ dealId, from: null, fromStageId: null, ...STAGE, stageId, isCreation: false, at: seconds },
      ...{ hookAt: hasTime ? seconds : null, arrivedAt: seconds, kommoEventId: null, inboxIds: [] },
    };
    await registerMoves(asLeased(database.db), connection, [reported], at);
    await sql`update events set state = 'planned' where connection = ${connection} and state = 'new'`.execute(
      database.db,
    );
  }

  async function addAction(
    eventId: number,
    action: { kind?: 'task' | 'close_task' | 'track'; state?: 'done' | 'dead'; at?: number },
  ) {
    const { kind = 'task', state = 'done', at = daysAgo(100) } = action;
    await database.db
      .insertInto('actions')
      .values({
        ...{ connection, lane: 'kommo', event_id: eventId, kind, subject: 'deal:7', deal_id: 7, payload: {} },
        ...{
          ulid: kind,
          state,
          after_id: null,
          priority: 0,
          attempts: 1,
          next_attempt_at: 0,
          created_at: at,
        },
        ...{ sent_at: at, done_at: at, result: '555', failure: null, failure_code: null, error: null },
        warnings: sql`'[]'`,
      })
      .execute();
  }

  it('are deleted with their actions after 90 days, and recognised until then', async () => {
    await addAction(await report('old', daysAgo(91)), {});
    await addAction(await report('young', daysAgo(89)), { at: daysAgo(89) });
    await remove();
    expect(await keys()).toEqual(['young']);
    expect(await count('actions')).toBe(2);
    await report('young', NOW);
    expect(await keys()).toEqual(['young']);
  });

  it('leave the last stage change of each deal, so that a repeated report of it is no second one', async () => {
    await move(7, 10, daysAgo(120));
    await move(7, 20, daysAgo(110));
    const [, last] = await database.db.selectFrom('moves').select('event_id').orderBy('id').execute();
    for (const kind of ['task', 'track'] as const) await addAction(last!.event_id, { kind });
    await remove();
    const left = await keys();
    expect(left).toHaveLength(1);
    expect(await count('moves')).toBe(1);
    expect(await sentEvents(database.db, connection, ['track'])).toMatchObject([{ deal_id: 7 }]);
    expect(await count('actions')).toBe(2);
    await move(7, 20, NOW, false);
    expect(await keys()).toEqual(left);
  });

  it('leave what was sent to Customer.io for 400 days, so that each email of a long campaign finds its deal', async () => {
    await move(7, 10, daysAgo(120));
    await move(7, 20, daysAgo(110));
    const [first] = await database.db.selectFrom('moves').select('event_id').orderBy('id').execute();
    for (const kind of ['task', 'track'] as const)
      await addAction(first!.event_id, { kind, at: daysAgo(120) });
    await remove();
    expect(await sentEvents(database.db, connection, ['track'])).toMatchObject([
      { deal_id: 7, event_id: first!.event_id },
    ]);
    expect(await count('moves')).toBe(2);
    await remove(NOW + 281 * DAY_MS);
    expect(await sentEvents(database.db, connection, ['track'])).toEqual([]);
    expect(await keys()).toHaveLength(1);
  });

  it('leave it until the deal has moved on', async () => {
    await move(8, 10, daysAgo(120));
    await remove();
    await move(8, 20, daysAgo(80));
    await remove();
    expect(await keys()).toEqual([expect.stringContaining('move:8:unknown:1:20')]);
    expect(await count('moves')).toBe(1);
  });

  const LAST = daysAgo(110) / 1000;
  it.each([
    ['its webhook came before that of an earlier move', { entered: null, arrivals: [601, 5_700] }],
    [
      'its webhook was taken for an entry of weeks before',
      { entered: daysAgo(140) / 1000, arrivals: [601, 900] },
    ],
  ])(
    'leave the stage in which the deal is also where %s',
    async (_, { entered, arrivals: [second, first] }) => {
      const reported = (stageId: number, hookAt: number | null, arrivedAt: number): MoveReport => ({
        ...{ dealId: 10, from: null, fromStageId: null, ...STAGE, stageId, isCreation: false },
        ...{ at: hookAt ?? arrivedAt, hookAt, arrivedAt, kommoEventId: null, inboxIds: [] },
      });
      const inOrderOfArrival = [
        ...(entered === null ? [] : [reported(20, null, entered)]),
        reported(20, LAST + 600, LAST + second!),
        reported(10, LAST, LAST + first!),
      ];
      for (const one of inOrderOfArrival)
        await registerMoves(asLeased(database.db), connection, [one], one.arrivedAt! * 1000);
      await sql`update events set state = 'planned' where connection = ${connection}`.execute(database.db);
      await remove();
      const left = await keys();
      await move(10, 20, NOW, false);
      expect(await keys()).toEqual(left);
    },
  );

  it('take an entry into a stage that the deal had left before for another one', async () => {
    await move(9, 10, daysAgo(120));
    await move(9, 20, daysAgo(110));
    await remove();
    await move(9, 10, NOW);
    expect(await keys()).toHaveLength(2);
  });

  it('stay as long as they have a dead letter', async () => {
    const id = await report('failed', daysAgo(100));
    await addAction(id, { state: 'dead' });
    await remove();
    expect(await keys()).toEqual(['failed']);
    await sql`update actions set state = 'dropped' where event_id = ${id}`.execute(database.db);
    await remove();
    expect(await keys()).toEqual([]);
  });

  it('stay as long as they are not planned', async () => {
    const id = await report('parked', daysAgo(100));
    await sql`update events set state = 'parked' where id = ${id}`.execute(database.db);
    await remove();
    expect(await keys()).toEqual(['parked']);
  });

  it('stay where a report was put aside, so that the next report of the fact leads to what the rule says', async () => {
    const { db } = database;
    const id = await report('put aside', daysAgo(100), 'email_bounced');
    await sql`update events set state = 'ignored', set_aside = 'text_failed' where id = ${id}`.execute(db);
    await sql`
      insert into consent_ledger (connection, key, kind, scope, at, source, name, address, event_id, recorded_at)
      values (${connection}, 'k', 'bounce', 'global', 1, 'report', 'email_bounced', 'ann@example.com', ${id}, 1)
    `.execute(db);
    await remove();
    expect(await entriesOfNames(db, connection, ['ann@example.com'])).toMatchObject([{ isPending: true }]);
  });

  it('stay while a request of the time waits to be read, which may repeat them', async () => {
    await report('answered', daysAgo(95));
    const body = Buffer.from('{}');
    const request = { connection, source: 'customerio', headers: {}, body } as const;
    await storeRequests(database.db, [{ ...request, receivedAt: daysAgo(90) }]);
    await remove();
    expect(await keys()).toEqual(['answered']);
  });

  it('stay until they are counted', async () => {
    const { db } = database;
    const id = await report('uncounted', daysAgo(100));
    await sql`update count_cursors set id = ${id - 1} where source = 'events'`.execute(db);
    await remove();
    await sql`update count_cursors set id = ${Number.MAX_SAFE_INTEGER}`.execute(db);
    expect(await keys()).toEqual(['uncounted']);
  });

  it('stay while the task about a bounce is open, which a corrected address closes', async () => {
    const { db } = database;
    const id = await report('bounced', daysAgo(100), 'email_bounced');
    await addAction(id, {});
    await sql`
      insert into consent_ledger (connection, key, kind, scope, at, source, name, event_id, recorded_at)
      values (${connection}, 'k', 'bounce', 'global', 1, 'report', 'email_bounced', ${id}, 1)
    `.execute(db);
    await remove();
    expect(await keys()).toEqual(['bounced']);
    await addAction(await report('corrected', daysAgo(1)), { kind: 'close_task', at: daysAgo(1) });
    await remove();
    expect(await keys()).toEqual(['corrected']);
  });

  it('leave the newest event and action, by which a database shows that it is no older state', async () => {
    await addAction(await report('with the newest action', daysAgo(100)), {});
    await new PastEvents(database.db).remove(NOW, NOW);
    expect(await keys()).toEqual(['with the newest action']);
  });

  it('leave the time of a write to a deal, so that an edit with an older time is recognised as badly dated', async () => {
    await sql`
      insert into deal_shows (connection, deal_id, field, value, is_restrictive, updated_at)
      values (${connection}, 7, 'Email status', 'bounced', true, ${daysAgo(200)})
    `.execute(database.db);
    const writes = await fieldWritesOf(database.db, connection, [7]);
    expect(writes.get(7)).toEqual({ areOpen: false, deliveredAt: daysAgo(200) / 1000 });
  });

  it('take their timers with them, and first reports last for 400 days', async () => {
    const { db } = database;
    const watch = {
      connection,
      start: 'won',
      unless: 'email_opened',
      person: 'p',
      deal_id: 7,
      started_at: 1,
    };
    const ended = { ...watch, fires_at: 2, state: 'fired', stopped_by: null } as const;
    const { id } = await db
      .insertInto('watches')
      .values({ ...ended, ended_at: daysAgo(100) })
      .returning('id')
      .executeTakeFirstOrThrow();
    await report(`watch:${id}`, daysAgo(50));
    const first = { connection, name: 'email_opened', event_id: 1 };
    await db
      .insertInto('first_reports')
      .values([
        { ...first, delivery_id: 'old', at: NOW - FIRST_REPORTS_KEPT_MS - 1 },
        { ...first, delivery_id: 'known', at: NOW - FIRST_REPORTS_KEPT_MS + 1 },
      ])
      .execute();
    const left = async () => ({
      watches: await db.selectFrom('watches').select('id').where('connection', '=', connection).execute(),
      firsts: await db
        .selectFrom('first_reports')
        .select('delivery_id')
        .where('connection', '=', connection)
        .execute(),
    });
    await removePastRecords(db, BEFORE, NOW);
    expect(await left()).toEqual({ watches: [{ id }], firsts: [{ delivery_id: 'known' }] });
    await sql`delete from events where key = ${`watch:${id}`}`.execute(db);
    await removePastRecords(db, BEFORE, NOW);
    expect((await left()).watches).toEqual([]);
  });
});
