import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { consoleClient, PASSWORD } from '../support/console-client.ts';
import { createPostgresDatabase } from '../support/databases.ts';
import { finish, spawnStagepost } from '../support/stagepost-process.ts';
import { startWorld, type World } from '../support/world.ts';

let folder: string;
let databaseUrl: string;
let world: World;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stagepost-link-'));
  databaseUrl = await createPostgresDatabase();
  world = await startWorld({ store: { dataDir: null, databaseUrl } });
  writeFileSync(join(folder, 'stagepost.yaml'), '');
});
afterAll(async () => {
  await world?.close();
  rmSync(folder, { recursive: true, force: true });
});

const run = (name: string) =>
  finish(spawnStagepost(['sign-in-link', name], { folder, env: { DATABASE_URL: databaseUrl } }));

it('lets the first admin in, then again with a new password, and nobody whom nobody knows', async () => {
  const first = await run('Ann');
  expect(first).toMatchObject({ code: 0, err: '' });
  const enter = async (out: string, password: string) => {
    const client = consoleClient(world.app.url);
    return client.ask('POST', '/api/setup', { link: out.trim().split('#')[1], password });
  };
  expect((await enter(first.out, PASSWORD)).body).toMatchObject({ name: 'Ann', role: 'admin' });
  const again = await run('ann');
  expect((await enter(again.out, 'another long one')).status).toBe(200);
  expect(await run('Eve')).toMatchObject({ code: 1, err: expect.stringContaining('There are: Ann.') });
});
