import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DealMoved } from '../../src/domain/events.ts';
import { addActions } from '../../src/store/actions/actions.ts';
import type { Database } from '../../src/store/database/database.ts';
import { addEvents } from '../../src/store/events/events.ts';
import { countCampaigns } from '../../src/store/funnel/campaign-counts.ts';
import { countEntries, firstEntry, medianTimes } from '../../src/store/funnel/entry-counts.ts';
import { listEntries } from '../../src/store/funnel/entry-list.ts';
import { countLostClients, listLostClients } from '../../src/store/funnel/lost-clients.ts';
import { removePastRecords } from '../../src/store/retention/past-records.ts';
import { countAll } from '../support/count-all.ts';
import { KINDS, openTestDatabase } from '../support/databases.ts';
import { mailReport } from '../support/entities.ts';
import { asLeased } from '../support/leased.ts';

/** In seconds. */
const T = 1_700_000_000;
const DAY = 86_400;

describe.each(KINDS)('entries into stages (%s)', (kind) => {
  let database: Database;
  let now: number;
  let keys = 0;

  beforeAll(async () => {
    database = await openTestDatabase(kind);
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    for (const table of ['stage_entries', 'entry_campaigns', 'events', 'actions', 'consent_ledger'])
      await sql`delete from ${sql.table(table)}`.execute(database.db);
    now = (T + 3600) * 1000;
  });

  const count = () => countAll(database, () => now);

  async function add(event: DealMoved | ReturnType<typeof mailReport>, person: string): Promise<number> {
    const key = `k${++keys}`;
    const row = { connection: 'acme', key, event, name: null, person, inboxIds: [] };
    const at = event.occurredAt * 1000;
    return (await addEvents(asLeased(database.db), [row], at)).get(key)!;
  }

  async function moved(dealId: number, stageId: number, at: number, part = {}): Promise<number> {
    const to = { pipelineId: 1, stageId };
    const event: DealMoved = { kind: 'deal_moved', dealId, from: null, to, occurredAt: at, ...part };
    return add(event, `${dealId}@example.com`);
  }

  const planned = (id: number, part = {}) =>
    database.db
      .updateTable('events')
      .set({ state: 'planned', rule: 'Sales / Won → deal_won', client_state: 'mailable', ...part })
      .where('id', '=', id)
      .execute();

  /** The event for Customer.io of a stage change, accepted at a time. */
  async function sent(event_id: number, deal_id: number, ulid: string, at: number): Promise<void> {
    const payload = { kind: 'track' as const, person: 'ann', name: 'deal_won', data: {}, timestamp: T };
    const action = { connection: 'acme', lane: 'customerio' as const, event_id, subject: 'ann', deal_id };
    await addActions(asLeased(database.db), [{ ...action, payload, ulid, after: null }], at * 1000);
    await database.db
      .updateTable('actions')
      .set({ state: 'done', done_at: at * 1000 })
      .where('event_id', '=', event_id)
      .execute();
  }

  async function reported(name: string, at: number, part = {}): Promise<void> {
    const id = await add(
      mailReport({ name: `email_${name}`, occurredAt: at, deliveryId: 'd1', ...part }),
      '5@example.com',
    );
    await planned(id, { rule: null });
  }

  const groups = (since = T - DAY, until = T + 40 * DAY) =>
    countEntries(database.db, { connections: ['acme'], since, until });
  const [ULID, OTHER] = ['01HF0000000000000000000001', '01HF0000000000000000000002'];
  const named = (ulid: string) => ({ values: { trigger_event_id: ulid } });

  it('are counted with what came of them', async () => {
    const first = await moved(5, 10, T);
    await planned(first);
    await sent(first, 5, ULID, T + 2);
    const second = await moved(5, 11, T + 60);
    await planned(second, { state: 'ignored', rule: null });
    await reported('sent', T + 5, named(ULID));
    await reported('opened', T + 90, named(ULID));
    await reported('clicked', T + 95, { ...named(ULID), machine: true });
    await count();
    expect(await groups()).toEqual([
      expect.objectContaining({
        stageId: 10,
        nextStageId: 11,
        missed: null,
        entered: 1,
        opened: 1,
        clicked: 0,
      }),
      expect.objectContaining({ stageId: 11, nextStageId: null, missed: 'no_rule', entered: 1, opened: 0 }),
    ]);
    const period = { connections: ['acme'], since: T, until: T + DAY };
    expect(await medianTimes(database.db, period)).toEqual({ accepted: 2_000, emailed: 5_000 });
    expect(await firstEntry(database.db, ['acme'])).toBe(T);
    expect(await firstEntry(database.db, ['other'])).toBeNull();
  });

  it('belong to the period in which they happened, however many days it has', async () => {
    now += 3 * DAY * 1000;
    for (const day of [0, 1, 2]) await moved(5, 10, T + day * DAY);
    await count();
    const entered = async (since: number, until: number) =>
      (await groups(since, until)).reduce((sum, group) => sum + group.entered, 0);
    expect(await entered(T, T + 3 * DAY)).toBe(3);
    expect(await entered(T + 1, T + 2 * DAY)).toBe(1);
  });

  it('are listed by where the deal went next', async () => {
    for (const [deal, ...stages] of [
      [5, 10, 11],
      [6, 10, 143],
      [7, 11, 10],
      [8, 10],
    ] as const)
      for (const [index, stage] of stages.entries()) await moved(deal, stage, T + index);
    await moved(9, 10, T);
    await moved(9, 20, T + 1, { to: { pipelineId: 2, stageId: 20 } });
    await count();
    const period = { connections: ['acme'], since: T, until: T + DAY };
    const onwards = [{ pipelineId: 1, stageId: 10, nextStageId: 11 }];
    const first = { at: T + DAY, id: 0 };
    const found = await listEntries(database.db, { ...period, step: 'moved_on', onwards }, first, 10);
    expect(found.map(({ deal_id }) => deal_id)).toEqual([9, 5]);
    expect(found).toMatchObject([{ nextPipelineId: 2, nextStageId: 20 }, { nextStageId: 11 }]);
  });

  it('have the email that names no event, where it is the last one before', async () => {
    const [first, second] = [await moved(5, 10, T), await moved(5, 11, T + 100)];
    for (const id of [first, second]) await planned(id);
    await sent(first, 5, ULID, T + 2);
    await sent(second, 5, OTHER, T + 102);
    await reported('delivered', T + 50);
    await reported('opened', T + 200);
    await count();
    expect(await groups()).toEqual([
      expect.objectContaining({ stageId: 10, missed: null, opened: 1 }),
      expect.objectContaining({ stageId: 11, missed: 'no_report', opened: 0 }),
    ]);
  });

  it('are not emailed where the email came back', async () => {
    const id = await moved(5, 10, T);
    await planned(id);
    await sent(id, 5, OTHER, T + 2);
    await reported('sent', T + 5, named(OTHER));
    await reported('bounced', T + 6, named(OTHER));
    await count();
    expect(await groups()).toMatchObject([{ missed: 'bounced', entered: 1 }]);
  });

  it('have the emails of each campaign that they have started', async () => {
    const id = await moved(5, 10, T);
    await planned(id);
    await sent(id, 5, ULID, T + 2);
    const of = (campaign_id: unknown, deliveryId: string) => ({
      deliveryId,
      values: { trigger_event_id: ULID, campaign_id },
    });
    await reported('sent', T + 5, of(7, 'd1'));
    await reported('clicked', T + 9, of(7, 'd1'));
    await reported('delivered', T + 6, of('7', 'd2'));
    await reported('sent', T + 6, of(8, 'd3'));
    await reported('bounced', T + 7, of(8, 'd3'));
    await reported('delivered', T + 8, of('no id', 'd4'));
    await count();
    const period = { connections: ['acme'], since: T, until: T + 3 * DAY };
    const row = { connection: 'acme', pipelineId: 1, stageId: 10 };
    const found = (await countCampaigns(database.db, period)).sort((a, b) =>
      a.campaign.localeCompare(b.campaign),
    );
    expect(found).toEqual([
      { ...row, campaign: '7', emailed: 1, opened: 1, clicked: 1 },
      { ...row, campaign: '8', emailed: 0, opened: 0, clicked: 0 },
    ]);
    expect(await countCampaigns(database.db, { ...period, since: T + 1 })).toEqual([]);
    const listed = async (campaign: string, step?: 'opened') =>
      (await listEntries(database.db, { ...period, campaign, step }, { at: T + DAY, id: 0 }, 10)).length;
    expect([await listed('7'), await listed('7', 'opened'), await listed('8')]).toEqual([1, 1, 0]);
  });

  it('are looked at again until they are decided', async () => {
    const id = await moved(5, 10, T);
    await count();
    expect(await groups()).toMatchObject([{ missed: 'sending' }]);
    await planned(id, { state: 'held' });
    now += 400_000;
    await count();
    expect(await groups()).toMatchObject([{ missed: 'held' }]);
    await planned(id);
    await sent(id, 5, ULID, T + 3600);
    await count();
    expect(await groups()).toMatchObject([{ missed: 'no_report' }]);
  });

  it('leave out the deals that a backfill has found', async () => {
    await moved(5, 10, T, { backfillId: 3 });
    await count();
    expect(await groups()).toEqual([]);
  });

  it('are removed after their events', async () => {
    await moved(5, 10, T);
    await count();
    now += 100 * DAY * 1000;
    const remove = () => removePastRecords(database.db, now - 90 * DAY * 1000, now);
    await remove();
    expect(await firstEntry(database.db, ['acme'])).toBe(T);
    await moved(6, 10, T + 99 * DAY);
    await sql`delete from events where deal_id = 5`.execute(database.db);
    await remove();
    expect(await firstEntry(database.db, ['acme'])).toBeNull();
  });

  it('lost clients are counted once, however many reports say it', async () => {
    const row = {
      connection: 'acme',
      scope: 'global',
      source: 'report',
      name: 'x',
      recorded_at: now,
    } as const;
    const at = (kind: 'opt_out' | 'bounce', key: string, email: string, when = T) => ({
      ...row,
      kind,
      key,
      email,
      at: when,
    });
    await database.db
      .insertInto('consent_ledger')
      .values([
        at('opt_out', '1', 'ann@example.com'),
        at('opt_out', '2', 'ann@example.com'),
        at('opt_out', '3', 'ben@example.com', T + DAY),
        at('bounce', '4', 'cleo@example.com'),
      ])
      .execute();
    const period = { connections: ['acme'], since: T, until: T + DAY };
    expect(await countLostClients(database.db, period)).toEqual({ unsubscribed: 1, bounced: 1 });
    const all = { connections: ['acme'], since: T, until: T + 2 * DAY, kind: 'unsubscribed' as const };
    const listed = await listLostClients(database.db, all, null, 10);
    expect(listed).toMatchObject([
      { person: 'ben@example.com', kind: 'opt_out', at: T + DAY, eventId: null, dealId: null },
      { person: 'ann@example.com', kind: 'opt_out', at: T },
    ]);
    expect(await listLostClients(database.db, all, listed[0]!, 10)).toEqual([listed[1]]);
    expect(await listLostClients(database.db, { ...all, connections: ['other'] }, null, 10)).toEqual([]);
  });
});
