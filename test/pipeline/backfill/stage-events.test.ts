import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { BackfillFilter } from '../../../src/domain/backfill.ts';
import { addBackfill, changeBackfillState, findBackfill } from '../../../src/store/backfills/backfills.ts';
import type { Database } from '../../../src/store/database/database.ts';
import { releaseHeld } from '../../../src/store/holds/decide-holds.ts';
import { COMMANDS } from '../../../src/store/users/actor.ts';
import { openTestDatabase } from '../../support/databases.ts';
import { SALES } from '../../support/entities.ts';
import { createPlanningRig, DEMO, moved, NEW_LEAD, type PlanningRig, T } from '../../support/planning-rig.ts';

/*
 * Deals enter and leave a stage, a backfill lists them, somebody sends its events, and webhooks are late, in every order. One time
 * that a deal stands in the stage has one event.
 */

let database: Database;
beforeAll(async () => {
  database = await openTestDatabase('postgres');
});
afterAll(() => database.close());

/** What happens to a deal: it enters or leaves the stage, the oldest of its moves is reported, it is listed, its event is sent. */
const ACTS = ['move', 'move', 'report', 'report', 'list', 'release', 'nothing'] as const;

interface Schedule {
  startsInStage: boolean;
  /** One at each even second. */
  acts: (typeof ACTS)[number][];
}

const LENGTH = 9;
const schedule: fc.Arbitrary<Schedule> = fc.record({
  startsInStage: fc.boolean(),
  acts: fc.array(fc.constantFrom(...ACTS), { minLength: LENGTH, maxLength: LENGTH }),
});
const input = fc.record({
  schedules: fc.array(schedule, { minLength: 12, maxLength: 12 }),
  /** Whether the events of then are planned, at each odd second. */
  plans: fc.array(fc.boolean(), { minLength: LENGTH, maxLength: LENGTH }),
});

/** A time that a deal stands in the stage. */
interface Stay {
  from: number;
  to: number;
  /** When its move was reported; null for a deal that was in the stage at the beginning. */
  reportedAt: number | null;
}

class History {
  readonly id: number;
  readonly stays: Stay[];
  /** When the event of the backfill was released; null where it was not. */
  releasedAt: number | null = null;
  isListed = false;
  readonly #unreported: { at: number; stay: Stay | null }[] = [];

  constructor(id: number, startsInStage: boolean) {
    this.id = id;
    this.stays = startsInStage
      ? [{ from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY, reportedAt: null }]
      : [];
  }

  get isInStage(): boolean {
    return this.stays.at(-1)?.to === Number.POSITIVE_INFINITY;
  }

  move(at: number): void {
    if (this.isInStage) {
      this.stays.at(-1)!.to = at;
      this.#unreported.push({ at, stay: null });
      return;
    }
    const stay = { from: at, to: Number.POSITIVE_INFINITY, reportedAt: Number.POSITIVE_INFINITY };
    this.stays.push(stay);
    this.#unreported.push({ at, stay });
  }

  /** @returns the stage of the oldest move that is not reported yet, and its time */
  report(second: number): { at: number; stageId: number } | null {
    const move = this.#unreported.shift();
    if (move?.stay) move.stay.reportedAt = second;
    return move === undefined ? null : { at: move.at, stageId: move.stay ? DEMO : NEW_LEAD };
  }
}

const FILTER: BackfillFilter = {
  ...{ stages: [], createdFrom: null, createdTo: null, updatedFrom: null, updatedTo: null },
  ...{ owners: [], field: null, hasEmail: false },
};

async function startBackfill({ name }: PlanningRig): Promise<number> {
  const id = (await addBackfill(database.db, { connection: name, filter: FILTER, by: 'Ann' }, T * 1_000))!;
  const eventStages = [{ pipelineId: SALES.id, stageId: DEMO }];
  await changeBackfillState(database.db, id, ['planning'], { to: 'running', eventStages }, T * 1_000);
  return id;
}

async function release({ name }: PlanningRig, backfillId: number, dealId: number, second: number) {
  const backfill = await findBackfill(database.db, [name], backfillId);
  const holdId = backfill!.event_stages[0]!.holdId;
  if (holdId === null) return 0;
  const by = { actor: COMMANDS, at: (T + second) * 1_000 };
  return releaseHeld(database.db, { holdId, connections: [name], dealIds: [dealId] }, 'now', 1, by);
}

/** The seconds of the events of the stage that were put into the outbox, by deal. */
async function sentOf({ name }: PlanningRig): Promise<Map<number, number[]>> {
  const { rows } = await sql<{ deal: number; second: number }>`
    select e.deal_id as deal, (a.payload->>'timestamp')::bigint - ${T}::bigint as second
    from actions a join events e on e.id = a.event_id
    where a.connection = ${name} and a.payload->>'name' = 'demo_scheduled' order by a.id
  `.execute(database.db);
  const byDeal = Map.groupBy(rows, ({ deal }) => Number(deal));
  return new Map([...byDeal].map(([deal, own]) => [deal, own.map(({ second }) => Number(second))]));
}

async function play(rig: PlanningRig, schedules: Schedule[], plans: boolean[]): Promise<History[]> {
  const backfillId = await startBackfill(rig);
  const histories = schedules.map(({ startsInStage }, index) => new History(index + 1, startsInStage));
  const put = ({ id, isInStage }: History) => rig.putDeal(id, [id], isInStage ? DEMO : NEW_LEAD);
  const report = async (history: History, second: number): Promise<boolean> => {
    const move = history.report(second);
    if (move) await rig.store([moved(history.id, move.at, move.stageId)], second);
    return move !== null;
  };
  for (const history of histories) {
    rig.putContact(history.id, `c${history.id}@example.com`);
    put(history);
  }
  for (let step = 0; step < LENGTH; step++) {
    const second = 2 * step;
    for (const [index, history] of histories.entries()) {
      const act = schedules[index]!.acts[step]!;
      if (act === 'move') history.move(second);
      if (act === 'move') put(history);
      if (act === 'report') await report(history, second);
      if (act === 'list' && !history.isListed) {
        history.isListed = true;
        await rig.store(
          [{ kind: 'deal_listed', dealId: history.id, backfillId, occurredAt: T + second }],
          second,
        );
      }
      if (act === 'release' && (await release(rig, backfillId, history.id, second)) > 0)
        history.releasedAt = second;
    }
    if (plans[step]) await rig.plan(second + 1);
  }
  const end = 2 * LENGTH;
  for (const history of histories) while (await report(history, end));
  for (const second of [end + 1, end + 3]) await rig.plan(second);
  return histories;
}

/** How many events the stay must have; null: one or none. */
function expectedOf(
  stay: Stay,
  { releasedAt }: History,
  plannedAt: number[],
  backfilledAt: number | null,
): number | null {
  if (stay.reportedAt === null) {
    const at = releasedAt === null ? undefined : plannedAt.find((second) => second > releasedAt);
    return at !== undefined && at < stay.to ? 1 : 0;
  }
  const isCovered = backfilledAt !== null && stay.to <= backfilledAt && stay.reportedAt > backfilledAt;
  return isCovered ? null : 1;
}

it('send one event for each time that a deal stands in the stage, in every order of moves, reports and decisions', async () => {
  await fc.assert(
    fc.asyncProperty(input, async ({ schedules, plans }) => {
      const rig = await createPlanningRig(database);
      const histories = await play(rig, schedules, plans);
      const sent = await sentOf(rig);
      const plannedAt = [
        ...plans.flatMap((isPlanned, step) => (isPlanned ? [2 * step + 1] : [])),
        2 * LENGTH + 1,
        2 * LENGTH + 3,
      ];
      for (const history of histories) {
        const own = sent.get(history.id) ?? [];
        // Moves have even seconds.
        const backfilledAt = own.find((second) => second % 2 === 1) ?? null;
        for (const stay of history.stays) {
          const count = own.filter((second) => second >= stay.from && second < stay.to).length;
          expect(count, JSON.stringify({ stay, own, history })).toBeLessThanOrEqual(1);
          const expected = expectedOf(stay, history, plannedAt, backfilledAt);
          if (expected !== null) expect(count, JSON.stringify({ stay, own, history })).toBe(expected);
        }
      }
    }),
    { numRuns: Number(process.env.STAGEPOST_FUZZ_RUNS ?? 8) },
  );
});
