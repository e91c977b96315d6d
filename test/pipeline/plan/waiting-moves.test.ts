import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../../src/store/database/database.ts';
import {
  addIncompleteMoves,
  deleteIncompleteMoves,
  dueIncompleteMoves,
} from '../../../src/store/events/moves.ts';
import { newRequests, type StoredRequest, storeRequests } from '../../../src/store/inbox.ts';
import { openTestDatabase } from '../../support/databases.ts';
import { SALES } from '../../support/entities.ts';
import { asLeased } from '../../support/leased.ts';
import {
  contactEdited,
  createPlanningRig,
  DEMO,
  edited,
  moved,
  NEW_LEAD,
  type PlanningRig,
  STAGES,
  T,
} from '../../support/planning-rig.ts';

const HOUR = 3_600;

describe('moves whose deals have nobody to address yet', () => {
  let database: Database;
  let rig: PlanningRig;
  beforeAll(async () => {
    database = await openTestDatabase('postgres');
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    rig = await createPlanningRig(database);
  });

  it('an event with a delay goes out when its time has come, once, with that time and the address of then', async () => {
    const stages = [{ ...STAGES[0]!, delaySeconds: 2 * HOUR }];
    rig.putContact(501, 'old@example.com');
    rig.putDeal(7001, [501], NEW_LEAD);
    await rig.store([moved(7001)]);
    await rig.plan(5, { stages });
    expect(await rig.moves()).toMatchObject([{ state: 'waiting', nextCheck: 2 * HOUR, planned_at: null }]);
    expect(rig.read).toHaveLength(1);
    rig.putContact(501, 'ann@example.com');
    await rig.store([contactEdited(501, 60)], 60);
    await rig.plan(60, { stages });
    expect(await rig.moves()).toMatchObject([{ state: 'waiting', nextCheck: 2 * HOUR }]);
    rig.restart();
    await rig.plan(2 * HOUR, { stages });
    await rig.plan(2 * HOUR + 1, { stages });
    expect(await rig.sent()).toEqual([`lead_created ${2 * HOUR}`, 'Sent lead_created']);
  });

  it('an event with a delay is dropped as soon as its deal is seen in another stage', async () => {
    const stages = [{ ...STAGES[0]!, delaySeconds: 2 * HOUR }];
    rig.putContact(501, 'ann@example.com');
    rig.putDeal(7001, [501], NEW_LEAD);
    await rig.store([moved(7001)]);
    await rig.plan(5, { stages });
    rig.putDeal(7001, [501], DEMO);
    await rig.plan(2 * HOUR, { stages });
    expect(await rig.sent()).toEqual([]);
    expect((await rig.moves())[0]!.reason).toBe(
      'The deal has left the stage before its event went out (delay: 2 hours; when_left: drop).',
    );
  });

  it('the contact is linked three seconds later: one event with the time of the move, and one note', async () => {
    rig.putDeal(7001);
    await rig.store([moved(7001)]);
    await rig.plan(0);
    expect(await rig.moves()).toMatchObject([{ state: 'waiting', nextCheck: 2, planned_at: null }]);
    // Without a link the contact's webhook names no deal.
    await rig.store([contactEdited(501, 2)]);
    await rig.plan(2);
    expect(await rig.sent()).toEqual([]);
    rig.putDeal(7001, [501]);
    rig.putContact(501, 'ann@acme.example');
    await rig.store([edited(7001, 3)]);
    await rig.plan(3);
    expect(await rig.sent()).toEqual(['lead_created 0', 'Sent lead_created']);
    expect(await rig.moves()).toMatchObject([
      {
        state: 'planned',
        reason: null,
        warnings: [expect.stringContaining('Sent 3 seconds after the stage change')],
      },
    ]);
  });

  describe('a move that follows a report which Kommo is still asked about', () => {
    /** @returns ends the wait, as the answer of Kommo does */
    async function reportIsUnclear(dealId: number, stageId: number): Promise<() => Promise<void>> {
      const { name: connection } = rig;
      const request = { connection, source: 'kommo' as const, receivedAt: T * 1_000, headers: {} };
      await storeRequests(database.db, [{ ...request, body: Buffer.from('') }]);
      const { requests } = await newRequests(database.db, connection, 1, 1_000);
      const [{ id }] = requests as [StoredRequest];
      const report = { kind: 'unclear', dealId, stageId, pipelineId: SALES.id };
      await addIncompleteMoves(asLeased(database.db), [{ connection, inbox_id: id, report }]);
      return async () => {
        const [row] = await dueIncompleteMoves(database.db, connection, T * 1_000, 1);
        await deleteIncompleteMoves(asLeased(database.db), [row!.id]);
      };
    }
    beforeEach(() => {
      rig.putDeal(7001, [501]);
      rig.putDeal(7002, [501]);
      rig.putContact(501, 'ann@acme.example');
    });

    it('waits for the move that the report turns out to be', async () => {
      const answered = await reportIsUnclear(7001, NEW_LEAD);
      await rig.store([moved(7001, 3, DEMO), moved(7002, 3, DEMO)]);
      await rig.plan(3);
      expect(await rig.states()).toEqual(['new', 'planned']);
      await answered();
      await rig.store([moved(7001, 1, NEW_LEAD)]);
      await rig.plan(4);
      const sent = (await rig.sent()).filter((text) => !text.startsWith('Sent'));
      expect(sent).toEqual(['demo_scheduled 3', 'lead_created 1', 'demo_scheduled 3']);
    });

    it('does not wait for a report that came after its own, though both are understood together', async () => {
      await rig.store([moved(7001, 3, DEMO)]);
      await database.db
        .insertInto('event_reports')
        .columns(['event_id', 'inbox_id'])
        .expression((query) =>
          query
            .selectFrom('events')
            .select(['id', sql<number>`0`.as('inbox_id')])
            .where('connection', '=', rig.name),
        )
        .execute();
      await reportIsUnclear(7001, NEW_LEAD);
      await rig.plan(3);
      expect(await rig.states()).toEqual(['planned']);
    });

    it('does not wait where it enters the same stage, and no longer than ten minutes', async () => {
      await reportIsUnclear(7001, DEMO);
      await reportIsUnclear(7002, NEW_LEAD);
      await rig.store([moved(7001, 3, DEMO), moved(7002, 3, DEMO)]);
      await rig.plan(3);
      expect(await rig.states()).toEqual(['planned', 'new']);
      await rig.plan(700);
      expect(await rig.states()).toEqual(['planned', 'planned']);
    });
  });

  it('the clock finds a link whose webhook never came', async () => {
    rig.putDeal(7001);
    await rig.store([moved(7001)]);
    await rig.plan(0);
    rig.putDeal(7001, [501]);
    rig.putContact(501, 'ann@acme.example');
    expect(await rig.plan(1)).toMatchObject({ fresh: 0, waited: 0 });
    expect(await rig.plan(2)).toMatchObject({ fresh: 0, waited: 1, leavesWaiting: false });
    expect(await rig.sent()).toEqual(['lead_created 0', 'Sent lead_created']);
  });

  it('an email that is added to the contact hours later sends the event', async () => {
    rig.putDeal(7001, [501]);
    rig.putContact(501, null);
    await rig.store([moved(7001)]);
    await rig.plan(0);
    rig.putContact(501, 'ann@acme.example');
    await rig.store([contactEdited(501, 2 * HOUR)]);
    await rig.plan(2 * HOUR);
    expect(await rig.sent()).toEqual(['lead_created 0', 'Sent lead_created']);
  });

  it('a contact that cannot be read yet is read again', async () => {
    rig.putDeal(7001, [501]);
    await rig.store([moved(7001)]);
    await rig.plan(0);
    rig.putContact(501, 'ann@acme.example');
    await rig.plan(2);
    expect(await rig.sent()).toEqual(['lead_created 0', 'Sent lead_created']);
  });

  it('moves of one deal are sent in their order, those that wait first', async () => {
    rig.putDeal(7001);
    await rig.store([moved(7001)]);
    await rig.plan(0);
    await rig.store([moved(7001, 5, DEMO)]);
    await rig.plan(5);
    expect(await rig.states()).toEqual(['waiting', 'waiting']);
    rig.putDeal(7001, [501]);
    rig.putContact(501, 'ann@acme.example');
    await rig.store([moved(7001, 10)]);
    await rig.plan(10);
    expect((await rig.sent()).filter((text) => !text.startsWith('Sent'))).toEqual([
      'lead_created 0',
      'demo_scheduled 5',
      'lead_created 10',
    ]);
  });

  it('a later move that the clock has found does not overtake an earlier one', async () => {
    rig.putDeal(7001);
    await rig.store([moved(7001)]);
    await rig.plan(0);
    await rig.plan(2);
    await rig.store([moved(7001, 3, DEMO)]);
    await rig.plan(3);
    rig.putDeal(7001, [501]);
    rig.putContact(501, 'ann@acme.example');
    // The later move is due two seconds after it was planned, the earlier one not before 10 s.
    await rig.plan(6);
    expect((await rig.sent()).filter((text) => !text.startsWith('Sent'))).toEqual([
      'lead_created 0',
      'demo_scheduled 3',
    ]);
  });

  it('is sent although the deal has moved on to a stage without a rule', async () => {
    rig.putDeal(7001);
    await rig.store([moved(7001)]);
    await rig.plan(0);
    rig.putDeal(7001, [501]);
    rig.putContact(501, 'ann@acme.example');
    await rig.store([moved(7001, 60, 143)]);
    await rig.plan(60);
    expect(await rig.sent()).toEqual(['lead_created 0', 'Sent lead_created']);
  });

  it('a deleted deal ends the waiting, whether Kommo still shows it or not', async () => {
    rig.putDeal(7001);
    await rig.store([moved(7001), moved(7002)]);
    rig.putDeal(7002);
    await rig.plan(0);
    rig.removeDeal(7001);
    await rig.store([{ kind: 'deal_deleted', dealId: 7001, occurredAt: T + 60 }]);
    await rig.store([{ kind: 'deal_deleted', dealId: 7002, occurredAt: T + 60 }]);
    await rig.plan(60);
    expect(await rig.moves()).toMatchObject([
      { state: 'ignored', reason: 'The deal was deleted before it had a contact with an email.' },
      { state: 'ignored', reason: 'The deal was deleted before it had a contact with an email.' },
    ]);
    expect(await database.db.selectFrom('waiting_contacts').selectAll().execute()).toEqual([]);
  });

  it('ends after its useful age, at the last check', async () => {
    rig.putDeal(7001, [501]);
    rig.putContact(501, null);
    await rig.store([moved(7001)]);
    await rig.plan(0, { waitForContactSeconds: HOUR });
    await rig.plan(1_000, { waitForContactSeconds: HOUR });
    expect(await rig.moves()).toMatchObject([{ state: 'waiting', nextCheck: HOUR }]);
    await rig.plan(HOUR, { waitForContactSeconds: HOUR });
    expect(await rig.moves()).toMatchObject([
      {
        state: 'ignored',
        reason: expect.stringMatching(/^Contact C501 has no email\. The event has waited/),
      },
    ]);
    const left = database.db.selectFrom('waiting_contacts').selectAll().where('connection', '=', rig.name);
    expect(await left.execute()).toEqual([]);
  });

  it('a thousand waiting moves cost four reads for each check, and new events go first', async () => {
    const ids = Array.from({ length: 1_000 }, (_, n) => n + 1);
    for (const id of ids) rig.putDeal(id);
    await rig.store(ids.map((id) => moved(id)));
    for (let n = 0; n < 4; n++) await rig.plan(0);
    expect(await rig.states()).toEqual(ids.map(() => 'waiting'));
    rig.putDeal(5_000, [501]);
    rig.putContact(501, 'ann@acme.example');
    rig.read.length = 0;
    await rig.store([moved(5_000, 2)]);
    expect(await rig.plan(2)).toMatchObject({ fresh: 1 });
    expect(await rig.sent()).toEqual(['lead_created 2', 'Sent lead_created']);
    for (let n = 0; n < 6; n++) await rig.plan(2);
    expect(rig.read.map((batch) => batch.length)).toEqual([250, 250, 250, 250, 1]);
  });
});
