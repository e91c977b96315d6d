import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CustomerioSimulator, startCustomerioSimulator } from '../../simulators/customerio/index.ts';
import { type KommoSimulator, startKommoSimulator } from '../../simulators/kommo/index.ts';
import { createDataFolder } from '../support/database-templates.ts';
import { storeOf } from '../support/databases.ts';
import { eventually } from '../support/eventually.ts';
import { exampleEnv, WEBHOOK_SECRET } from '../support/example-env.ts';
import { freePort } from '../support/free-port.ts';
import { finish, spawnStagepost, whenListening } from '../support/stagepost-process.ts';

const ROOT = join(import.meta.dirname, '../..');

let folder: string;
let kommo: KommoSimulator;
let customerio: CustomerioSimulator;
let running: ChildProcess[];

async function setUp(): Promise<void> {
  folder = mkdtempSync(join(tmpdir(), 'stagepost-serve-'));
  copyFileSync(join(ROOT, 'examples/stagepost.yaml'), join(folder, 'stagepost.yaml'));
  kommo = await startKommoSimulator({ rateLimit: false });
  customerio = await startCustomerioSimulator();
  running = [];
}

async function tearDown(): Promise<void> {
  for (const child of running) child.kill('SIGKILL');
  await Promise.all([kommo.close(), customerio.close()]);
  rmSync(folder, { recursive: true, force: true });
}

function run(...args: string[]): ChildProcess {
  const child = spawnStagepost(args, { folder, env: exampleEnv(kommo, customerio) });
  running.push(child);
  return child;
}

/** The same on PostgreSQL, where a start costs a third of the processor time. */
async function runOnServer(...args: string[]): Promise<ChildProcess> {
  const { databaseUrl } = await storeOf('postgres');
  const env = { ...exampleEnv(kommo, customerio), DATABASE_URL: databaseUrl! };
  const child = spawnStagepost(args, { folder, env });
  running.push(child);
  return child;
}

/** The same in another folder, with only an env file that has the settings. */
function runWithEnvFile(...args: string[]): ChildProcess {
  const { KOMMO_TOKEN, ...others } = exampleEnv(kommo, customerio);
  writeFileSync(join(folder, 'token'), `${KOMMO_TOKEN}\n`);
  const settings = {
    ...others,
    KOMMO_TOKEN_FILE: 'token',
    STAGEPOST_CONFIG: 'stagepost.yaml',
    STAGEPOST_DATA: 'data',
  };
  const file = join(folder, 'service.env');
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(file, lines.join(''), { mode: 0o600 });
  const child = spawnStagepost(args, { folder: tmpdir(), env: { STAGEPOST_ENV_FILE: file } });
  running.push(child);
  return child;
}

/** A database that exists already, for tests that are not about the first start. */
const withData = () => createDataFolder(join(folder, 'data'));

/** Starts `serve` and resolves with its address when it says that it is ready. */
async function serve(): Promise<{ child: ChildProcess; url: string }> {
  const child = run('serve', '--port', '0');
  const url = await whenListening(child);
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  return { child, url: url! };
}

/** Asks until there is anybody to answer. */
async function firstAnswer(ask: () => Promise<Response>): Promise<Response> {
  for (;;) {
    try {
      return await ask();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

function wonDeal(email: string): number {
  const contact = kommo.createContact({ name: 'Ann Lee', email });
  const deal = kommo.createDeal({
    name: 'Acme',
    price: 10,
    contactIds: [contact.id],
    fields: { Plan: 'Pro' },
  });
  kommo.moveDeal(deal.id, 142);
  return deal.id;
}

describe('stagepost serve without a configuration file', () => {
  beforeAll(setUp);
  afterAll(tearDown);

  it('starts without connections, and prints the link of the first sign-in', async () => {
    rmSync(join(folder, 'stagepost.yaml'));
    const child = await runOnServer('serve', '--port', '0');
    const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
    const line = async () => (await lines.next()).value as string;
    const url = (await line()).replace('stagepost listening on ', '');
    expect(await line()).toContain(
      `First sign-in, once, with a name and password of your choice: ${url}/setup#`,
    );
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
  });

  it('refuses a file that is named and does not exist, also the default one', async () => {
    expect(await finish(run('serve', '--config', './stagepost.yaml'))).toMatchObject({
      code: 2,
      err: expect.stringContaining('The configuration stagepost.yaml does not exist'),
    });
  });
});

describe('stagepost serve, started for the first time', () => {
  let child: ChildProcess;
  let url: string;
  let first: { status: number; body: unknown };
  /** To a webhook that is sent again and again until it is taken. */
  const answers: number[] = [];
  beforeAll(async () => {
    await setUp();
    const port = await freePort();
    child = run('serve', '--port', String(port));
    url = `http://127.0.0.1:${port}`;
    const answer = await firstAnswer(() => fetch(`${url}/health/ready`));
    first = { status: answer.status, body: await answer.json() };
    while (answers.at(-1) !== 200) {
      const body = new URLSearchParams({ 'leads[delete][0][id]': '5' });
      answers.push(
        (await fetch(`${url}/webhooks/kommo/acme/${WEBHOOK_SECRET}`, { method: 'POST', body })).status,
      );
    }
  });
  afterAll(tearDown);

  it('listens before its store is open, and says so: early requests wait and are not refused', async () => {
    expect(first).toMatchObject({
      status: 503,
      body: { status: 'not ready', problems: ['Stagepost is starting.'] },
    });
    // A new folder takes seconds to be made, and Kommo waits for two: 503 makes it come again.
    expect(new Set(answers)).toEqual(new Set(answers.length > 1 ? [503, 200] : [200]));
    expect(await whenListening(child)).toBe(url);
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
  });

  it('refuses a data folder that another process has open, and says which', async () => {
    const { code, err } = await finish(run('serve', '--port', '0'));
    expect(code).toBe(1);
    expect(err).toContain(`is in use by another Stagepost (process`);
    expect(err).toContain(url);
  });

  it('runs on the example as it stands, and ends with 0 on SIGTERM', async () => {
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    // On a busy machine the counts may miss the second that a scrape waits for them.
    await expect
      .poll(async () => (await fetch(`${url}/metrics`)).text())
      .toContain('stagepost_open{connection="acme",kind="kommo"} 0');
    kommo.addHook({ destination: `${url}/webhooks/kommo/acme/${WEBHOOK_SECRET}` });
    const deal = wonDeal('ann@example.com');
    await kommo.waitFor(() => kommo.notes(deal).length > 0);

    const trace = await finish(run('trace', 'ann@example.com'));
    expect(trace.out).toContain('Customer.io: event deal_won for ann@example.com');
    expect(trace.code).toBe(0);
    // From another folder, with nothing but the env file of the service.
    const json = await finish(runWithEnvFile('trace', String(deal), '--json'));
    expect(JSON.parse(json.out)).toMatchObject([{ connection: 'acme', deals: [deal] }]);

    child.kill('SIGTERM');
    expect((await once(child, 'close'))[0]).toBe(0);
  });
});

describe('stagepost serve', () => {
  beforeEach(setUp);
  afterEach(tearDown);

  it('delivers after kill -9 what it had accepted before', async () => {
    await withData();
    const first = await serve();
    kommo.setLatency(60_000);
    const hook = kommo.addHook({
      destination: `${first.url}/webhooks/kommo/acme/${WEBHOOK_SECRET}`,
      settings: ['status_lead'],
    });
    const deal = wonDeal('ann@example.com');
    await kommo.waitFor(() => kommo.hookDeliveries().some((delivery) => delivery.status === 200));
    first.child.kill('SIGKILL');
    await once(first.child, 'close');
    kommo.removeHook(hook.destination);
    kommo.setLatency(0);

    await serve();
    await kommo.waitFor(() => kommo.notes(deal).length > 0, { timeoutMs: 25_000 });
    expect(customerio.events('deal_won')).toHaveLength(1);
  });

  it('says which names exist where one in the configuration does not', async () => {
    const file = join(folder, 'stagepost.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('stage: Onboarding', 'stage: Onbording'));
    const { code, err } = await finish(await runOnServer('serve', '--port', '0'));
    expect(code).toBe(2);
    expect(err).toMatch(/stagepost\.yaml:\d+:\d+ {2}connections\.acme\.stages\[3\]\.stage/);
    expect(err).toMatch(/Onbording.*Onboarding/s);
    expect(err).not.toMatch(/at .*\.ts:\d+/);
  });

  it('with --supervise replaces a server that hangs, and ends with it on SIGTERM', async () => {
    const port = await freePort();
    const supervisor = await runOnServer(
      'serve',
      '--supervise',
      '--hang-timeout',
      '3s',
      '--port',
      String(port),
    );
    const listening: string[] = [];
    createInterface({ input: supervisor.stdout! }).on('line', (line) => listening.push(line));
    const log: { msg: string; child?: number }[] = [];
    createInterface({ input: supervisor.stderr! }).on('line', (line) => log.push(JSON.parse(line)));
    const starts = () => listening.filter((line) => line.startsWith('stagepost listening on')).length;

    await eventually(() => expect(starts()).toBe(1));
    process.kill(log.find(({ msg }) => msg.startsWith('the supervisor has started'))!.child!, 'SIGSTOP');
    await eventually(() => expect(starts()).toBe(2));
    expect((await fetch(`http://127.0.0.1:${port}/health/live`)).status).toBe(200);
    expect(log.map(({ msg }) => msg).join()).toMatch(
      /has given no sign of life for 3 s.*has ended.*has started/,
    );

    supervisor.kill('SIGTERM');
    expect((await once(supervisor, 'close'))[0]).toBe(0);
    await expect(fetch(`http://127.0.0.1:${port}/health/live`)).rejects.toThrow();
  });
});

describe('the commands', () => {
  beforeEach(setUp);
  afterEach(tearDown);

  it('stagepost doctor --fix makes the missing field and registers the webhook', async () => {
    await kommo.close();
    kommo = await startKommoSimulator({ emailStatusField: 'none' });
    customerio.addReportingWebhook({
      endpoint: 'https://stagepost.example.com/webhooks/customerio/acme',
      fullResolution: true,
    });
    const publicUrl = ['--public-url', 'https://stagepost.example.com'];
    const before = await finish(run('doctor', ...publicUrl, '--json'));
    const statuses = JSON.parse(before.out).map(
      ({ check, status }: Record<string, string>) => `${check}: ${status}`,
    );
    expect(statuses.filter((line: string) => line.endsWith('warning')).length).toBeGreaterThanOrEqual(2);

    const fixed = await finish(run('doctor', '--fix', ...publicUrl));
    expect(fixed.code).toBe(0);
    expect(fixed.out).toContain('Created the list field "email_status"');
    expect(fixed.out).not.toContain(WEBHOOK_SECRET);
    expect(kommo.hooks()).toMatchObject([
      { destination: `https://stagepost.example.com/webhooks/kommo/acme/${WEBHOOK_SECRET}`, disabled: false },
    ]);
  });

  describe('stagepost trace', () => {
    it('makes no database where there is none, and says so', async () => {
      const { code, err } = await finish(run('trace', '5', '--data', 'elsewhere'));
      expect(code).toBe(1);
      expect(err).toContain('There is no database in elsewhere.');
      expect(existsSync(join(folder, 'elsewhere'))).toBe(false);
    });

    it('refuses a text that names nobody', async () => {
      const { code, err } = await finish(run('trace', ' '));
      expect(code).toBe(2);
      expect(err).toContain('Say which deal, client or email address.');
    });
  });

  describe('stagepost config check', () => {
    it('names an unknown key, its line, and the nearest one', async () => {
      const file = join(folder, 'stagepost.yaml');
      writeFileSync(
        file,
        readFileSync(file, 'utf8').replace('event: demo_scheduled', 'evnt: demo_scheduled'),
      );
      const { code, err, out } = await finish(run('config', 'check'));
      expect(code).toBe(2);
      expect(err + out).toMatch(/unknown key "evnt".*"event"/s);
    });

    it('accepts the example', async () => {
      expect((await finish(run('config', 'check'))).code).toBe(0);
    });
  });

  it('says what there is, and refuses what there is not', async () => {
    const help = await finish(run('--help'));
    expect(help.out).toMatch(/serve[\s\S]*demo[\s\S]*doctor[\s\S]*trace/);
    expect(help.code).toBe(0);
    expect((await finish(run('sevre'))).code).toBe(2);
  });
});
