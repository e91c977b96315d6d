import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TestClock } from 'pg-boss';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { markPlanned } from '../../src/store/events/planned-events.ts';
import { storeOf } from '../support/databases.ts';
import { eventually } from '../support/eventually.ts';
import { asLeased } from '../support/leased.ts';
import { storedRequests } from '../support/stored-requests.ts';
import { startWorld, WEBHOOK_SECRET, type World, type WorldOptions } from '../support/world.ts';

let world: World;
afterEach(() => world?.close());

async function start(options: WorldOptions = {}): Promise<World> {
  world = await startWorld({ customerio: { fullResolution: true }, ...options });
  return world;
}

async function wonDeal(email = 'ann@example.com', part: Parameters<World['deal']>[0] = {}) {
  const deal = world.deal({ email, ...part });
  world.move(deal.id, 'Closed - won');
  const message = await world.customerio.waitFor(() => world.customerio.mailbox(email)[0]);
  await world.kommo.waitFor(() => world.noteTexts(deal.id).length > 0);
  await world.settled();
  return { ...deal, deliveryId: message.deliveryId };
}

/** A report as Customer.io signs it, straight to the door. */
async function post(body: string): Promise<number> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const key = world.customerio.credentials.signingKey;
  const signature = createHmac('sha256', key).update(`v0:${timestamp}:${body}`).digest('hex');
  const headers = { 'x-cio-timestamp': timestamp, 'x-cio-signature': signature };
  const answer = await fetch(`${world.app.url}/webhooks/customerio/acme`, { method: 'POST', headers, body });
  return answer.status;
}

describe('Customer.io’s limits', () => {
  it('cut a value that is too long, with a warning, and never lose the event', async () => {
    await start();
    await wonDeal('ann@example.com', { name: `Ann ${'é'.repeat(600)}` });
    const name = world.customerio.person('ann@example.com')?.attributes.name as string;
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(1000);
    expect(world.customerio.events('deal_won')).toHaveLength(1);
    const rows = await world.app.database.db
      .selectFrom('actions')
      .select('warnings')
      .where('kind', '=', 'identify')
      .execute();
    expect(rows[0]?.warnings.join(' ')).toMatch(/name/);
  });
});

describe('reports that nobody can be asked about', () => {
  it('are kept with a 200 where they make no sense', async () => {
    await start();
    expect(await post('no JSON at all')).toBe(200);
    expect(
      await post(
        '{"metric":"teleported","object_type":"email","event_id":"x1","timestamp":1700000000,"data":{}}',
      ),
    ).toBe(200);
    await world.settled();
    const rows = await storedRequests(world.app.database.db);
    expect(rows.map((row) => row.outcome)).toEqual([
      expect.stringMatching(/^Ignored: /),
      'Customer.io reports email_teleported.',
    ]);
  });

  it('may come in the older format', async () => {
    await start();
    const deal = await wonDeal('ann+dt7@example.com');
    expect(
      await post(
        readFileSync(join(import.meta.dirname, '../samples/customerio/legacy_email_opened.json'), 'utf8'),
      ),
    ).toBe(200);
    await world.kommo.waitFor(() =>
      world.noteTexts(deal.id).includes('Client opened email (How trials work)'),
    );
  });

  it('count once, however often Customer.io sends them', async () => {
    await start();
    const deal = await wonDeal();
    world.customerio.click(deal.deliveryId);
    await world.customerio.waitFor(() => world.customerio.pendingReports === 0);
    const clicked = world.customerio.reports.find((report) => report.metric === 'clicked')!;
    await Promise.all([1, 2, 3].map(() => post(JSON.stringify(clicked))));
    await world.settled();
    expect(world.noteTexts(deal.id).filter((text) => text.startsWith('Clicked link'))).toHaveLength(1);
  });
});

describe('the deal of a person', () => {
  it('is looked up at Customer.io where Stagepost has forgotten it and a key is given', async () => {
    await start({ appKey: true });
    const deal = await wonDeal();
    const { db } = world.app.database;
    await db.deleteFrom('persons').execute();
    await db.deleteFrom('person_deals').execute();
    world.customerio.click(deal.deliveryId);
    await world.kommo.waitFor(() => world.noteTexts(deal.id).some((text) => text.startsWith('Clicked link')));
    const asked = world.customerio.requests.map(({ path }) => path);
    expect(asked.some((path) => /customers.*attributes/.test(path))).toBe(true);
  });

  it('is the open one that changed last', async () => {
    await start();
    const first = await wonDeal('ann@example.com');
    const second = world.kommo.createDeal({
      name: 'Second',
      contactIds: [first.contactId],
      fields: { Plan: 'Pro' },
    });
    world.move(second.id, 'Onboarding');
    await world.kommo.waitFor(() => world.noteTexts(second.id).length > 0);
    world.customerio.click(first.deliveryId);
    await world.kommo.waitFor(() =>
      world.noteTexts(second.id).some((text) => text.startsWith('Clicked link')),
    );
    expect(world.noteTexts(first.id).some((text) => text.startsWith('Clicked link'))).toBe(false);
  });

  it('that was deleted gets nothing, and the reason is kept', async () => {
    await start();
    const deal = world.deal({ email: 'ann@example.com' });
    for (const hook of world.kommo.hooks()) world.kommo.disableHook(hook.destination);
    world.kommo.deleteDeal(deal.id);
    const body = new URLSearchParams({
      'leads[status][0][id]': String(deal.id),
      'leads[status][0][status_id]': '142',
      'leads[status][0][old_status_id]': '12345681',
      'leads[status][0][pipeline_id]': String(world.kommo.pipelineId('Sales')),
      // Ten minutes are enough for Kommo to show a deal.
      'leads[status][0][last_modified]': String(Math.floor(Date.now() / 1000) - 660),
    });
    const answer = await fetch(`${world.app.url}/webhooks/kommo/acme/${WEBHOOK_SECRET}`, {
      method: 'POST',
      body,
    });
    expect(answer.status).toBe(200);
    await world.settled();
    expect(await world.trace(deal.id)).toContainEqual(
      expect.objectContaining({ state: 'ignored', reason: 'The deal no longer exists in Kommo.' }),
    );
  });
});

it('does not let a newsletter’s opens by strangers hold up a stage change', async () => {
  await start();
  for (let i = 0; i < 40; i++) {
    const email = `stranger${i}@example.com`;
    const data = { recipient: email, subject: 'News', identifiers: { id: null, email } };
    world.customerio.report({ objectType: 'email', metric: 'converted', data });
  }
  await world.customerio.waitFor(() => world.customerio.pendingReports === 0);
  await wonDeal();
  await world.settled();
  const rows = await world.app.database.db
    .selectFrom('events')
    .select('id')
    .where('state', '=', 'parked')
    .execute();
  expect(rows).toHaveLength(40);
});

it('does not let a lookup that never gets an answer hold up a stage change', async () => {
  await start();
  world.kommo.faults.add({ kind: 'status', status: 504, body: 'html', match: { path: /\/contacts$/ } });
  const data = {
    recipient: 'x@example.com',
    subject: 'News',
    identifiers: { id: null, email: 'x@example.com' },
  };
  world.customerio.report({ objectType: 'email', metric: 'converted', data });
  await world.kommo.waitFor(() => world.kommo.requests.all().some(({ path }) => path.endsWith('/contacts')));
  const deal = world.deal({ email: 'ann@example.com' });
  world.move(deal.id, 'Closed - won');
  await world.kommo.waitFor(() => world.noteTexts(deal.id).length > 0);
  const { db } = world.app.database;
  const stranger = () =>
    db
      .selectFrom('events')
      .select(['state', 'attempts'])
      .where('kind', '=', 'mail_report')
      .where('person', '=', 'x@example.com')
      .executeTakeFirst();
  expect(await stranger()).toMatchObject({ state: 'new' });
  world.kommo.faults.clear();
  await eventually(async () => expect(await stranger()).toMatchObject({ state: 'parked' }));
});

it('begins anew with a connection that another process had and lost while this one slept', async () => {
  const clock = new TestClock(Date.now());
  await start({ clock });
  const deal = await wonDeal();
  const { db } = world.app.database;
  // The other one has died while it was writing this note, which Kommo has.
  const row = await db.selectFrom('actions').selectAll().where('kind', '=', 'note').executeTakeFirstOrThrow();
  await db.updateTable('actions').set({ state: 'sending', result: null }).where('id', '=', row.id).execute();
  await db.updateTable('connections').set({ owner: 'another', owner_until: 0 }).execute();
  const state = async () =>
    (await db.selectFrom('actions').select('state').where('id', '=', row.id).executeTakeFirst())?.state;
  await eventually(async () => expect(await state()).toBe('ready'));
  // Its call may still be under way for as long as it would have waited for the answer.
  await clock.tick(15_000);
  expect(await state()).toBe('ready');
  await clock.tick(6_000);
  await eventually(async () => expect(await state()).toBe('done'));
  expect(world.noteTexts(deal.id)).toHaveLength(1);
});

it('plans an event once, though a process that lost its connection plans it, too', async () => {
  await start();
  const deal = await wonDeal();
  const { db } = world.app.database;
  const event = await db
    .selectFrom('events')
    .select(['id', 'reason', 'rule', 'warnings', 'person', 'deal_id', 'rules_version', 'client_state'])
    .where('kind', '=', 'deal_moved')
    .where('state', '=', 'planned')
    .executeTakeFirstOrThrow();
  expect(await markPlanned(asLeased(db), [{ ...event, state: 'ignored' }], Date.now())).toEqual(new Set());
  expect(world.noteTexts(deal.id)).toHaveLength(1);
});

it('follows a change of the contact, too', async () => {
  await start();
  const deal = await wonDeal();
  world.kommo.updateContact(deal.contactId, { phone: '+34999999999' });
  await world.customerio.waitFor(
    () => world.customerio.person('ann@example.com')?.attributes.phone === '+34999999999',
  );
  expect(world.customerio.events()).toHaveLength(1);
});

describe('while a side is in trouble', () => {
  it('Customer.io answers 503 and HTML: the event comes, once, and the note after it', async () => {
    await start();
    world.customerio.faults.add({ kind: 'status', status: 502, body: 'html', times: 2 });
    const deal = await wonDeal();
    expect(world.customerio.events('deal_won')).toHaveLength(1);
    expect(world.noteTexts(deal.id)).toHaveLength(1);
  });

  it('Kommo applies a note and cuts the connection: it is read back, not written twice', async () => {
    await start();
    world.kommo.faults.add({ kind: 'reset_after', match: { method: 'POST', path: /notes/ }, times: 1 });
    const deal = world.deal({ email: 'ann@example.com' });
    world.move(deal.id, 'Closed - won');
    await world.kommo.waitFor(() => world.noteTexts(deal.id).length > 0);
    await world.settled();
    expect(world.noteTexts(deal.id)).toHaveLength(1);
    const rows = await world.app.database.db
      .selectFrom('attempts')
      .select('call')
      .where('lane', '=', 'kommo')
      .execute();
    expect(rows.map((row) => row.call)).toContain('read back: note');
  });

  it('an event is sent again after a lost answer, and Customer.io counts it once', async () => {
    await start();
    world.customerio.faults.add({ kind: 'reset_after', match: { path: /events$/ }, times: 1 });
    await wonDeal();
    expect(world.customerio.events('deal_won')).toHaveLength(1);
    expect(world.customerio.person('ann@example.com')?.rawReceipts).toBe(2);
  });
});

it('lets one of two processes on one PostgreSQL run the connection, and the other take over', async () => {
  const store = await storeOf('postgres');
  await start({ store });
  const { startApp } = await import('../../src/app.ts');
  const second = await startApp({
    config: world.config,
    ...store,
    host: '127.0.0.1',
    port: 0,
    log: pino({ level: 'silent' }),
  });
  expect(second.supervisors.get('acme')?.state().state).toBe('standby');
  // The hook goes to the one that stands by: it stores, the other one works.
  for (const hook of world.kommo.hooks()) world.kommo.removeHook(hook.destination);
  world.kommo.addHook({ destination: `${second.url}/webhooks/kommo/acme/${WEBHOOK_SECRET}` });
  const deal = await wonDeal();
  expect(world.noteTexts(deal.id)).toHaveLength(1);
  await world.app.close();
  const other = world.deal({ email: 'bo@example.com' });
  world.move(other.id, 'Closed - won');
  await world.kommo.waitFor(() => world.noteTexts(other.id).length > 0, { timeoutMs: 20_000 });
  await second.close();
});

describe('what a report says of the client', () => {
  it('is nothing where the message went to a colleague, and the timer runs out', async () => {
    const clock = new TestClock(Date.now());
    await start({ clock });
    const ann = await wonDeal();
    const bob = await wonDeal('bob@example.com');
    const notes = world.noteTexts(ann.id).length;
    const opened = (email: string, recipient: string) =>
      JSON.stringify({
        data: {
          delivery_id: `D-${email}`,
          identifiers: { id: null, email, cio_id: `cio-${email}` },
          ...{ recipient, subject: 'Hello' },
        },
        ...{ event_id: `E-${email}`, metric: 'opened', object_type: 'email' },
        timestamp: Math.floor(Date.now() / 1000),
      });
    expect(await post(opened('ann@example.com', 'boss@seller.example'))).toBe(200);
    expect(await post(opened('bob@example.com', 'boss@seller.example, Bob <bob@example.com>'))).toBe(200);
    await world.kommo.waitFor(() => world.noteTexts(bob.id).length > notes);
    await world.settled();
    await clock.setTime(clock.now() + 6 * 86_400_000);
    await clock.tick(1_000);
    await eventually(async () => {
      await clock.tick(1_000);
      expect(world.customerio.events('onboarding_inactive')).toHaveLength(1);
    });
    await world.settled();
    expect(world.customerio.person('ann@example.com')!.events.map(({ name }) => name)).toContain(
      'onboarding_inactive',
    );
    const reasons = (await world.trace(ann.id)).map(({ reason }) => reason).join('\n');
    const opens = (await world.trace('ann@example.com')).map(({ reason }) => reason).join('\n');
    expect(reasons + opens).toContain('boss@seller.example, which is not the client');
    expect(world.noteTexts(ann.id).filter((text) => text.includes('opened'))).toEqual([]);
  });

  it('arrives although the report before it has megabytes of content', async () => {
    await start();
    const { id, deliveryId } = await wonDeal();
    const sent = (content: string) =>
      JSON.stringify({
        data: { content, identifiers: { email: 'ann@example.com' }, recipient: 'ann@example.com' },
        event_id: '01KB9Z00000000000000000006',
        metric: 'sent',
        object_type: 'email',
        timestamp: Math.floor(Date.now() / 1000),
      });
    expect(await post(sent(`<html>${'A'.repeat(1_200_000)}</html>`))).toBe(200);
    world.customerio.unsubscribe(deliveryId);
    await world.kommo.waitFor(() => world.taskTexts(id).length > 0);
    const requests = await storedRequests(world.app.database.db);
    const stored = requests.find(({ outcome }) => outcome?.includes('1.2 MB'));
    expect(stored!.body!.length).toBeLessThan(20_000);
  });
});

describe('with an App API key', () => {
  it('a lost unsubscribe comes from the activity log, once', async () => {
    const clock = new TestClock(Date.now());
    await start({ clock, appKey: true });
    const { id, deliveryId } = await wonDeal();
    const { db } = world.app.database;
    await eventually(async () =>
      expect((await db.selectFrom('activity_cursors').select('type').execute()).length).toBeGreaterThan(8),
    );
    const lost = world.customerio.loseReports(() => true);
    world.customerio.unsubscribe(deliveryId);
    lost();
    await clock.setTime(clock.now() + 10 * 60_000);
    await clock.tick(1_000);
    await world.kommo.waitFor(() => world.taskTexts(id).length > 0, { timeoutMs: 15_000 });
    await world.settled();
    const found = await db.selectFrom('found_reports').select('name').execute();
    expect(found.map(({ name }) => name).toSorted()).toEqual(['customer_unsubscribed', 'email_unsubscribed']);
    expect(world.taskTexts(id)).toHaveLength(1);
  });

  it('the trace says that Customer.io refused the email of another profile', async () => {
    const clock = new TestClock(Date.now());
    const config = (yaml: string) => yaml.replace(/identify_by: \w+/, 'identify_by: contact_id');
    await start({ clock, appKey: true, config });
    const { db } = world.app.database;
    const { siteId, apiKey } = world.customerio.credentials;
    const identify = (id: string, email: string) =>
      fetch(`${world.customerio.url}/api/v1/customers/${id}`, {
        method: 'PUT',
        headers: {
          authorization: `Basic ${btoa(`${siteId}:${apiKey}`)}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify({ email }),
      });
    const deal = world.deal({ email: 'ann@new.example' });
    await identify(String(deal.contactId), 'ann@acme.example');
    await identify('u_9001', 'ann@new.example');
    const cursors = () => db.selectFrom('activity_cursors').select('type').execute();
    await eventually(async () => expect((await cursors()).length).toBeGreaterThan(8));
    world.move(deal.id, 'Closed - won');
    await world.kommo.waitFor(() => world.noteTexts(deal.id).length > 0);
    await world.settled();
    await clock.setTime(clock.now() + 6 * 60_000);
    const warnings = async () => {
      await clock.tick(1_000);
      return (await db.selectFrom('actions').select(['kind', 'warnings']).execute()).flatMap(
        (row) => row.warnings,
      );
    };
    await eventually(async () =>
      expect(await warnings()).toEqual([
        'Customer.io refused the email ann@new.example: it belongs to another profile. The person keeps the email of before.',
      ]),
    );
  });
});
