import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type KommoSimulator, startKommoSimulator } from '../../simulators/kommo/index.ts';
import { createDataFolder } from '../support/database-templates.ts';
import { exampleEnv } from '../support/example-env.ts';
import { finish, spawnStagepost } from '../support/stagepost-process.ts';

const ROOT = join(import.meta.dirname, '../..');

let folder: string;
let kommo: KommoSimulator;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stagepost-transfer-'));
  copyFileSync(join(ROOT, 'examples/stagepost.yaml'), join(folder, 'stagepost.yaml'));
  await createDataFolder(join(folder, 'data'));
  kommo = await startKommoSimulator({ rateLimit: false });
});
afterAll(async () => {
  await kommo.close();
  rmSync(folder, { recursive: true, force: true });
});

const run = (...args: string[]) => finish(spawnStagepost(args, { folder, env: exampleEnv(kommo, null) }));

it('a backup is planned, with the stage changes since then, and restored into an empty folder only', async () => {
  expect(await run('connections', 'import')).toMatchObject({ code: 0 });
  const made = await run('backup', 'all.backup');
  expect(made).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^all\.backup: \d+ rows of the embedded database in /),
  });
  expect(made.out).toContain('can only be read with their key, which it does not have');
  const deal = kommo.createDeal({ name: 'Pro', price: 1 });
  kommo.moveDeal(deal.id, kommo.stageId('Sales', 'Closed - won'), kommo.pipelineId('Sales'));

  const planned = await run('restore', 'all.backup', '--plan');
  expect(planned.code).toBe(0);
  expect(planned.out).toContain('looks in Kommo for 0 notes and tasks that were still to be written');
  expect(planned.out).toContain(
    'Since then Kommo has 1 stage change in acme. There is no App API key, so Customer.io’s log cannot be read.',
  );

  const refused = await run('restore', 'all.backup', '--yes');
  expect(refused).toMatchObject({
    code: 1,
    err: expect.stringMatching(/There is a database in .*data already, and nothing is overwritten/),
  });
});
