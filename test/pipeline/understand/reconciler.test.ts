import { pino } from 'pino';
import { afterEach, expect, it } from 'vitest';
import { DeliveryError, type FailureClass } from '../../../src/domain/errors.ts';
import { Reconciler } from '../../../src/pipeline/understand/reconciler.ts';
import { createWorkerRig, NOW, type WorkerRig } from '../../support/worker-rig.ts';

const MINUTE = 60_000;

let rig: WorkerRig;
let reconciler: Reconciler;
let readings: number;
afterEach(async () => {
  await reconciler.stop();
  await rig[Symbol.asyncDispose]();
});

/** Starts a reconciler whose events log cannot be read; its second reading follows the first at once. */
async function startWithFailingLog(failure: FailureClass): Promise<void> {
  readings = 0;
  const dealMoves = () => {
    readings += 1;
    return Promise.reject(new DeliveryError(failure, 'Kommo refuses the events log.'));
  };
  rig = await createWorkerRig({ dealMoves });
  const { db, connection, clock } = rig;
  await db
    .updateTable('connections')
    .set({ reconciled_from: NOW / 1000, reconciled_to: NOW / 1000 })
    .execute();
  const log = pino({ level: 'silent' });
  reconciler = new Reconciler({ db, connection, clock, log, onRead: () => {}, random: 0 });
  reconciler.start();
  await expect.poll(() => readings).toBe(1);
}

it('a reading that failed in passing is repeated after half a minute, although nothing else happens', async () => {
  await startWithFailingLog('retryable');
  await rig.clock.tick(29_000);
  expect(readings).toBe(1);
  await rig.clock.tick(1_000);
  await expect.poll(() => readings).toBe(2);
});

it('a token that may not read the log is tried every five minutes only', async () => {
  await startWithFailingLog('permanent');
  await rig.clock.tick(1);
  await expect.poll(() => readings).toBe(2);
  await rig.clock.tick(4 * MINUTE);
  expect(readings).toBe(2);
  await rig.clock.tick(MINUTE);
  await expect.poll(() => readings).toBe(3);
});
