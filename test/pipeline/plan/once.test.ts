import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../src/store/database/database.ts';
import { KINDS, openTestDatabase } from '../../support/databases.ts';
import { createPlanningRig, DEMO, moved, NEW_LEAD, STAGES } from '../../support/planning-rig.ts';

const [lead, demo] = STAGES;
const ONCE_A_DEAL = { stages: [{ ...lead!, once: 'deal' as const }, demo!] };
const ONCE_A_PERSON = { stages: [{ ...lead!, once: 'person' as const }, demo!] };
const { STAGEPOST_FUZZ_RUNS: ASKED } = process.env;
const RUNS = ASKED === undefined ? { seed: 18, numRuns: 8 } : { numRuns: Number(ASKED) };

describe.each(KINDS)('an event that is sent once (%s)', (kind) => {
  let database: Database;
  beforeAll(async () => {
    database = await openTestDatabase(kind);
  });
  afterAll(() => database.close());

  async function rigWithAnn() {
    const rig = await createPlanningRig(database);
    rig.putContact(501, 'ann@example.com');
    rig.putDeal(1, [501], NEW_LEAD);
    rig.putDeal(2, [501], NEW_LEAD);
    return rig;
  }

  it('is not sent for a deal that enters the stage again, and the trace says why', async () => {
    const rig = await rigWithAnn();
    await rig.store([moved(1, 0)]);
    await rig.plan(10, ONCE_A_DEAL);
    await rig.store([moved(1, 100, DEMO), moved(1, 200), moved(2, 250)], 260);
    await rig.plan(300, ONCE_A_DEAL);
    const leads = (await rig.sent()).filter((text) => text.startsWith('lead_created'));
    expect(leads).toEqual(['lead_created 0', 'lead_created 250']);
    const reasons = (await rig.moves()).map(({ reason }) => reason).filter((reason) => reason !== null);
    expect(reasons).toEqual([
      'lead_created was sent for this deal on 30 Nov already, and the rule sends it once per deal (once: deal).',
    ]);
  });

  it('is not sent for another deal of the person', async () => {
    const rig = await rigWithAnn();
    await rig.store([moved(1, 0), moved(2, 50)]);
    await rig.plan(60, ONCE_A_PERSON);
    expect(await rig.sent()).toEqual(['lead_created 0', 'Sent lead_created']);
    expect((await rig.moves())[1]!.reason).toBe(
      'lead_created was sent for deal 1 on 30 Nov already, and the rule sends it once per person (once: person).',
    );
  });

  it.each([ONCE_A_DEAL, ONCE_A_PERSON])(
    'counts what was sent before the rule had `once` (%#)',
    async (rules) => {
      const rig = await rigWithAnn();
      await rig.store([moved(1, 0)]);
      await rig.plan(10);
      await rig.store([moved(1, 100, DEMO), moved(1, 200)], 210);
      await rig.plan(300, rules);
      expect((await rig.sent()).filter((text) => text.startsWith('lead_created'))).toEqual([
        'lead_created 0',
      ]);
    },
  );

  it('is remembered when the outbox has forgotten it, and not where somebody has discarded it', async () => {
    const rig = await rigWithAnn();
    await rig.store([moved(1, 0), moved(2, 0)]);
    await rig.plan(10, ONCE_A_DEAL);
    await sql`delete from actions where connection = ${rig.name} and deal_id = 1`.execute(database.db);
    await sql`update actions set state = 'dropped' where connection = ${rig.name} and deal_id = 2 and kind = 'track'`.execute(
      database.db,
    );
    await rig.store([moved(1, 100, DEMO), moved(1, 200), moved(2, 100, DEMO), moved(2, 201)], 210);
    await rig.plan(300, ONCE_A_DEAL);
    const leads = (await rig.sent()).filter((text) => text.startsWith('lead_created'));
    expect(leads).toEqual(['lead_created 0', 'lead_created 201']);
  });

  const steps = fc.oneof(
    fc.record({ deal: fc.constantFrom(1, 2, 3, 4), stage: fc.constantFrom(NEW_LEAD, DEMO) }),
    fc.constantFrom('plan' as const, 'plan twice at once' as const, 'restart' as const),
  );

  it('is sent exactly once, whatever the order of moves, batches, restarts and concurrent planners', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { maxLength: 14 }), async (history) => {
        const rig = await createPlanningRig(database);
        for (const id of [501, 502]) rig.putContact(id, `c${id}@example.com`);
        for (const id of [1, 2, 3, 4]) rig.putDeal(id, [id % 2 === 0 ? 502 : 501], NEW_LEAD);
        const rules = {
          stages: [
            { ...lead!, once: 'deal' as const },
            { ...demo!, once: 'person' as const },
          ],
        };
        let second = 0;
        const plan = () => rig.plan(++second, rules);
        for (const step of [...history, 'plan' as const]) {
          if (step === 'plan') await plan();
          else if (step === 'plan twice at once') await Promise.all([plan(), plan()]);
          else if (step === 'restart') rig.restart();
          else await rig.store([moved(step.deal, ++second, step.stage)], second);
        }
        const moves = history.filter((step) => typeof step === 'object');
        const leads = new Set(moves.filter(({ stage }) => stage === NEW_LEAD).map(({ deal }) => deal));
        const demos = new Set(moves.filter(({ stage }) => stage === DEMO).map(({ deal }) => deal % 2));
        const sent = await rig.sent();
        expect(sent.filter((text) => text.startsWith('lead_created'))).toHaveLength(leads.size);
        expect(sent.filter((text) => text.startsWith('demo_scheduled'))).toHaveLength(demos.size);
      }),
      RUNS,
    );
  });
});
