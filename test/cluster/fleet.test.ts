import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type CustomerioSimulator, startCustomerioSimulator } from '../../simulators/customerio/index.ts';
import { type KommoSimulator, startKommoSimulator } from '../../simulators/kommo/index.ts';
import { type App, startApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config/index.ts';
import { LEASE_MS } from '../../src/store/connections/leases.ts';
import { configOfConnections, connectionNames } from '../support/connections-config.ts';
import { createPostgresDatabase } from '../support/databases.ts';
import { exampleEnv, WEBHOOK_SECRET } from '../support/example-env.ts';
import { spawnStagepost, whenListening } from '../support/stagepost-process.ts';

let databaseUrl: string;
let kommos: KommoSimulator[];
let customerio: CustomerioSimulator;
let apps: App[];
let children: ChildProcess[];
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stagepost-fleet-'));
  databaseUrl = await createPostgresDatabase();
  customerio = await startCustomerioSimulator();
  kommos = [];
  apps = [];
  children = [];
});

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await Promise.all(apps.map((app) => app.close()));
  await Promise.all([...kommos, customerio].map((side) => side.close()));
  rmSync(folder, { recursive: true, force: true });
});

/** Starts a Kommo account for each of these connections. @returns the text of their configuration. */
async function accounts(names: string[]): Promise<string> {
  const started = await Promise.all(names.map(() => startKommoSimulator()));
  kommos.push(...started);
  return configOfConnections(Object.fromEntries(names.map((name, index) => [name, started[index]!.url])));
}

/** An instance in this process. */
async function instance(text: string): Promise<App> {
  const loaded = loadConfig({ text, file: 'stagepost.yaml', env: exampleEnv(kommos[0]!, customerio) });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const where = { dataDir: null, databaseUrl, host: '127.0.0.1', port: 0 };
  const app = await startApp({ config: loaded.config, ...where, log: pino({ level: 'silent' }) });
  apps.push(app);
  return app;
}

/** An instance in a process of its own. */
async function serve(): Promise<{ child: ChildProcess; url: string }> {
  const env = { ...exampleEnv(kommos[0]!, customerio), DATABASE_URL: databaseUrl };
  const child = spawnStagepost(['serve', '--port', '0'], { folder, env, stderr: 'ignore' });
  children.push(child);
  const url = await whenListening(child);
  if (url === null) throw new Error('The instance has ended before it was ready.');
  return { child, url };
}

const running = (app: App) =>
  [...app.supervisors]
    .filter(([, supervisor]) => supervisor.state().state === 'running')
    .map(([name]) => name);

/** Resolves when the instances run this many connections each, in any order. */
async function runs(instances: App[], ...counts: number[]): Promise<void> {
  const now = () => instances.map((app) => running(app).length).toSorted((a, b) => b - a);
  const deadline = Date.now() + 25_000;
  while (now().join() !== counts.join()) {
    if (Date.now() > deadline) throw new Error(`The instances run ${now()} connections.`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Which instance runs which connection, as the database has it. */
const ownersOf = async ({ database }: App) =>
  database.db.selectFrom('connections').select(['connection', 'owner']).orderBy('connection').execute();

/** A move of a new person's deal to "Closed - won". @returns the person's email. */
function moveOne(kommo: KommoSimulator, person: string): string {
  const contact = kommo.createContact({ name: 'Ann Lee', email: `${person}@example.com` });
  const deal = kommo.createDeal({ name: 'Deal', contactIds: [contact.id], fields: { Plan: 'Pro' } });
  kommo.moveDeal(deal.id, 142, kommo.pipelineId('Sales'));
  return `${person}@example.com`;
}

const hasEvent = (email: string) => (customerio.person(email)?.events.length ?? 0) > 0;
const hookTo = (url: string, name: string) => ({
  destination: `${url}/webhooks/kommo/${name}/${WEBHOOK_SECRET}`,
  settings: ['status_lead'],
});

it('an instance that starts takes its share of the connections, one that ends hands its own over', async () => {
  const text = await accounts(connectionNames(7));
  const first = await instance(text);
  expect(running(first)).toHaveLength(7);
  const second = await instance(text);
  await runs([first, second], 4, 3);
  const third = await instance(text);
  await runs([first, second, third], 3, 2, 2);
  await second.close();
  await runs([first, third], 4, 3);
});

it('a connection that is handed over runs at once, without waiting for its lease to end', async () => {
  const [name] = connectionNames(1) as [string];
  const text = await accounts([name]);
  const first = await instance(text);
  const second = await instance(text);
  const ownerOf = async (app: App) => (await ownersOf(app))[0]!.owner;
  const before = await ownerOf(second);
  await first.close();
  // The lease was given back. To wait for its end takes up to 12 s.
  expect(await ownerOf(second)).not.toBe(before);
  kommos[0]!.addHook(hookTo(second.url, name));
  const email = moveOne(kommos[0]!, 'ann');
  await customerio.waitFor(() => hasEvent(email));
});

it('no connection moves while the instances stay the same', async () => {
  const text = await accounts(connectionNames(5));
  const first = await instance(text);
  const second = await instance(text);
  await runs([first, second], 3, 2);
  const before = await ownersOf(first);
  // Both have renewed several times when their leases end later than the first ones could.
  const ends = async () =>
    Math.min(
      ...(await first.database.db.selectFrom('instances').select('alive_until').execute()).map(
        (row) => row.alive_until,
      ),
    );
  const beginning = await ends();
  while ((await ends()) < beginning + 8_000) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await ownersOf(first)).toEqual(before);
});

it('an instance with another configuration gets no share', async () => {
  const [one, two] = [await accounts(['a', 'b', 'c']), await accounts(['x', 'y'])];
  const first = await instance(one);
  const second = await instance(two);
  await runs([first, second], 3, 2);
});

it('order and rate limit hold while connections change their instances', async () => {
  const names = connectionNames(2);
  const text = await accounts(names);
  const first = await instance(text);
  for (const [index, name] of names.entries()) kommos[index]!.addHook(hookTo(first.url, name));
  const deals = kommos.map((kommo, index) => {
    const contact = kommo.createContact({ name: 'Ann Lee', email: `ann${index}@example.com` });
    return kommo.createDeal({ name: 'Deal', contactIds: [contact.id], fields: { Plan: 'Pro' } });
  });
  const stages = ['Demo scheduled', 'Demo completed', 'Onboarding', 'Closed - won'];
  const events = ['demo_scheduled', 'demo_completed', 'onboarding_started', 'deal_won'];
  const eventsOf = (index: number) =>
    (customerio.person(`ann${index}@example.com`)?.events ?? []).map(({ name }) => name);
  for (const [step, stage] of stages.entries()) {
    for (const [index, kommo] of kommos.entries())
      kommo.moveDeal(deals[index]!.id, kommo.stageId('Sales', stage), kommo.pipelineId('Sales'));
    // With each move an instance starts or ends, so that the second connection is handed over.
    if (step % 2 === 0) await runs([await instance(text), first], 1, 1);
    else {
      await apps.at(-1)!.close();
      await runs([first], 2);
    }
  }
  await customerio.waitFor(() => [0, 1].every((index) => eventsOf(index).length === events.length));
  expect([eventsOf(0), eventsOf(1)]).toEqual([events, events]);
  for (const kommo of kommos) expect(kommo.requests.maxInRollingSecond()).toBeLessThanOrEqual(7);
});

it('the connections of a killed instance run in another one when their leases have ended', async () => {
  const names = connectionNames(4);
  writeFileSync(join(folder, 'stagepost.yaml'), await accounts(names));
  const first = await serve();
  const second = await instance(
    configOfConnections(Object.fromEntries(names.map((name, i) => [name, kommos[i]!.url]))),
  );
  await runs([second], 2);
  const orphans = names.filter((name) => !running(second).includes(name));
  first.child.kill('SIGKILL');
  const leases = await second.database.db
    .selectFrom('connections')
    .select('owner_until')
    .where('connection', 'in', orphans)
    .execute();
  const end = Math.max(...leases.map((lease) => lease.owner_until));
  expect(end).toBeLessThanOrEqual(Date.now() + LEASE_MS);
  const emails = orphans.map((name) => {
    const kommo = kommos[names.indexOf(name)]!;
    kommo.addHook(hookTo(second.url, name));
    return moveOne(kommo, name);
  });
  await runs([second], 4);
  // The next renewal is at most 3 s away; another whole lease later would be no takeover.
  expect(Date.now()).toBeLessThan(end + LEASE_MS);
  await customerio.waitFor(() => emails.every(hasEvent), { timeoutMs: 20_000 });
});
