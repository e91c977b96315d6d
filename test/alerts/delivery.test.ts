import { createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { secret } from '../../src/lib/secret.ts';
import { addMute } from '../../src/store/alerts/receivers.ts';
import type { Database } from '../../src/store/database/database.ts';
import { AlertsRig, receiver, START, tokenRefused } from '../support/alerts-rig.ts';
import { KINDS, openTestDatabase } from '../support/databases.ts';
import { type HttpSink, startHttpSink } from '../support/http-sink.ts';

const SECRET = 'a-secret-of-the-signature';
const HOUR = 3_600;

describe.each(KINDS)('alerts to a webhook (%s)', (kind) => {
  let database: Database;
  let sink: HttpSink;

  beforeAll(async () => {
    database = await openTestDatabase(kind);
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    sink = await startHttpSink();
  });
  afterEach(async () => {
    await sink.close();
    for (const table of [
      'alert_conditions',
      'alert_notices',
      'alert_receivers',
      'alert_leases',
      'alert_messages',
      'alert_mutes',
    ] as const)
      await database.db.deleteFrom(table).execute();
  });

  const webhook = (name = 'ops') =>
    receiver(name, { kind: 'webhook' as const, url: secret(`${sink.url}/hook/key`), secret: secret(SECRET) });
  const bodies = () => sink.requests.map(({ body }) => JSON.parse(body));
  const titles = () => bodies().map(({ data }) => data.title);

  it('lists only what lasts as open, also while it waits whether the end is one', async () => {
    const rig = new AlertsRig(database, [webhook()]);
    const open = async () => (await rig.alerts.view(() => true, 10)).open.map(({ code }) => code);
    rig.revokeToken();
    await rig.pass(60);
    expect(await open()).toEqual(['kommo_token_refused']);
    rig.items = [];
    await rig.pass(10);
    expect(titles()).toHaveLength(1);
    expect(await open()).toEqual([]);
  });

  it('tells of a refused token and of its recovery, with what to do and a link, signed', async () => {
    const rig = new AlertsRig(database, [webhook()]);
    rig.revokeToken();
    await rig.pass(120);
    rig.items = [];
    await rig.pass(120);
    expect(titles()).toEqual([
      'BROKEN acme: Kommo refuses the token (401).',
      'RECOVERED acme: Kommo refuses the token (401). (over after 2 min)',
    ]);
    expect(bodies()[0].data).toMatchObject({
      receiver: 'ops',
      level: 'broken',
      items: [
        {
          ...{ connection: 'acme', side: 'kommo', code: 'kommo_token_refused', topic: 'health' },
          ...{ since: '2026-11-30T01:00:00.000Z', ended_at: null },
          url: 'https://stagepost.example.com/connections?connection=acme',
          todo: expect.stringContaining('Create a long-lived token'),
        },
      ],
    });
    const { headers, body } = sink.requests[0]!;
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    const expected = createHmac('sha256', SECRET).update(signed).digest('base64');
    expect(headers['webhook-signature']).toBe(`v1,${expected}`);
  });

  it('sends again what a receiver could not take, with the same id, and later what is true by then', async () => {
    const rig = new AlertsRig(database, [webhook()]);
    sink.answer({ status: 503 });
    rig.revokeToken();
    await rig.pass(120);
    const ids = bodies().map(({ id }) => id);
    expect(ids.length).toBeGreaterThan(1);
    expect(new Set(ids).size).toBe(1);
    rig.items = [];
    await rig.pass(60);
    sink.answer({ status: 200 });
    sink.requests.length = 0;
    await rig.skip(HOUR);
    await rig.skip(HOUR);
    expect(bodies().length).toBe(1);
    expect(bodies()[0].data.items[0]).toMatchObject({ level: 'recovered', late: true });
    expect(bodies()[0].data.text).toContain(
      'It was so from 2026-11-30 01:00 UTC to 2026-11-30 01:02 UTC (2 min). This message could not be delivered before.',
    );
  });

  it('keeps what waits over a restart', async () => {
    const first = new AlertsRig(database, [webhook()]);
    sink.answer({ status: 503 });
    first.revokeToken();
    await first.pass(60);
    await first.alerts.stop();
    sink.answer({ status: 200 });
    sink.requests.length = 0;
    const second = new AlertsRig(database, [webhook()], { owner: 'two' });
    second.now = first.now;
    second.judgedAt = null;
    await second.skip(60);
    expect(titles()).toEqual([expect.stringMatching(/^BROKEN acme/)]);
  });

  it('sends once, where several processes look at the same time', async () => {
    const rigs = ['one', 'two', 'three'].map((owner) => new AlertsRig(database, [webhook()], { owner }));
    for (let round = 0; round < 20; round += 1) {
      for (const rig of rigs) {
        rig.now += 5_000;
        if (round === 0) rig.revokeToken();
        if (round === 10) rig.items = [];
      }
      await Promise.all(rigs.map((rig) => rig.alerts.runOnce()));
    }
    for (const rig of rigs) await rig.pass(120);
    expect(titles().map((title) => title.split(' ')[0])).toEqual(['BROKEN', 'RECOVERED']);
  });

  it('tells the other receivers, where the only one that wanted to know cannot be reached', async () => {
    const other = await startHttpSink();
    const rig = new AlertsRig(database, [
      webhook(),
      { ...webhook('pager'), url: secret(other.url), connections: ['beta'] } as never,
    ]);
    sink.answer({ status: 410, body: 'gone' });
    rig.revokeToken();
    await rig.pass(180);
    const received = other.requests.map(({ body }) => JSON.parse(body).data);
    expect(received[0].items[0]).toMatchObject({ code: 'kommo_token_refused', instead_of: 'ops' });
    expect(received[0].text).toContain('You get this because the alerts for "ops" do not arrive.');
    const codes = received.flatMap(({ items }) => items.map(({ code }: { code: string }) => code));
    expect(codes).toContain('alert_receiver_failing:ops');
    // What is new is told at once, and not only after the next attempt, which may be an hour away.
    await rig.skip(HOUR);
    other.requests.length = 0;
    rig.items = [...rig.items, { ...tokenRefused(rig.now), code: 'kommo_webhook_missing' }];
    await rig.pass(120);
    expect(other.requests.map(({ body }) => JSON.parse(body).data.items[0].code)).toEqual([
      'kommo_webhook_missing',
    ]);
    await other.close();
  });

  it('shows no secret in what is stored, and says what the receiver answered', async () => {
    const rig = new AlertsRig(database, [webhook()]);
    sink.answer({ status: 404, body: `no hook at ${sink.url}/hook/key` });
    rig.revokeToken();
    await rig.pass(60);
    const view = await rig.alerts.view(() => true, 50);
    expect(view.receivers[0]).toMatchObject({ target: new URL(sink.url).host });
    expect(view.receivers[0]!.state.error).toBe('The webhook answered 404: no hook at ***.');
    expect(JSON.stringify(view)).not.toContain('/hook/key');
    expect(JSON.stringify(view)).not.toContain(SECRET);
  });

  it('shows and tests only receivers that are for what somebody may see', async () => {
    const task = { kind: 'kommo_task', user: 'Maria', connection: 'beta' } as const;
    const rig = new AlertsRig(database, [
      { ...webhook('ops'), connections: ['acme', 'beta'] } as never,
      { ...webhook('beta only'), connections: ['beta'] } as never,
      receiver('tasks', task),
    ]);
    const seesAcme = (connection: string | null) => connection === null || connection === 'acme';
    const { receivers } = await rig.alerts.view(seesAcme, 10);
    expect(receivers).toMatchObject([{ name: 'ops', connections: ['acme'] }]);
    expect(await rig.alerts.test('beta only', seesAcme)).toBeNull();
    expect(await rig.alerts.test('tasks', seesAcme)).toBeNull();
    expect(await rig.alerts.test('ops', seesAcme)).toMatchObject({ outcome: 'delivered' });
  });

  it('sends nothing while it is muted, and reports a test with its real outcome', async () => {
    const rig = new AlertsRig(database, [webhook()]);
    const mute = { receiver: null, connection: 'acme', code: null, setBy: 'ann', setAt: START };
    await addMute(database.db, { ...mute, endsAt: START + HOUR * 1000 });
    rig.revokeToken();
    await rig.pass(120);
    expect(titles()).toEqual([]);
    expect(await rig.test('ops')).toMatchObject({ outcome: 'delivered', isTest: true, error: null });
    expect(titles()).toEqual(['TEST Stagepost can send alerts here']);
    sink.answer({ status: 500, body: '<h1>Oops</h1>' });
    expect(await rig.test('ops')).toMatchObject({
      outcome: 'failed',
      error: 'The webhook answered 500: Oops.',
    });
    sink.answer({ status: 200 });
    await rig.skip(HOUR);
    expect(titles().at(-1)).toMatch(/^BROKEN/);
  });

  it('does not follow a redirect, which could lead anywhere', async () => {
    const target = await startHttpSink();
    const rig = new AlertsRig(database, [webhook()]);
    sink.answer({ status: 307, headers: { location: target.url } });
    expect(await rig.test('ops')).toMatchObject({
      outcome: 'failed',
      error: expect.stringContaining('Redirects are not followed'),
    });
    expect(target.requests).toEqual([]);
    await target.close();
  });
});
