import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDataFolder } from '../support/database-templates.ts';
import { exampleEnv } from '../support/example-env.ts';
import { finish, spawnStagepost } from '../support/stagepost-process.ts';
import { startWorld, type World } from '../support/world.ts';

const ROOT = join(import.meta.dirname, '../..');
const GUARD = '    bulk_guard: { deals: 3, within: 1h }\n    stages:\n';

let folder: string;
let world: World;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stagepost-held-'));
  copyFileSync(join(ROOT, 'examples/stagepost.yaml'), join(folder, 'stagepost.yaml'));
  const dataDir = await createDataFolder(join(folder, 'data'));
  world = await startWorld({
    store: { dataDir, databaseUrl: undefined },
    config: (yaml) => yaml.replace('    stages:\n', GUARD),
  });
});
afterAll(async () => {
  await world?.close();
  rmSync(folder, { recursive: true, force: true });
});

const run = (...args: string[]) =>
  finish(spawnStagepost(args, { folder, env: exampleEnv(world.kommo, world.customerio) }));

it('doctor lets the running server make its calls to Kommo, whose limit they share', async () => {
  const { out } = await run('doctor', '--json');
  expect(JSON.parse(out)).toContainEqual(expect.objectContaining({ check: 'kommo rights', status: 'ok' }));
  const { rows } = await sql<{ what: string }>`select what from audit where what = 'checks_run'`.execute(
    world.app.database.db,
  );
  expect(rows).toHaveLength(1);
});

it('deals of a burst are listed with the stage and who moved them, and sent on the word of a person', async () => {
  const ids = Array.from({ length: 8 }, () => world.deal().id);
  for (const id of ids) world.move(id, 'Closed - won');
  await world.kommo.waitFor(() => world.kommo.hooksPending() === 0);
  await world.settled();
  const before = world.customerio.events('deal_won').length;
  expect(before).toBeLessThanOrEqual(3);

  const listed = await run('held', 'list');
  expect(listed.out).toContain(`Sales / Closed - won → deal_won (acme)`);
  expect(listed.out).toContain(`${8 - before} deals held, 0 sent, 0 discarded`);
  expect(listed.out).toMatch(/moved by \S+/);

  const id = /#(\d+) Sales/.exec(listed.out)![1]!;
  const sent = await run('held', 'send', id, '--yes');
  expect(sent).toMatchObject({ code: 0, out: expect.stringContaining(`${8 - before} deals released`) });
  await world.customerio.waitFor(() => world.customerio.events('deal_won').length === 8);
  const again = await run('held', 'send', id, '--yes');
  expect(again).toMatchObject({ code: 1, out: expect.stringContaining('Nothing is held with the id') });
}, 90_000);
