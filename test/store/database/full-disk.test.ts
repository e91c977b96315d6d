import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CustomerioSimulator, startCustomerioSimulator } from '../../../simulators/customerio/index.ts';
import { type KommoSimulator, startKommoSimulator } from '../../../simulators/kommo/index.ts';
import { createDataFolder } from '../../support/database-templates.ts';
import { exampleEnv } from '../../support/example-env.ts';
import { type Fullness, fillDisk } from '../../support/full-disk.ts';
import {
  expectEachOnce,
  expectRefused,
  moveDealsToWon,
  probeAsKommo,
  probeAt,
  until,
  untilAccepted,
} from '../../support/outage.ts';
import { spawnStagepost } from '../../support/stagepost-process.ts';
import { storedRequests } from '../../support/stored-requests.ts';
import { startWorld, WEBHOOK_SECRET, type World } from '../../support/world.ts';

const ROOT = join(import.meta.dirname, '../../..');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'stagepost-full-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the disk of the embedded database is full for data, and has room again later', () => {
  let world: World;
  let full: Fullness | null = null;

  beforeAll(async () => {
    const dataDir = join(folder, 'data');
    await createDataFolder(dataDir);
    fillDisk(dataDir, () => full);
    world = await startWorld({ store: { dataDir, databaseUrl: undefined }, kommo: { timeScale: 200 } });
  });
  afterAll(() => world?.close());

  it('answers 503 until there is room, loses nothing that it answered 200, and goes on by itself', async () => {
    const before = moveDealsToWon(world, 3);
    await expectEachOnce(world, before);
    full = 'growth';
    const taken: string[] = [];
    // Too large for what is left in the tables' last pages.
    for (let status = 200; status === 200; ) {
      const body = `probe=${randomBytes(30_000).toString('hex')}`;
      ({ status } = await probeAsKommo(world.app.url, body));
      if (status === 200) taken.push(body);
      else expect(status).toBe(503);
    }
    const during = moveDealsToWon(world, 3);
    full = null;
    await untilAccepted(world);
    await expectEachOnce(world, [...before, ...during]);
    const stored = await storedRequests(world.app.database.db);
    const bodies = stored.map((row) => Buffer.from(row.body!).toString());
    expect(taken.filter((body) => !bodies.includes(body))).toEqual([]);
  });
});

describe('stagepost serve, where the disk has no room for the write-ahead log', () => {
  let kommo: KommoSimulator;
  let customerio: CustomerioSimulator;
  let log = '';
  const children: ChildProcess[] = [];

  beforeAll(async () => {
    copyFileSync(join(ROOT, 'examples/stagepost.yaml'), join(folder, 'stagepost.yaml'));
    kommo = await startKommoSimulator({ rateLimit: false });
    customerio = await startCustomerioSimulator();
  });
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await Promise.all([kommo?.close(), customerio?.close()]);
  });

  const diskSwitch = () => join(folder, 'full');

  function start(): ChildProcess {
    const child = spawnStagepost(['serve', '--port', '0'], {
      folder,
      env: {
        ...exampleEnv(kommo, customerio),
        NODE_OPTIONS: `--import ${join(ROOT, 'test/support/full-disk.ts')}`,
        FULL_DISK_FOLDER: join(folder, 'data'),
        FULL_DISK_SWITCH: diskSwitch(),
        STAGEPOST_DATA: join(folder, 'data'),
      },
    });
    log = '';
    child.stdout!.on('data', (part) => (log += part));
    child.stderr!.on('data', (part) => (log += part));
    children.push(child);
    return child;
  }

  async function listening(): Promise<string> {
    await until(async () => /listening on (\S+)/.test(log), 'serve listens');
    return /listening on (\S+)/.exec(log)![1]!;
  }

  it('answers 503 while it is full, ends with 1 when there is room, and the next start finds everything', async () => {
    const first = start();
    const url = await listening();
    kommo.setLatency(60_000);
    const hook = kommo.addHook({ destination: `${url}/webhooks/kommo/acme/${WEBHOOK_SECRET}` });
    // The folder is the one of the test before, which saves the time to make one; nothing in it has these ids.
    const contact = kommo.createContact({ id: 99_000_001, name: 'Eve Lee', email: 'eve@example.com' });
    const deal = kommo.createDeal({ id: 99_000_002, contactIds: [contact.id], fields: { Plan: 'Pro' } });
    kommo.moveDeal(deal.id, 142);
    await kommo.waitFor(() => kommo.hookDeliveries().some(({ keys }) => keys.includes('leads[status]')));

    writeFileSync(diskSwitch(), 'all');
    const { signingKey } = customerio.credentials;
    expectRefused(await probeAt(url, signingKey));
    expectRefused(await probeAt(url, signingKey));
    expect(log).toContain('The disk is full. Every webhook is answered 503 until there is space');
    expect((await fetch(`${url}/health/ready`)).status).toBe(503);
    expect(first.exitCode).toBeNull();

    const ended = once(first, 'close');
    rmSync(diskSwitch());
    expect((await ended)[0]).toBe(1);
    expect(log).toContain('Stagepost ends with exit code 1, to be restarted');

    kommo.removeHook(hook.destination);
    kommo.setLatency(0);
    start();
    await kommo.waitFor(() => kommo.notes(deal.id).length > 0, { timeoutMs: 60_000 });
    expect(customerio.events('deal_won')).toHaveLength(1);
    expect(kommo.notes(deal.id)).toHaveLength(1);
  });

  it('is not started on a full disk, and says so', async () => {
    writeFileSync(diskSwitch(), 'all');
    for (const child of children) child.kill('SIGKILL');
    await Promise.all(
      children
        .filter(({ exitCode, signalCode }) => (exitCode ?? signalCode) === null)
        .map((child) => once(child, 'close')),
    );
    const [code] = await once(start(), 'close');
    expect(code).toBe(1);
    expect(log).toMatch(/The disk .* is full.* Free some space and start again/);
    expect(log).not.toMatch(/at .*\.ts:\d+/);
  });
});
