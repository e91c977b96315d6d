import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Rules } from '../../../src/domain/rules/rules.ts';
import { createHolds, type Holds } from '../../../src/holds/holds.ts';
import type { Database } from '../../../src/store/database/database.ts';
import { COMMANDS } from '../../../src/store/users/actor.ts';
import { KINDS, openTestDatabase } from '../../support/databases.ts';
import {
  createPlanningRig,
  DEMO,
  moved,
  NEW_LEAD,
  type PlanningRig,
  STAGES,
  T,
} from '../../support/planning-rig.ts';

const HOUR = 3_600;
const GUARD = { deals: 10, withinSeconds: 60 };
/** Only the stage of new leads is guarded. */
const GUARDED: Partial<Rules> = {
  stages: STAGES.map((rule) => ({ ...rule, bulkGuard: rule.stageId === NEW_LEAD ? GUARD : null })),
};

describe.each(KINDS)('many deals that enter one stage at once (%s)', (kind) => {
  let database: Database;
  let rig: PlanningRig;
  let now: number;
  let holds: Holds;
  beforeAll(async () => {
    database = await openTestDatabase(kind);
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    rig = await createPlanningRig(database);
    now = T;
    holds = createHolds({
      database: { db: database.db, notify: () => {} },
      ...{ connections: [rig.name], actor: COMMANDS, now: () => now * 1_000 },
    });
  });

  /** Deals with a client each, that enter a stage a second after each other or at the given seconds. */
  async function enter(
    first: number,
    count: number,
    second: (index: number) => number,
    stageId = NEW_LEAD,
  ): Promise<void> {
    const ids = Array.from({ length: count }, (_, index) => first + index);
    for (const id of ids) {
      rig.putDeal(id, [id]);
      rig.putContact(id, `c${id}@example.com`);
    }
    await rig.store(ids.map((id, index) => moved(id, second(index), stageId)));
  }
  const plan = (second: number) => rig.plan(second, GUARDED);
  async function counts(): Promise<Record<string, number>> {
    const result: Record<string, number> = {};
    for (const state of await rig.states()) result[state] = (result[state] ?? 0) + 1;
    return result;
  }
  const events = async () => (await rig.sent()).filter((text) => !text.startsWith('Sent'));
  const list = () => holds.list({ decided: false });

  it('are held together, without a call to Kommo, with the time of the burst and the number of deals', async () => {
    await enter(1, 50, () => 0);
    await plan(1);
    expect(await counts()).toEqual({ held: 50 });
    expect(rig.read).toEqual([]);
    expect(await list()).toMatchObject([
      {
        ...{
          connection: rig.name,
          stageId: NEW_LEAD,
          event: 'lead_created',
          held: 50,
          sent: 0,
          discarded: 0,
        },
        ...{ firstAt: T, lastAt: T, older: 0, sample: [1, 2, 3, 4, 5] },
      },
    ]);
    expect((await rig.moves())[0]!.reason).toBe(
      'The event is held until somebody decides on the page Held deals: more than 10 deals entered this stage within 60 seconds.',
    );
  });

  it('are sent as far as the guard allows where they come one by one, and held from then on', async () => {
    for (let index = 0; index < 30; index++) {
      await enter(100 + index, 1, () => index);
      await plan(index);
    }
    expect(await counts()).toEqual({ planned: 10, held: 20 });
    expect(await list()).toMatchObject([{ held: 20, firstAt: T + 10, lastAt: T + 29 }]);
  });

  it('do not hold other stages, and nothing where there is no guard', async () => {
    await enter(1, 50, () => 0, DEMO);
    await plan(1);
    expect(await counts()).toEqual({ planned: 50 });
  });

  it('are no burst where only Stagepost was away: the times of the moves count', async () => {
    await enter(1, 100, (index) => index * 10);
    await plan(5_000);
    expect(await counts()).toEqual({ planned: 100 });
  });

  it('are recognised after a restart', async () => {
    await enter(1, 8, () => 0);
    await plan(1);
    rig.restart();
    await enter(50, 8, () => 2);
    await plan(3);
    expect(await counts()).toEqual({ planned: 8, held: 8 });
    rig.restart();
    await enter(70, 1, () => 20);
    await plan(20);
    expect(await list()).toMatchObject([{ held: 9 }]);
  });

  it('take what follows within five minutes into the same hold; a later burst has its own', async () => {
    await enter(1, 20, () => 0);
    await plan(1);
    await enter(30, 1, () => 299);
    await plan(299);
    await enter(40, 1, () => 301);
    await plan(301);
    await enter(50, 20, () => 2_000);
    await plan(2_000);
    expect(await counts()).toEqual({ held: 41, planned: 1 });
    expect((await list()).map(({ held }) => held)).toEqual([20, 21]);
  });

  it('hold those, too, that wait for a contact since before the burst', async () => {
    rig.putDeal(7001);
    await rig.store([moved(7001)]);
    await plan(0);
    expect(await rig.states()).toEqual(['waiting']);
    await enter(1, 20, () => 1);
    await plan(2);
    await plan(3);
    expect(await counts()).toEqual({ held: 21 });
  });

  it('are ended by the deletion of the deal', async () => {
    await enter(1, 20, () => 0);
    await plan(1);
    await rig.store([{ kind: 'deal_deleted', dealId: 1, occurredAt: T + 60 }]);
    await plan(60);
    expect((await rig.moves())[0]).toMatchObject({
      ...{ state: 'ignored', reason: 'The deal was deleted while the event was held.' },
    });
  });

  describe('a decision', () => {
    let id: number;
    beforeEach(async () => {
      await enter(1, 20, () => 0);
      await plan(1);
      id = (await list())[0]!.id;
    });

    it('to send all sends each event once, with the time of its move, behind new events', async () => {
      now = T + HOUR;
      expect(await holds.send(id, {}, 'move')).toEqual({ sent: 20, tooOld: 0, left: 0 });
      expect(await holds.send(id, {}, 'move')).toEqual({ sent: 0, tooOld: 0, left: 0 });
      await plan(HOUR);
      expect(await events()).toEqual(Array(20).fill('lead_created 0'));
      const priorities = database.db
        .selectFrom('actions')
        .select('priority')
        .where('connection', '=', rig.name);
      expect(new Set((await priorities.execute()).map(({ priority }) => priority))).toEqual(new Set([1]));
      const [first] = (await rig.moves()) as unknown as { warnings: string[] }[];
      expect(first!.warnings).toEqual([
        'Sent 60 minutes after the stage change: it was held as one of many (bulk_guard).',
      ]);
      expect(await list()).toEqual([]);
      expect(await holds.list({ decided: true })).toMatchObject([{ held: 0, sent: 20 }]);
    });

    it('to send some leaves the others held', async () => {
      expect(await holds.send(id, { deals: [3, 4] }, 'move')).toEqual({ sent: 2, tooOld: 0, left: 18 });
      await plan(10);
      expect(await counts()).toEqual({ planned: 2, held: 18 });
    });

    it('to discard ends them with who and why, and a later decision changes nothing', async () => {
      expect(await holds.discard(id, {}, 'old clients')).toEqual({ discarded: 20, left: 0 });
      expect(await holds.send(id, {}, 'move')).toEqual({ sent: 0, tooOld: 0, left: 0 });
      await plan(10);
      expect(await events()).toEqual([]);
      expect((await rig.moves())[0]).toMatchObject({
        ...{ state: 'ignored', reason: 'The event was held and then discarded by the commands: old clients' },
      });
    });

    it('is about what was seen: deals that were added later stay held', async () => {
      const { changedAt } = (await list())[0]!;
      await enter(30, 5, () => 5);
      await plan(5);
      expect(await holds.send(id, { until: changedAt }, 'move')).toEqual({ sent: 20, tooOld: 0, left: 5 });
    });

    it('after 72 hours sends with the time of sending only, since older events start no campaign', async () => {
      now = T + 73 * HOUR;
      expect(await list()).toMatchObject([{ older: 20 }]);
      expect(await holds.send(id, {}, 'move')).toEqual({ sent: 0, tooOld: 20, left: 20 });
      expect(await holds.send(id, {}, 'now')).toEqual({ sent: 20, tooOld: 0, left: 0 });
      await plan(73 * HOUR);
      expect(await events()).toEqual(Array(20).fill(`lead_created ${73 * HOUR}`));
    });

    it('to send a deal without a contact lets it wait for one from then on', async () => {
      rig.putDeal(3);
      now = T + 30 * HOUR;
      await holds.send(id, { deals: [3] }, 'now');
      await plan(30 * HOUR);
      expect(await counts()).toEqual({ held: 19, waiting: 1 });
      expect(await list()).toMatchObject([{ sent: 1, sending: 0, waiting: 1 }]);
    });

    it('is shown with who took it and why, and how far the sending is', async () => {
      await holds.discard(id, { deals: [1, 2] }, 'test data');
      now = T + 60;
      await holds.send(id, { deals: [3, 4, 5] }, 'now');
      const shown = async () => (await holds.list({ decided: true }))[0];
      const sent = { what: 'sent', who: 'the commands', deals: 3, timestamp: 'now', why: null };
      const discarded = {
        ...{ what: 'discarded', who: 'the commands', deals: 2, timestamp: null, why: 'test data' },
      };
      expect(await shown()).toMatchObject({
        ...{ held: 15, sent: 3, sending: 3, discarded: 2, failed: 0, ended: 0 },
        decisions: [
          { ...sent, at: (T + 60) * 1_000 },
          { ...discarded, at: T * 1_000 },
        ],
      });
      await plan(60);
      expect(await shown()).toMatchObject({ sent: 3, sending: 3 });
      const actions = database.db.updateTable('actions').where('connection', '=', rig.name);
      await actions.set({ state: 'done', done_at: now * 1_000 }).execute();
      expect(await shown()).toMatchObject({ sent: 3, sending: 0, failed: 0 });
      expect(await holds.list({ decided: false, dealId: 6 })).toMatchObject([{ id }]);
      expect(await holds.list({ decided: false, dealId: 3 })).toEqual([]);
    });

    it('leaves an entry in the audit log, and is not possible for another connection', async () => {
      const other = createHolds({
        database: { db: database.db, notify: () => {} },
        ...{ connections: ['another'], actor: COMMANDS, now: () => now * 1_000 },
      });
      expect(await other.discard(id, {}, 'x')).toEqual({ discarded: 0, left: 0 });
      await holds.discard(id, { deals: [3] }, 'a test');
      const audit = database.db
        .selectFrom('audit')
        .select(['what', 'detail'])
        .where('connection', '=', rig.name);
      expect(await audit.execute()).toEqual([
        { what: 'hold_discarded', detail: `${rig.name}, hold ${id}: 1 held deal, because: a test` },
      ]);
    });
  });
});
