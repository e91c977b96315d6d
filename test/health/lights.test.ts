import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import {
  CUSTOMERIO_CALLS,
  CUSTOMERIO_REPORTS,
  type Fault,
  KOMMO_CALLS,
  KOMMO_HOOKS,
  KOMMO_NAMES,
} from '../../lights/faults.ts';
import { measure } from '../../lights/measure.ts';
import { type Lights, startLights } from '../../lights/rig.ts';
import { firstAdmin } from '../support/console-client.ts';
import { createDatabaseWithTables } from '../support/database-templates.ts';

/** Everything is read many times a second, so that a fault shows at once. */
const FAST = {
  judgeEveryMs: 100,
  firstProbeMs: 0,
  probes: {
    everyMs: { hooks: 200, catalog: 400, moves: 400, region: 200, reporting: 200 },
    retryMs: 50,
    deferMs: 0,
  },
};
const SOON = { patienceMs: 28_000, holdMs: 0, trafficMs: 500, pollMs: 100 };

/** One of each kind; `npm run lights` has them all, at the usual pace. */
const FAULTS: Fault[] = [
  KOMMO_CALLS[0]!,
  KOMMO_HOOKS[1]!,
  KOMMO_NAMES[0]!,
  CUSTOMERIO_CALLS[0]!,
  CUSTOMERIO_REPORTS[3]!,
  CUSTOMERIO_REPORTS[4]!,
];

describe('the lights', () => {
  let lights: Lights;
  let admin: Awaited<ReturnType<typeof firstAdmin>>;
  beforeAll(async () => {
    const databaseUrl = await createDatabaseWithTables(inject('postgresUrl'));
    lights = await startLights({ databaseUrl, healthTimes: FAST, requestsPerSecond: 1_000 });
    admin = await firstAdmin(lights.world.app);
  });
  afterAll(() => lights?.close());

  /** Without the order in which they were found. */
  const codes = async () => (await lights.health())?.codes.toSorted();

  it('are grey before a webhook and a report have arrived, whatever a self-test says, and then green', async () => {
    const unproven = ['kommo_webhook_unproven (unknown)', 'signing_key_unproven (unknown)'];
    await expect.poll(codes).toEqual(unproven);
    for (const side of ['kommo', 'customerio']) {
      const { body } = await admin.ask('POST', '/api/checks/test', { connection: 'acme', side });
      expect(body.request).not.toBeNull();
    }
    await expect.poll(codes).toEqual(unproven);
    // A webhook alone: a move would send an email, whose first report comes by itself.
    lights.world.deal();
    await expect.poll(codes).toEqual(['signing_key_unproven (unknown)']);
    await lights.traffic();
    await expect.poll(codes).toEqual([]);
  });

  it.each(FAULTS)('are not green with "$name", and green again after the repair', async (fault) => {
    const { noticedS, greenS, said } = await measure(fault, lights, SOON);
    expect({ said, isNoticed: noticedS !== null, isGreenAgain: greenS !== null }).toEqual({
      said: [expect.stringMatching(/\((broken|warning)\)$/), ...said.slice(1)],
      isNoticed: true,
      isGreenAgain: true,
    });
  });

  it('keep what was proven over a restart', async () => {
    await lights.world.restart();
    await expect.poll(codes).toEqual([]);
  });
});
