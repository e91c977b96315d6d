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
  judgeEveryMs: 50,
  firstProbeMs: 0,
  probes: {
    everyMs: { hooks: 100, catalog: 200, moves: 200, region: 100, reporting: 100 },
    retryMs: 50,
    deferMs: 0,
  },
};
const SOON = { patienceMs: 20_000, holdMs: 0, trafficMs: 200, pollMs: 20 };

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
    lights = await startLights({ databaseUrl, healthTimes: FAST });
    admin = await firstAdmin(lights.world.app);
  });
  afterAll(() => lights?.close());

  const codes = async () => (await lights.health())?.codes;

  it('are grey before a webhook and a report have arrived, whatever a self-test says, and then green', async () => {
    const unproven = ['kommo_webhook_unproven (unknown)', 'signing_key_unproven (unknown)'];
    await expect.poll(codes).toEqual(unproven);
    for (const side of ['kommo', 'customerio']) {
      const { body } = await admin.ask('POST', '/api/checks/test', { connection: 'acme', side });
      expect(body.request).not.toBeNull();
    }
    await expect.poll(codes).toEqual(unproven);
    await lights.move();
    await expect.poll(codes).toEqual(['signing_key_unproven (unknown)']);
    lights.report();
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
