import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addActions, saveOutcomes } from '../../src/store/actions/actions.ts';
import { createRollUp, type RollUp } from '../../src/store/counts/roll-up.ts';
import { countsByBucket, HOUR, MINUTE, totalsSince } from '../../src/store/counts/rolled-counts.ts';
import type { Database } from '../../src/store/database/database.ts';
import { addEvents } from '../../src/store/events/events.ts';
import { storeRequests } from '../../src/store/inbox.ts';
import { KINDS, openTestDatabase } from '../support/databases.ts';
import { asLeased } from '../support/leased.ts';

const NOW = 1_700_000_040_000;

describe.each(KINDS)('rolled-up counts (%s)', (kind) => {
  let database: Database;
  let now: number;
  let rollUps: RollUp[];

  beforeAll(async () => {
    database = await openTestDatabase(kind);
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    for (const table of ['counts', 'inbox', 'events', 'actions', 'attempts', 'event_reports'])
      await sql`delete from ${sql.table(table)}`.execute(database.db);
    now = NOW;
    rollUps = [];
  });

  async function counter(rest = 0): Promise<RollUp> {
    const rollUp = createRollUp({
      database,
      now: () => now,
      onError: (error) => {
        throw error;
      },
      // Rounds of its own only when they are asked for.
      times: { delayMs: rest, doneDelayMs: rest, pauseMs: 3_600_000, idleMs: 3_600_000 },
    });
    rollUps.push(rollUp);
    return rollUp;
  }

  const totals = async (since = 0) =>
    Object.fromEntries(
      (await totalsSince(database.db, ['acme'], since)).map(({ metric, count }) => [metric, count]),
    );

  async function webhooks(count: number, at = NOW): Promise<void> {
    const request = { connection: 'acme', source: 'kommo' as const, headers: {}, body: Buffer.from('a=b') };
    await storeRequests(
      database.db,
      Array.from({ length: count }, () => ({ ...request, receivedAt: at })),
    );
  }

  async function moved(key: string, inboxIds: number[] = []): Promise<number> {
    const event = {
      kind: 'deal_moved' as const,
      dealId: 1,
      from: null,
      to: { pipelineId: 1, stageId: 1 },
      occurredAt: 1,
    };
    const ids = await addEvents(
      asLeased(database.db),
      [{ connection: 'acme', key, event, name: null, person: null, inboxIds }],
      NOW,
    );
    return ids.get(key)!;
  }

  async function note(state: 'done' | 'dead'): Promise<void> {
    const payload = { kind: 'note' as const, dealId: 1, text: 'x' };
    const action = { connection: 'acme', lane: 'kommo' as const, event_id: 1, subject: 'deal:1', deal_id: 1 };
    await addActions(asLeased(database.db), [{ ...action, payload, ulid: 'u', after: null }], NOW);
    const row = await database.db
      .selectFrom('actions')
      .select('id')
      .where('state', '=', 'ready')
      .executeTakeFirstOrThrow();
    const outcome = { id: row.id, state, attempts: 1, next_attempt_at: 0, result: null, failure: null };
    await saveOutcomes(
      database.db,
      [{ ...outcome, failure_code: null, error: null, warnings: [] }],
      NOW,
      'any',
    );
  }

  it('count each kind of thing by what it is', async () => {
    await webhooks(3);
    await moved('heard', [1]);
    await moved('found');
    await note('done');
    await note('dead');
    const call = {
      connection: 'acme',
      lane: 'kommo' as const,
      started_at: NOW,
      duration_ms: 5,
      call: 'POST',
    };
    await saveOutcomes(database.db, [], NOW, 'any', [
      { ...call, status: 200, outcome: 'accepted', error: null, action_ids: [1] },
      { ...call, status: null, outcome: 'retryable', error: 'no answer', action_ids: [1] },
    ]);
    await (await counter()).countAll();
    expect(await totals()).toEqual({
      webhooks_kommo: 3,
      moves: 2,
      repaired: 1,
      notes: 1,
      failures: 1,
      calls_kommo: 1,
      calls_kommo_failed: 1,
    });
  });

  it('leave out a delivered action of a kind that another version has stored, and go on', async () => {
    await note('done');
    await sql`update actions set kind = 'company_note'`.execute(database.db);
    await note('done');
    await (await counter()).countAll();
    expect(await totals()).toEqual({ notes: 1 });
  });

  it('count everything once, however often and by however many it is counted', async () => {
    await webhooks(1_300);
    const counters = [await counter(), await counter()];
    await Promise.all(counters.map((each) => each.countAll()));
    await webhooks(7);
    for (const each of counters) await each.countAll();
    expect(await totals()).toEqual({ webhooks_kommo: 1_307 });
  });

  it('leave what is too young for later, and what comes behind it', async () => {
    await webhooks(1, NOW - 11_000);
    await webhooks(1, NOW - 9_000);
    await webhooks(1, NOW - 11_000);
    const rollUp = await counter(10_000);
    await rollUp.countAll();
    expect(await totals()).toEqual({ webhooks_kommo: 1 });
    now += 10_000;
    await rollUp.countAll();
    expect(await totals()).toEqual({ webhooks_kommo: 3 });
  });

  it('are summed up by days of any zone', async () => {
    const hour = Math.floor(NOW / HOUR) * HOUR;
    const starts = [hour - 48 * HOUR, hour - 25 * HOUR, hour - HOUR];
    for (const at of [-49, -48, -26, -25, -2, -1, 0, 1]) await webhooks(1, hour + at * HOUR + MINUTE);
    await (await counter()).countAll();
    const found = await countsByBucket(database.db, ['acme'], { size: HOUR, starts, end: hour + HOUR });
    expect(found.map(({ index, count }) => [index, count]).sort()).toEqual([
      [0, 2],
      [1, 2],
      [2, 2],
    ]);
  });

  it('since a moment are exact to the minute', async () => {
    const hour = Math.floor(NOW / HOUR) * HOUR;
    await webhooks(1, hour - 5 * MINUTE);
    await webhooks(1, hour - 3 * MINUTE);
    await webhooks(1, hour + 1);
    await (await counter()).countAll();
    expect(await totals(hour - 4 * MINUTE)).toEqual({ webhooks_kommo: 2 });
  });
});
