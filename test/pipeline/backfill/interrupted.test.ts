import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type CustomerioSimulator, startCustomerioSimulator } from '../../../simulators/customerio/index.ts';
import { type KommoSimulator, startKommoSimulator } from '../../../simulators/kommo/index.ts';
import { type App, startApp } from '../../../src/app.ts';
import { type Backfill, type Backfills, createBackfills } from '../../../src/backfills/backfills.ts';
import { remoteData } from '../../../src/commands/data/remote.ts';
import { loadConfig } from '../../../src/config/index.ts';
import { lockHolder } from '../../../src/store/database/embedded/data-lock.ts';
import { COMMANDS } from '../../../src/store/users/actor.ts';
import { createPostgresDatabase } from '../../support/databases.ts';
import { eventually } from '../../support/eventually.ts';
import { exampleEnv } from '../../support/example-env.ts';
import { spawnStagepost, whenListening } from '../../support/stagepost-process.ts';

/* A process is killed, or hands its connection over, while a backfill runs. */

const DEALS = 700;
const EXAMPLE = readFileSync(join(import.meta.dirname, '../../../examples/stagepost.yaml'), 'utf8');

let folder: string;
let kommo: KommoSimulator;
let customerio: CustomerioSimulator;
let children: ChildProcess[];
let apps: App[];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stagepost-backfill-'));
  writeFileSync(join(folder, 'stagepost.yaml'), EXAMPLE);
  kommo = await startKommoSimulator();
  customerio = await startCustomerioSimulator();
  children = [];
  apps = [];
  fill();
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await Promise.all(apps.map((app) => app.close()));
  await Promise.all([kommo.close(), customerio.close()]);
  rmSync(folder, { recursive: true, force: true });
});

const emailOf = (n: number) => `client${n}@example.com`;

/** A client each. */
function fill(): void {
  for (let n = 0; n < DEALS; n++) {
    const contact = kommo.createContact({ name: `Client ${n}`, email: emailOf(n) });
    kommo.createDeal({ name: `Deal ${n}`, contactIds: [contact.id], fields: { Plan: 'Pro' } });
  }
}

/** A server on the embedded database, as a process of its own. */
async function serve(): Promise<{ child: ChildProcess; backfills: Backfills }> {
  const env = exampleEnv(kommo, customerio);
  const child = spawnStagepost(['serve', '--port', '0'], { folder, env, stderr: 'ignore' });
  children.push(child);
  if ((await whenListening(child)) === null) throw new Error('The server has ended before it was ready.');
  const { backfills } = remoteData(lockHolder(join(folder, 'data'))!, undefined);
  return { child, backfills: backfills as unknown as Backfills };
}

async function inState(backfills: Backfills, id: number, state: Backfill['state']): Promise<Backfill> {
  return eventually(async () => {
    const backfill = await backfills.find(id);
    if (backfill.state !== state) throw new Error(`The backfill is ${backfill.state}: ${backfill.problem}`);
    return backfill;
  });
}

async function start(backfills: Backfills): Promise<number> {
  const id = await backfills.create('acme', {});
  await inState(backfills, id, 'planned');
  await backfills.start(id, []);
  return id;
}

/** Counts the pages of the list of deals that are read from now on. */
function countPages(): () => number {
  let pages = 0;
  kommo.on((event) => {
    if (event.kind !== 'call') return;
    const { method, path, query } = event.call;
    if (method === 'GET' && path.endsWith('/leads') && !query.includes('filter[id]')) pages += 1;
  });
  return () => pages;
}

/** Each client once, with the values of the deal, and without an event. */
async function everybodyIsThere(): Promise<void> {
  await customerio.waitFor(() => customerio.people().length === DEALS, { timeoutMs: 120_000 });
  for (let n = 0; n < DEALS; n++)
    expect(customerio.person(emailOf(n))).toMatchObject({ attributes: { plan: 'Pro' }, events: [] });
}

it('goes on where it was after each kill -9, loses nobody and counts nobody twice', async () => {
  const first = await serve();
  const id = await start(first.backfills);
  let { child } = first;
  /** Kills it while Customer.io answers. @returns those of the next process */
  const killWhen = async (isNow: () => boolean): Promise<Backfills> => {
    await new Promise<void>((resolve) => {
      const stop = customerio.on(() => {
        if (!isNow()) return;
        stop();
        child.kill('SIGKILL');
        resolve();
      });
    });
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    const next = await serve();
    child = next.child;
    return next.backfills;
  };
  const afterFirst = await killWhen(() => customerio.people().length >= 1);
  const done = (await afterFirst.find(id)).done;
  const afterSecond = await killWhen(() => customerio.people().length > DEALS / 2);
  const pages = countPages();
  expect((await afterSecond.find(id)).done).toBeGreaterThanOrEqual(done);
  const { counts } = await inState(afterSecond, id, 'done');
  expect(counts).toMatchObject({ deals: { new: DEALS }, newPeople: DEALS });
  await everybodyIsThere();
  // All pages are four: three of open deals, and the one of closed deals, which is empty.
  expect(pages()).toBeLessThan(4);
});

it('goes on in the process that takes the connection over', async () => {
  const databaseUrl = await createPostgresDatabase();
  const instance = async (): Promise<App> => {
    const loaded = loadConfig({ text: EXAMPLE, file: 'stagepost.yaml', env: exampleEnv(kommo, customerio) });
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    const where = { dataDir: null, databaseUrl, host: '127.0.0.1', port: 0 };
    const app = await startApp({ config: loaded.config, ...where, log: pino({ level: 'silent' }) });
    apps.push(app);
    return app;
  };
  const [first, second] = [await instance(), await instance()];
  const { database } = second;
  const backfills = createBackfills({ database, connections: ['acme'], actor: COMMANDS, now: Date.now });
  const id = await start(backfills);
  await customerio.waitFor(() => customerio.people().length > 0);
  await first.close();
  expect((await backfills.find(id)).state).toBe('running');
  const { counts } = await inState(backfills, id, 'done');
  expect(counts).toMatchObject({ deals: { new: DEALS }, newPeople: DEALS });
  await everybodyIsThere();
  expect(customerio.people().every(({ identifies }) => identifies === 1)).toBe(true);
});
