import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { storedConfigs } from '../../src/commands/doctor/stored-configs.ts';
import { parseEnvFile } from '../../src/commands/settings/env-file.ts';
import { connectionForms } from '../../src/config/index.ts';
import { formOf } from '../../src/connections/sealed-form.ts';
import { Keyring, keyIdOf } from '../../src/secrets/keyring.ts';
import { storedConnections } from '../../src/store/connections/stored-connections.ts';
import { exampleEnv, WEBHOOK_SECRET } from '../support/example-env.ts';
import { finish, spawnStagepost } from '../support/stagepost-process.ts';
import { startWorld, type World } from '../support/world.ts';

/* A connection that is kept in the database, next to one of the configuration file, as a person adds and removes it. */

const EXAMPLE = readFileSync(join(import.meta.dirname, '../../examples/stagepost.yaml'), 'utf8');

const [KEY, NEW_KEY] = [Buffer.alloc(32, 7).toString('base64'), Buffer.alloc(32, 8).toString('base64')];

describe('a connection in the database', () => {
  let folder: string;
  let world: World;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'stagepost-stored-'));
    writeFileSync(join(folder, 'stagepost.yaml'), EXAMPLE);
    writeFileSync(join(folder, 'beta.yaml'), EXAMPLE.replace('  acme:', '  beta:'));
    world = await startWorld({ secretKey: KEY });
  });
  afterAll(async () => {
    await world?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const stagepostWith = (key: string, ...args: string[]) => {
    const env = {
      ...exampleEnv(world.kommo, world.customerio),
      DATABASE_URL: world.store.databaseUrl!,
      STAGEPOST_SECRET_KEY: key,
    };
    return finish(spawnStagepost([...args, '--config', 'beta.yaml'], { folder, env }));
  };
  const stagepost = (...args: string[]) => stagepostWith(KEY, 'connections', ...args);
  const states = () =>
    [...world.app.supervisors].map(([name, supervisor]) => `${name} ${supervisor.state().state}`);
  /** The status of a webhook, whose body says nothing. */
  const webhook = async (connection: string) => {
    const body = new URLSearchParams({ 'account[subdomain]': 'acme' });
    const url = `${world.app.url}/webhooks/kommo/${connection}/${WEBHOOK_SECRET}`;
    return (await fetch(url, { method: 'POST', body })).status;
  };

  it('runs in a server that is running, and does what its rules say', async () => {
    expect(await webhook('beta')).toBe(404);
    expect(await stagepost('import')).toMatchObject({
      code: 0,
      out: expect.stringContaining('beta is in the database'),
    });
    await expect.poll(states).toEqual(['acme running', 'beta running']);
    world.kommo.addHook({ destination: `${world.app.url}/webhooks/kommo/beta/${WEBHOOK_SECRET}` });
    const deal = world.deal({ email: 'ann@beta.example' });
    world.move(deal.id, 'Closed - won');
    // Each of the two connections sends the event of the same deal.
    await expect.poll(() => world.customerio.mailbox('ann@beta.example').length).toBe(2);
    await world.settled();
  });

  it('is found by the commands, although their stagepost.yaml does not have it', async () => {
    const env = { ...exampleEnv(world.kommo, world.customerio), DATABASE_URL: world.store.databaseUrl! };
    const trace = (name: string) =>
      finish(spawnStagepost(['trace', 'ann@beta.example', '--connection', name], { folder, env }));
    expect(await trace('beta')).toMatchObject({ code: 0, out: expect.stringContaining('Closed - won') });
    expect((await trace('gamma')).err).toContain('There is no connection "gamma". There are: acme, beta.');
  });

  it('is known to the commands that move rules and to the doctor', async () => {
    const rules = await finish(
      spawnStagepost(['config', 'export', '--connection', 'beta'], {
        folder,
        env: { ...exampleEnv(world.kommo, world.customerio), DATABASE_URL: world.store.databaseUrl! },
      }),
    );
    expect(rules).toMatchObject({ code: 0, out: expect.stringContaining('event: demo_scheduled') });
    vi.stubEnv('DATABASE_URL', world.store.databaseUrl!);
    for (const [key, expected] of [
      [KEY, { configs: [{ name: 'beta' }], unreadable: [] }],
      [NEW_KEY, { configs: [], unreadable: [{ name: 'beta' }] }],
    ] as const) {
      vi.stubEnv('STAGEPOST_SECRET_KEY', key);
      expect(await storedConfigs({ connections: [] }, { data: folder })).toMatchObject(expected);
    }
    vi.unstubAllEnvs();
  });

  it('is checked with the configuration file, and what cannot be read is named with what to do', async () => {
    const check = async (key: string) => {
      const env = {
        ...exampleEnv(world.kommo, world.customerio),
        DATABASE_URL: world.store.databaseUrl!,
        STAGEPOST_SECRET_KEY: key,
      };
      return finish(spawnStagepost(['config', 'check'], { folder, env }));
    };
    expect(await check(KEY)).toMatchObject({
      code: 0,
      out: expect.stringContaining('beta: in the database'),
    });
    expect(await check(NEW_KEY)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/database {2}beta: A stored secret was encrypted with the key [0-9a-f]{8}/),
    });
  });

  it('has its secrets encrypted, in the database and in what is printed', async () => {
    const { rows } = await sql`select * from stored_connections`.execute(world.app.database.db);
    const { out } = await stagepost('list', '--json');
    const shown = JSON.stringify(rows) + out;
    const { KOMMO_URL, CUSTOMERIO_SITE_ID, CUSTOMERIO_TRACK_URL, CUSTOMERIO_APP_URL, ...secrets } =
      exampleEnv(world.kommo, world.customerio);
    expect(shown).toContain(CUSTOMERIO_SITE_ID);
    expect(
      Object.keys(secrets).filter((name) => secrets[name]! !== '' && shown.includes(secrets[name]!)),
    ).toEqual([]);
  });

  it('is there again after a restart, and its webhooks wait for the start', async () => {
    await world.restart();
    expect(await webhook('beta')).toBe(200);
    await expect.poll(states).toEqual(['acme running', 'beta running']);
  });

  it('is changed without a webhook that is refused, and without a word of the other one', async () => {
    const [acme, beta] = ['acme', 'beta'].map((name) => world.app.supervisors.get(name));
    const slower = EXAMPLE.replace('  acme:', '  beta:').replace(
      'requests_per_second: 7',
      'requests_per_second: 3',
    );
    writeFileSync(join(folder, 'beta.yaml'), slower);
    const refused: number[] = [];
    const importing = stagepost('import');
    await expect
      .poll(async () => {
        const status = await webhook('beta');
        if (status !== 200) refused.push(status);
        return world.app.supervisors.get('beta') !== beta && states();
      })
      .toEqual(['acme running', 'beta running']);
    expect(await importing).toMatchObject({ code: 0 });
    const changed = slower.replace('event: demo_scheduled', 'event: demo_planned');
    writeFileSync(join(folder, 'beta.yaml'), changed);
    expect(await stagepost('import')).toMatchObject({
      code: 0,
      out: expect.stringContaining('The published rules of beta stay'),
    });
    expect(refused).toEqual([]);
    expect(world.app.supervisors.get('acme')).toBe(acme);
  });

  it('is exported as files that give the same connection, and keeps its secrets to this user', async () => {
    expect(await stagepost('export', 'beta', '--to', 'exported')).toMatchObject({ code: 0 });
    const [yaml, env] = ['stagepost.yaml', 'stagepost.env'].map((name) => join(folder, 'exported', name));
    expect(statSync(env!).mode & 0o777).toBe(0o600);
    expect(readFileSync(yaml!, 'utf8')).not.toContain(WEBHOOK_SECRET);
    const { values } = parseEnvFile(readFileSync(env!, 'utf8'));
    const forms = connectionForms(readFileSync(yaml!, 'utf8'), values);
    const [row] = await storedConnections(world.app.database.db);
    expect(forms.get('beta')).toEqual(formOf(row!, new Keyring([Buffer.from(KEY, 'base64')])));
    expect(await stagepost('export', 'beta', '--to', 'exported')).toMatchObject({ code: 1 });
  });

  it('is paused and resumed by a command', async () => {
    expect(await stagepost('pause', 'beta', '--yes')).toMatchObject({ code: 0 });
    await expect.poll(states).toEqual(['acme running', 'beta paused']);
    expect(await stagepost('resume', 'beta')).toMatchObject({ code: 0 });
    await expect.poll(states).toEqual(['acme running', 'beta running']);
  });

  it('gets its secrets encrypted with a new key', async () => {
    const keyIds = async () => {
      const { rows } = await sql<{ secrets: string }>`select secrets from stored_connections`.execute(
        world.app.database.db,
      );
      return rows.map(({ secrets }) => keyIdOf(secrets));
    };
    const before = await keyIds();
    const rotated = await stagepostWith(`${NEW_KEY},${KEY}`, 'secrets', 'rotate');
    expect(rotated).toMatchObject({
      code: 0,
      out: expect.stringContaining('The secrets of 1 connection are encrypted'),
    });
    const after = await keyIds();
    expect(after).not.toEqual(before);
    expect(await stagepostWith(KEY, 'secrets', 'rotate')).toMatchObject({
      code: 1,
      err: expect.stringContaining(`encrypted with the key ${after[0]}, which is not there`),
    });
  });

  it('ends when it is removed, and the other one goes on', async () => {
    expect(await stagepost('remove', 'beta', '--yes')).toMatchObject({ code: 0 });
    await expect.poll(states).toEqual(['acme running']);
    expect(await webhook('beta')).toBe(404);
    const deal = world.deal({ email: 'bea@acme.example' });
    world.move(deal.id, 'Closed - won');
    await expect.poll(() => world.customerio.mailbox('bea@acme.example').length).toBe(1);
  });
});
