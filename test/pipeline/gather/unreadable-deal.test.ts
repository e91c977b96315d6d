import { afterEach, expect, it } from 'vitest';
import { DeliveryError } from '../../../src/domain/errors.ts';
import { deal } from '../../support/entities.ts';
import { createWorkerRig, type WorkerRig } from '../../support/worker-rig.ts';

const BAD = 5;

let rig: WorkerRig;
afterEach(() => rig[Symbol.asyncDispose]());

/** Kommo has one deal that it cannot give: also not among others. */
async function start(isDown: boolean): Promise<void> {
  const broken = () =>
    new DeliveryError('retryable', 'Kommo failed at reading leads (500).', { status: 500 });
  rig = await createWorkerRig({
    account: async () => {
      if (isDown) throw broken();
    },
    deals: async (ids: number[]) => {
      if (isDown || ids.includes(BAD)) throw broken();
      return new Map(ids.map((id) => [id, deal({ id })]));
    },
  });
  await rig.addMoves([BAD, 1], [6, 2], [BAD, 3], [7, 4]);
  await rig.worker.start(0);
}

it('a deal that Kommo cannot give holds up nobody else, and its own moves wait in their order', async () => {
  await start(false);
  const planned = async () => (await rig.events()).filter((state) => state.startsWith('planned')).length;
  for (let seconds = 0; seconds < 1_000 && (await planned()) < 2; seconds += 1) {
    await rig.clock.tick(1_000);
    await expect.poll(() => rig.worker.isIdle, { interval: 5 }).toBe(true);
  }
  const [bad, good, badToo, goodToo] = await rig.events();
  expect([good, goodToo]).toEqual(['planned 0', 'planned 0']);
  expect([bad, badToo].map((state) => state!.split(' ')[0])).toEqual(['new', 'new']);
});

it('while all of Kommo is down no event is put aside', async () => {
  await start(true);
  for (let seconds = 0; seconds < 150; seconds += 1) await rig.clock.tick(1_000);
  expect(await rig.events()).toEqual(['new 0', 'new 0', 'new 0', 'new 0']);
});
