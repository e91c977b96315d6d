import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type KommoSimulator, startKommoSimulator } from '../../simulators/kommo/index.ts';
import type { ReceiverConfig } from '../../src/config/index.ts';
import { createKommoClient, type KommoClient, longLivedToken } from '../../src/kommo/index.ts';
import { secret } from '../../src/lib/secret.ts';
import type { Database } from '../../src/store/database/database.ts';
import { AlertsRig, receiver } from '../support/alerts-rig.ts';
import { openTestDatabase } from '../support/databases.ts';
import { startHttpSink } from '../support/http-sink.ts';
import { startSmtpSink } from '../support/smtp-sink.ts';

let database: Database;
beforeAll(async () => {
  database = await openTestDatabase('postgres');
});
afterAll(() => database.close());
afterEach(async () => {
  for (const table of ['alert_conditions', 'alert_notices', 'alert_receivers', 'alert_messages'] as const)
    await database.db.deleteFrom(table).execute();
});

/** A token that is refused for two minutes. */
async function playRevokedToken(receivers: ReceiverConfig[], kommo: KommoClient | null = null) {
  const rig = new AlertsRig(database, receivers);
  rig.kommo = kommo;
  rig.revokeToken();
  await rig.pass(120);
  rig.items = [];
  await rig.pass(120);
  return rig;
}

describe('Slack', () => {
  it('gets a text with a coloured dot, what to do and a link', async () => {
    const sink = await startHttpSink();
    await playRevokedToken([
      receiver('team', { kind: 'slack', url: secret(`${sink.url}/services/T0/B0/key`) }),
    ]);
    expect(sink.requests.map(({ body }) => JSON.parse(body))).toEqual([
      {
        text: [
          ':red_circle: *BROKEN acme: Kommo refuses the token (401).*',
          '',
          'BROKEN · acme · Kommo',
          'Kommo refuses the token (401). Deals cannot be read or written; webhooks are stored.',
          'Since 2026-11-30 01:00 UTC.',
          'What to do: Create a long-lived token in Kommo &gt; Settings &gt; Integrations, set kommo.token to it, and restart.',
          '<https://stagepost.example.com/connections?connection=acme|Open in the console>',
        ].join('\n'),
      },
      {
        text: [
          ':large_green_circle: *RECOVERED acme: Kommo refuses the token (401). (over after 2 min)*',
          '',
          'RECOVERED · acme · Kommo',
          'Over: Kommo refuses the token (401). Deals cannot be read or written; webhooks are stored.',
          'It lasted 2 min, from 2026-11-30 01:00 UTC to 2026-11-30 01:02 UTC.',
          '<https://stagepost.example.com/connections?connection=acme|Open in the console>',
        ].join('\n'),
      },
    ]);
    await sink.close();
  });
});

describe('mail', () => {
  it('gets a plain text with the problem as its subject', async () => {
    const sink = await startSmtpSink();
    const smtpUrl = secret(`smtp://ops:pass%20word@127.0.0.1:${sink.port}`);
    const to = ['ops@example.com', 'Ann <ann@example.com>'];
    await playRevokedToken([
      receiver('office', { kind: 'mail', smtpUrl, from: 'stagepost@example.com', to }),
    ]);
    expect(sink.logins).toEqual(['ops pass word', 'ops pass word']);
    const [broken, recovered] = sink.mails;
    expect(broken).toMatchObject({
      from: 'stagepost@example.com',
      to: ['ops@example.com', 'ann@example.com'],
    });
    expect(broken!.source).toContain('Subject: [Stagepost] BROKEN acme: Kommo refuses the token (401).');
    expect(broken!.source).toContain('Auto-Submitted: auto-generated');
    expect(broken!.source).toContain('https://stagepost.example.com/connections');
    expect(recovered!.source).toContain(
      'Subject: [Stagepost] RECOVERED acme: Kommo refuses the token (401).',
    );
    await sink.close();
  });

  it('says what the server answered, and never the password', async () => {
    const sink = await startSmtpSink();
    sink.answer('550 No such user; your password is hunter22');
    const smtpUrl = secret(`smtp://ops:hunter22@127.0.0.1:${sink.port}`);
    const rig = new AlertsRig(database, [
      receiver('office', {
        kind: 'mail',
        smtpUrl,
        from: 'stagepost@example.com',
        to: ['nobody@example.com'],
      }),
    ]);
    const record = await rig.test('office');
    expect(record).toMatchObject({ outcome: 'failed', error: expect.stringContaining('550 No such user') });
    expect(JSON.stringify(record)).not.toContain('hunter22');
    await sink.close();
    expect(await rig.test('office')).toMatchObject({ error: expect.stringContaining('ECONNREFUSED') });
  });

  it('sends no password over a connection that is not encrypted', async () => {
    const sink = await startSmtpSink();
    const smtpUrl = secret(`smtp://ops:hunter22@localhost.localdomain:${sink.port}`);
    const rig = new AlertsRig(database, [
      receiver('office', { kind: 'mail', smtpUrl, from: 'stagepost@example.com', to: ['ops@example.com'] }),
    ]);
    expect(await rig.test('office')).toMatchObject({ outcome: 'failed' });
    expect(sink.logins).toEqual([]);
    await sink.close();
  });
});

describe('a task in Kommo', () => {
  let simulator: KommoSimulator;
  let client: KommoClient;
  beforeAll(async () => {
    simulator = await startKommoSimulator({ rateLimit: false });
    client = createKommoClient({
      baseUrl: simulator.url,
      tokens: longLivedToken(() => simulator.token),
      requestsPerSecond: 7,
      quietUntilMs: 0,
    });
  });
  afterAll(async () => {
    await client.close();
    await simulator.close();
  });

  const task = receiver('sales', { kind: 'kommo_task' as const, connection: 'acme', user: 'Maria Lopez' });

  it('is for the user alone, without a deal', async () => {
    await playRevokedToken([task], client);
    const maria = (await client.users()).find(({ name }) => name.startsWith('Maria'))!;
    expect(
      simulator.tasks().map(({ text, entityId, responsibleUserId }) => ({
        ...{ title: text.split('\n')[0], entityId, responsibleUserId },
      })),
    ).toEqual([
      { title: 'BROKEN acme: Kommo refuses the token (401).', entityId: null, responsibleUserId: maria.id },
      {
        ...{ title: 'RECOVERED acme: Kommo refuses the token (401). (over after 2 min)' },
        ...{ entityId: null, responsibleUserId: maria.id },
      },
    ]);
  });

  it('is not made twice where the first attempt had no answer', async () => {
    const before = simulator.tasks().length;
    simulator.faults.add({ kind: 'reset_after', match: { method: 'POST', path: /tasks$/ }, times: 1 });
    const rig = new AlertsRig(database, [task]);
    rig.kommo = client;
    rig.revokeToken();
    await rig.pass(40);
    await rig.skip(60);
    await rig.skip(3600);
    expect(simulator.tasks().length - before).toBe(1);
    expect((await rig.alerts.view(() => true, 10)).receivers[0]).toMatchObject({ waiting: [] });
  });

  it('cannot tell of its own refused token, so the other receivers are told in its place', async () => {
    const sink = await startHttpSink();
    simulator.revokeToken();
    const slack = receiver('team', { kind: 'slack' as const, url: secret(sink.url) });
    const rig = new AlertsRig(database, [task, { ...slack, connections: ['beta'] }]);
    rig.kommo = client;
    rig.revokeToken();
    await rig.pass(60);
    const texts = sink.requests.map(({ body }) => JSON.parse(body).text as string);
    expect(texts.length).toBe(1);
    expect(texts[0]).toContain('BROKEN · acme · Kommo');
    expect(texts[0]).toContain('You get this because the alerts for "sales" do not arrive.');
    await sink.close();
    simulator.restoreToken();
  });

  it('is given up for a while where no process runs the connection, and the others are told', async () => {
    const sink = await startHttpSink();
    const slack = receiver('team', { kind: 'slack' as const, url: secret(sink.url) });
    const rig = new AlertsRig(database, [task, { ...slack, connections: ['beta'] }]);
    rig.revokeToken();
    await rig.pass(120);
    expect(sink.requests).toEqual([]);
    await rig.pass(180);
    expect(JSON.parse(sink.requests[0]!.body).text).toContain('BROKEN · acme · Kommo');
    const view = await rig.alerts.view(() => true, 10);
    expect(view.receivers[0]!.state.error).toBe(
      'The connection "acme" does not run, so Kommo cannot be called.',
    );
    await sink.close();
  });

  it('names the users of Kommo where the configured one does not exist', async () => {
    const rig = new AlertsRig(database, [{ ...task, user: 'Maria Lopes' }]);
    rig.kommo = client;
    expect(await rig.test('sales')).toMatchObject({
      outcome: 'failed',
      error: expect.stringContaining('Kommo has no user "Maria Lopes". Did you mean "Maria Lopez"?'),
    });
  });
});

describe('a database that is away', () => {
  it('is told by the process itself, once, and so is its return', async () => {
    const sink = await startHttpSink();
    let isAway = false;
    const db = new Proxy(database.db, {
      get(target, name) {
        if (isAway) throw new Error('the database is away');
        const value = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const rig = new AlertsRig({ db }, [receiver('team', { kind: 'slack', url: secret(sink.url) })]);
    await rig.pass(30);
    isAway = true;
    await rig.pass(50);
    expect(sink.requests).toEqual([]);
    await rig.pass(600);
    isAway = false;
    await rig.pass(600);
    expect(sink.requests.map(({ body }) => JSON.parse(body).text.split('\n')[0])).toEqual([
      ':red_circle: *BROKEN Stagepost: The database does not answer.*',
      ':large_green_circle: *RECOVERED Stagepost: The database does not answer. (over after 10 min)*',
    ]);
    await sink.close();
  });
});
