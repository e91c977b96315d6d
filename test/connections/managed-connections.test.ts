import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Backfills, createBackfills } from '../../src/backfills/backfills.ts';
import { sealedForm } from '../../src/connections/sealed-form.ts';
import { Keyring } from '../../src/secrets/keyring.ts';
import {
  removeStoredConnection,
  saveStoredConnection,
} from '../../src/store/connections/stored-connections.ts';
import { COMMANDS } from '../../src/store/users/actor.ts';
import { type ConsoleClient, firstAdmin } from '../support/console-client.ts';
import { eventually } from '../support/eventually.ts';
import { WEBHOOK_SECRET } from '../support/example-env.ts';
import { freePort } from '../support/free-port.ts';
import { SECRET_KEY, storeConnection } from '../support/store-connection.ts';
import { startWorld, type World } from '../support/world.ts';

/* A connection of the database, next to one of the configuration file, as an admin manages it in the console. */

let world: World;
let admin: ConsoleClient;
beforeAll(async () => {
  world = await startWorld({
    secretKey: SECRET_KEY,
    port: await freePort(),
    healthTimes: { judgeEveryMs: 200, firstProbeMs: 3_600_000 },
  });
  admin = await firstAdmin(world.app);
  await storeConnection(world, 'beta');
  world.kommo.addHook({ destination: `${world.app.url}/webhooks/kommo/beta/${WEBHOOK_SECRET}` });
});
afterAll(() => world?.close());

const states = () =>
  [...world.app.supervisors].map(([name, supervisor]) => `${name} ${supervisor.state().state}`);
const eventsTo = (email: string) => world.customerio.mailbox(email).length;
const healthOf = async (name: string) =>
  (await admin.get('/api/health')).body.connections.find(
    ({ connection }: { connection: string }) => connection === name,
  );

it('is listed with where it is kept, whether it runs, and what it shares with others', async () => {
  const { body } = await admin.get('/api/connections');
  const account = { url: world.kommo.url, account: expect.any(String), accountId: expect.any(Number) };
  expect(body.connections).toMatchObject([
    { connection: 'acme', source: 'file', state: 'running', kommo: { ...account, sharedWith: ['beta'] } },
    { connection: 'beta', source: 'console', state: 'running', kommo: { ...account, sharedWith: ['acme'] } },
  ]);
});

it('whose key is missing is listed with the reason and what to do, and in the light of the installation', async () => {
  const form = { settings: {}, secrets: {} };
  const keyring = new Keyring([Buffer.alloc(32, 8)]);
  const { database } = world.app;
  await saveStoredConnection(database.db, sealedForm('locked', form, keyring), Date.now());
  database.notify({ type: 'connections_changed' });
  await expect
    .poll(async () => (await admin.get('/api/connections')).body.unreadable, { timeout: 10_000 })
    .toEqual([
      {
        connection: 'locked',
        reason: expect.stringContaining('encrypted with the key'),
        todo: expect.stringContaining('once the key'),
        runsAsBefore: false,
      },
    ]);
  await expect
    .poll(async () => (await admin.get('/api/health')).body.installation.items, { timeout: 10_000 })
    .toContainEqual(expect.objectContaining({ code: 'connection_unreadable', light: 'broken' }));
  await removeStoredConnection(database.db, 'locked');
  database.notify({ type: 'connections_changed' });
  await expect
    .poll(async () => (await admin.get('/api/connections')).body.unreadable, { timeout: 10_000 })
    .toEqual([]);
});

it('is in the answers at once when it was added a moment after a read that all consoles share', async () => {
  await admin.get('/api/now');
  await storeConnection(world, 'gamma');
  expect((await admin.get('/api/now')).status).toBe(200);
  expect((await admin.ask('DELETE', '/api/connections/gamma')).status).toBe(200);
});

it('that is paused stores its webhooks and sends nothing, while the other one goes on', async () => {
  const acme = world.app.supervisors.get('acme');
  const paused = await admin.ask('POST', '/api/connections/beta/pause');
  expect(paused.body).toMatchObject({ state: 'paused', pausedSince: expect.any(Number), light: 'unknown' });
  expect(paused.body.consequences).toMatchObject({ pause: [], resume: expect.any(Array) });
  expect(states()).toEqual(['acme running', 'beta paused']);
  const deal = world.deal({ email: 'ann@paused.example' });
  world.move(deal.id, 'Closed - won');
  await expect.poll(() => eventsTo('ann@paused.example')).toBe(1);
  await expect
    .poll(async () => (await admin.get('/api/connections/beta')).body.consequences.remove[1])
    .toMatch(/^Open now: \d+ stage changes and reports, which will never be sent\.$/);
  expect(eventsTo('ann@paused.example')).toBe(1);
  expect(world.app.supervisors.get('acme')).toBe(acme);
});

it('that is paused has a grey light, which says so and does not dim the others', async () => {
  expect(await healthOf('beta')).toMatchObject({
    light: 'unknown',
    sides: [{ items: [{ code: 'connection_paused', message: 'beta is paused. Its webhooks are stored.' }] }],
  });
});

it('goes on after a restart as paused, and after it is resumed without any loss', async () => {
  await world.restart();
  expect(states()).toEqual(['acme running', 'beta paused']);
  expect(eventsTo('ann@paused.example')).toBe(1);
  const resumed = await admin.ask('POST', '/api/connections/beta/resume');
  expect(resumed.body).toMatchObject({ pausedSince: null });
  await expect.poll(() => eventsTo('ann@paused.example')).toBe(2);
  await world.settled();
});

it('loses and repeats no stage change while it is switched from webhooks to polling and back', async () => {
  const destination = `${world.app.url}/webhooks/kommo/beta/${WEBHOOK_SECRET}`;
  const emails = ['ann', 'bea', 'cleo', 'dan'].map((name) => `${name}@switched.example`);
  const move = (email: string) => world.move(world.deal({ email }).id, 'Closed - won');
  const change = (kommo: object) => admin.ask('PATCH', '/api/connections/beta', { kommo });

  move(emails[0]!);
  const switched = change({ changes: 'polling', poll_every: '5s' });
  world.kommo.removeHook(destination);
  move(emails[1]!);
  const { body } = await switched;
  expect(body).toMatchObject({ settings: { kommo: { changes: 'polling' } }, kommo: { pollEverySeconds: 5 } });
  move(emails[2]!);
  await expect.poll(() => eventsTo(emails[2]!), { timeout: 30_000 }).toBe(2);

  const back = change({ changes: null, poll_every: null });
  move(emails[3]!);
  expect((await back).body).toMatchObject({ settings: { kommo: { changes: 'webhooks' } } });
  world.kommo.addHook({ destination });
  // The connection reads the log once more when it starts.
  await expect.poll(() => eventsTo(emails[3]!), { timeout: 30_000 }).toBe(2);
  await world.settled();
  expect(emails.map(eventsTo)).toEqual([2, 2, 2, 2]);
});

describe('with a backfill', () => {
  const DEALS = 60;
  let id: number;
  let backfills: Backfills;
  const found = () => backfills.find(id);
  beforeAll(async () => {
    const { database } = world.app;
    backfills = createBackfills({ database, connections: ['beta'], actor: COMMANDS, now: Date.now });
    for (const { destination } of world.kommo.hooks()) world.kommo.removeHook(destination);
    for (let n = 0; n < DEALS; n++) {
      const contactIds = [world.kommo.createContact({ name: 'Ann', email: `old${n}@example.com` }).id];
      world.kommo.createDeal({ name: 'Deal', contactIds, fields: { Segment: 'old' } });
    }
    id = await backfills.create('beta', { field: { name: 'Segment', value: 'old' } });
    await eventually(async () => expect((await found()).state).toBe('planned'));
    // No backfill ends before it is paused.
    world.kommo.setLatency(100);
  });
  afterAll(() => world.kommo.setLatency(0));

  it('that is paused goes on with it when it is resumed', async () => {
    await backfills.start(id, []);
    await admin.ask('POST', '/api/connections/beta/pause');
    expect(states()).toEqual(['acme running', 'beta paused']);
    expect(await found()).toMatchObject({ state: 'running' });
    await admin.ask('POST', '/api/connections/beta/resume');
    await expect.poll(async () => (await found()).state).toBe('done');
    expect((await found()).counts.deals).toEqual({ new: DEALS });
  });

  it('that is removed ends it, so that another connection of its name does not go on with it', async () => {
    id = await backfills.create('beta', {});
    expect((await admin.ask('DELETE', '/api/connections/beta')).status).toBe(200);
    expect(await found()).toMatchObject({ state: 'stopped', problem: 'The connection was removed.' });
    await storeConnection(world, 'beta');
    expect((await found()).state).toBe('stopped');
  });
});

it('takes new settings and keys once the account has accepted them', async () => {
  const refused = await admin.ask('PATCH', '/api/connections/beta', { kommo: { token: 'other-token' } });
  expect(refused).toMatchObject({ status: 422, body: { error: expect.stringContaining('401') } });
  expect(refused.body.error).not.toContain('other-token');
  const wrong = await admin.ask('PATCH', '/api/connections/beta', { customerio: { region: 'mars' } });
  expect(wrong).toMatchObject({
    status: 400,
    body: { error: 'beta.customerio.region: must be us or eu.' },
  });
  const changed = await admin.ask('PATCH', '/api/connections/beta', {
    kommo: { token: world.kommo.token, requests_per_second: '3' },
  });
  expect(changed).toMatchObject({ status: 200, body: { settings: { kommo: { requests_per_second: 3 } } } });
  expect(JSON.stringify(changed.body)).not.toContain(world.kommo.token);
  const { body } = await admin.get('/api/audit');
  expect(body.entries[0]).toMatchObject({
    what: 'connection_changed',
    connection: 'beta',
    detail: 'beta: kommo.token, kommo.requests_per_second',
  });
});

it('is downloaded without its secrets', async () => {
  const { body } = await admin.ask('POST', '/api/connections/beta/export');
  expect(body).toMatchObject({ secrets: null, variables: expect.arrayContaining(['BETA_KOMMO_TOKEN']) });
  expect(body.yaml).toContain('event: demo_scheduled');
  expect(body.yaml).not.toContain(world.kommo.token);
});

it('of the configuration file is changed there only', async () => {
  const answer = await admin.ask('POST', '/api/connections/acme/pause');
  expect(answer).toMatchObject({
    status: 409,
    body: { error: 'acme is in the configuration file: change it there, and restart.' },
  });
});

it('is gone at once when it is removed', async () => {
  expect((await admin.ask('DELETE', '/api/connections/beta')).status).toBe(200);
  expect(states()).toEqual(['acme running']);
  expect((await admin.get('/api/connections/beta')).status).toBe(404);
});
