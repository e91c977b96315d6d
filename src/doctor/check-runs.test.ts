import { expect, it } from 'vitest';
import { connection, kommoWith, status } from '../../test/support/doctor.ts';
import type { KommoClient } from '../kommo/index.ts';
import { CheckRuns } from './check-runs.ts';
import type { Clients } from './connection.ts';

const clients = (kommo: Partial<KommoClient> = {}): Clients => ({
  kommo: kommoWith(kommo),
  track: { region: async () => ({ region: 'us', url: '', environmentId: 3 }) },
  app: null,
});

const runsWith = (found: Clients | null) =>
  new CheckRuns({
    config: async () => connection,
    clients: () => found,
    publicUrl: () => null,
    now: () => 1_000,
  });

it('a run that is asked for twice is one run', async () => {
  let asked = 0;
  const { account } = kommoWith();
  const runs = runsWith(
    clients({
      account: async () => {
        asked += 1;
        return account();
      },
    }),
  );
  runs.start();
  runs.start();
  await expect.poll(() => runs.known()).toMatchObject({ running: false, checkedAt: 1_000 });
  expect(asked).toBe(1);
  runs.startIfOlder(60_000);
  expect(runs.known().running).toBe(false);
});

it('a fix changes the findings of its check and leaves the others where they were', async () => {
  const well = await kommoWith().catalog();
  let fields = [status('numeric', null)].slice(1);
  const runs = runsWith(
    clients({
      catalog: async () => ({ ...well, dealFields: fields }),
      createDealField: async () => {
        fields = [status('text', null)];
        return fields[0]!;
      },
    }),
  );
  runs.start();
  await expect.poll(() => runs.known().running).toBe(false);
  const before = runs.known().findings.map(({ check }) => check);
  expect(runs.known().findings.find(({ check }) => check === 'kommo fields')).toMatchObject({
    status: 'warning',
    fix: { needsPublicUrl: false },
  });
  expect(await runs.fix('kommo fields')).toMatchObject([{ status: 'ok' }]);
  expect(runs.known().findings.map(({ check }) => check)).toEqual(before);
});

it('where another process runs the connection, Kommo is not called', async () => {
  const runs = runsWith(null);
  runs.start();
  expect(runs.known()).toEqual({ running: false, checkedAt: null, findings: [] });
  expect(await runs.fix('kommo webhook')).toBeNull();
});
