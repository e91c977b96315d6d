import { afterEach, expect, it } from 'vitest';
import type { SetAside } from '../../../src/domain/plan/plan-types.ts';
import { workAges } from '../../../src/store/health/work-age.ts';
import { createWorkerRig, NOW, type WorkerRig } from '../../support/worker-rig.ts';

let rig: WorkerRig;
afterEach(() => rig[Symbol.asyncDispose]());

/** Events that were put aside with version 1 of the rules, one for each of these reasons. */
async function putAside(...reasons: SetAside[]): Promise<void> {
  rig = await createWorkerRig();
  await rig.addMoves(...reasons.map((_, index): [number, number] => [index + 1, index + 1]));
  const ids = await rig.db.selectFrom('events').select('id').orderBy('id').execute();
  for (const [index, { id }] of ids.entries()) {
    await rig.db
      .updateTable('events')
      .set({ state: 'ignored', set_aside: reasons[index]!, planned_at: NOW, rules_version: 1 })
      .where('id', '=', id)
      .execute();
  }
}

it('an event that has harmed the process is planned again as soon as other rules are active', async () => {
  await putAside('planning_crashed', 'planning_timed_out', 'text_too_expensive');
  rig.connection.rulesVersion = 1;
  await rig.worker.start(0);
  await rig.addMoves([9, 9]);
  rig.worker.wake();
  await expect.poll(() => rig.events()).toEqual(['ignored 0', 'ignored 0', 'ignored 0', 'planned 0']);
  rig.connection.rulesVersion = 2;
  rig.worker.wake();
  await expect.poll(() => rig.events()).toEqual(['planned 0', 'planned 0', 'ignored 0', 'planned 0']);
});

it('an event that failed by a fault of Stagepost is tried once more after each start', async () => {
  await putAside('planning_failed', 'planning_crashed');
  rig.connection.rulesVersion = 1;
  await rig.worker.start(0);
  await expect.poll(() => rig.events()).toEqual(['planned 33', 'ignored 0']);
});

it('events that were put aside within a day are counted for the health of the connection', async () => {
  await putAside('text_failed', 'planning_crashed');
  const setAside = async (now: number) => (await workAges(rig.db, ['acme'], now))[0]?.setAside;
  const { created_at: storedAt } = await rig.db
    .selectFrom('events')
    .select('created_at')
    .executeTakeFirstOrThrow();
  expect(await setAside(storedAt)).toBe(2);
  expect(await setAside(storedAt + 2 * 86_400_000)).toBe(0);
});
