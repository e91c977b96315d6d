import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type App, startApp } from '../../src/app.ts';
import { withCheckServer } from '../../src/commands/doctor/check-server.ts';
import { runChecks } from '../../src/commands/doctor/through-server.ts';
import type { ConnectionChecks, Tested } from '../../src/http/api/contract.ts';
import { type ConsoleClient, consoleClient, firstAdmin, PASSWORD } from '../support/console-client.ts';
import { startWorld, type World } from '../support/world.ts';

/* What the page Connections asks: the checks of `stagepost doctor` by the server, mending, and tests of both doors. */

const PUBLIC = 'http://127.0.0.1:9/behind-a-proxy';

describe('the checks of a running Stagepost', () => {
  let world: World;
  let client: ConsoleClient;
  let other: App;
  beforeAll(async () => {
    world = await startWorld({
      database: 'postgres',
      kommo: { emailStatusField: 'none' },
      publicUrl: PUBLIC,
    });
    client = await firstAdmin(world.app);
    other = await startApp({
      config: world.config,
      ...world.store,
      host: '127.0.0.1',
      port: 0,
      log: pino({ level: 'silent' }),
    });
  });
  afterAll(async () => {
    await other?.close();
    await world?.close();
  });

  async function checked(): Promise<ConnectionChecks> {
    const look = async () => (await client.get('/api/checks?connection=acme')).body.connections[0];
    await expect.poll(look).toMatchObject({ running: false });
    return look();
  }
  const found = ({ findings }: ConnectionChecks, check: string) =>
    findings.filter((finding) => finding.check === check);

  it('are run when somebody looks, and mended for an admin, who is written down', async () => {
    const before = await checked();
    expect(found(before, 'kommo account')).toMatchObject([{ status: 'ok', side: 'kommo' }]);
    expect(found(before, 'kommo fields')).toMatchObject([{ status: 'warning', mend: {} }]);
    const body = { connection: 'acme', check: 'kommo fields' };
    const mended = await client.ask('POST', '/api/checks/mend', body);
    expect(found(mended.body, 'kommo fields')).toMatchObject([{ status: 'ok', mend: null }]);
    const { entries } = (await client.get('/api/audit')).body;
    expect(entries[0]).toMatchObject({ what: 'mended', detail: expect.stringMatching(/^acme.*Created/) });
    await client.ask('POST', '/api/checks', { connection: 'acme' });
    expect(found(await checked(), 'kommo fields')).toMatchObject([{ status: 'ok' }]);
  });

  it('register a missing webhook where Stagepost is told that it is reached', async () => {
    for (const { destination } of world.kommo.hooks()) world.kommo.removeHook(destination);
    const body = { connection: 'acme', check: 'kommo webhook' };
    const answer = await client.ask('POST', '/api/checks/mend', body);
    expect(JSON.stringify(answer.body)).not.toContain('0123456789abcdef');
    expect(world.kommo.hooks().map(({ destination }) => destination)).toEqual([
      expect.stringMatching(`^${PUBLIC}/webhooks/kommo/acme/`),
    ]);
  });

  it('are for those who run the connection: another instance asks Kommo nothing', async () => {
    const there = consoleClient(other.url);
    await there.ask('POST', '/api/session', { name: 'Ann', password: PASSWORD });
    const looks = () => world.kommo.requests.all().filter(({ path }) => path.endsWith('/webhooks')).length;
    const before = looks();
    expect((await there.get('/api/checks?connection=acme')).body.connections).toMatchObject([
      { place: 'elsewhere', running: false, findings: [] },
    ]);
    expect((await there.ask('POST', '/api/checks', { connection: 'acme' })).status).toBe(409);
    expect(looks()).toBe(before);
  });

  it('are those of the command doctor on the same database, which calls no account itself', async () => {
    vi.stubEnv('DATABASE_URL', world.store.databaseUrl!);
    const findings = await withCheckServer('acme', 'none', (server) =>
      runChecks(server, { isSame: ({ publicUrl }) => publicUrl === PUBLIC }),
    );
    vi.unstubAllEnvs();
    expect(findings).toContainEqual(expect.objectContaining({ check: 'kommo rights', status: 'ok' }));
  });

  it('are mended by admins and run by editors only', async () => {
    const token = async (role: string) =>
      (await client.ask('POST', '/api/tokens', { name: role, role })).body.secret as string;
    const viewer = consoleClient(world.app.url, `Bearer ${await token('viewer')}`);
    const editor = consoleClient(world.app.url, `Bearer ${await token('editor')}`);
    const mend = { connection: 'acme', check: 'kommo webhook' };
    expect((await viewer.get('/api/checks')).status).toBe(200);
    expect((await viewer.ask('POST', '/api/checks', { connection: 'acme' })).status).toBe(403);
    expect((await editor.ask('POST', '/api/checks', { connection: 'acme' })).status).toBe(200);
    expect((await editor.ask('POST', '/api/checks/mend', mend)).status).toBe(403);
  });
});

describe('a test of a webhook', () => {
  let world: World;
  let client: ConsoleClient;
  beforeAll(async () => {
    world = await startWorld();
    client = await firstAdmin(world.app);
  });
  afterAll(() => world?.close());

  it.each(['kommo', 'customerio'] as const)(
    'from %s is stored and understood, and nothing follows',
    async (side) => {
      const answer = await client.ask('POST', '/api/checks/test', { connection: 'acme', side });
      const { steps, request } = answer.body as Tested;
      expect(steps.filter(({ state }) => state === 'bad')).toEqual([]);
      expect(steps.at(-2)!.text).toContain('A test webhook that Stagepost sent to itself');
      // It is signed with Stagepost's own key, so it proves nothing about Customer.io's.
      expect(steps.at(-1)).toMatchObject({ state: 'waiting', text: expect.stringMatching(/^This proves/) });
      expect(request).toMatchObject({ source: side, outcome: expect.stringContaining('A test') });
      for (const secret of ['0123456789abcdef', world.customerio.credentials.signingKey])
        expect(JSON.stringify(answer.body)).not.toContain(secret);
      await world.settled();
      expect((await client.get('/api/activity')).body.rows).toEqual([]);
      expect(world.kommo.requests.all().filter(({ method }) => method !== 'GET')).toEqual([]);
    },
  );
});
