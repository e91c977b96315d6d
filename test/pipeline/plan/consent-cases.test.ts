import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CustomerioSimulator, startCustomerioSimulator } from '../../../simulators/customerio/index.ts';
import { type AppClient, createAppClient, createTrackClient } from '../../../src/customerio/index.ts';
import { parseAction } from '../../../src/domain/actions.ts';
import type { Contact, Deal } from '../../../src/domain/entities.ts';
import { DeliveryError } from '../../../src/domain/errors.ts';
import type { MailReport, StagepostEvent } from '../../../src/domain/events.ts';
import type { Reaction, Rules } from '../../../src/domain/rules/rules.ts';
import type { Connection } from '../../../src/pipeline/connection.ts';
import { planBatch } from '../../../src/pipeline/plan/plan-batch.ts';
import { createWatchQueue } from '../../../src/pipeline/watches/queue.ts';
import type { Database } from '../../../src/store/database/database.ts';
import { addEvents } from '../../../src/store/events/events.ts';
import { openTestDatabase } from '../../support/databases.ts';
import { contact, deal, field, rules, SALES } from '../../support/entities.ts';
import { asLeased } from '../../support/leased.ts';
import { takeLease } from '../../support/leases.ts';

/** What deals show of their clients, from stored reports to actions, in front of an account that tests change by hand. */

const ANN = 'ann@acme.example';
const T = 1_796_000_000;
const WON = 142;
const LOST = 143;
const log = pino({ level: 'silent' });

const reaction = (name: string, value: string, task: string | null): Reaction => ({
  name,
  note: null,
  task: task === null ? null : { text: task, dueSeconds: 86_400 },
  fields: { email_status: value },
  tags: null,
  repeat: 'every',
  machineOpens: 'ignore',
});
const REACTIONS = [
  reaction('email_unsubscribed', 'unsubscribed', '{{ contact.first_name }} unsubscribed'),
  reaction('email_bounced', 'bounced', 'Email not delivered'),
  reaction('email_spammed', 'spam', 'Marked as spam'),
  reaction('customer_subscribed', 'subscribed', null),
];

let runs = 0;

async function startRig(database: Database, part: Partial<Rules> = {}, app: AppClient | null = null) {
  runs += 1;
  const name = `c${runs}`;
  const { db } = database;
  const deals = new Map<number, Deal>();
  const contacts = new Map<number, Contact>();
  const of = <T>(all: Map<number, T>, ids: number[]) =>
    new Map(ids.flatMap((id) => (all.has(id) ? [[id, all.get(id)!] as const] : [])));
  const kommo = {
    deals: async (ids: number[]) => of(deals, ids),
    contacts: async (ids: number[]) => of(contacts, ids),
    companies: async () => new Map(),
    account: async () => ({}),
    whenQuiet: async () => {},
    searchContacts: async (email: string) => ({
      contacts: [...contacts.values()].filter(({ emails }) => emails.includes(email)),
      isComplete: true,
    }),
  };
  const catalog = {
    account: { id: 1, name: 'Acme', subdomain: 'acme', timezone: 'UTC', country: 'US' },
    pipelines: [SALES],
    dealFields: [{ id: 1, name: 'email_status', code: null, type: 'text', options: [] }],
    contactFields: [],
    companyFields: [],
    users: [],
  };
  const connection = {
    ...{ name, owner: 'rig', kommo, app, catalog, refreshCatalog: async () => catalog },
    rules: rules({ reactions: REACTIONS, ...part }),
  } as unknown as Connection;
  await takeLease(db, name, 'rig');
  let events = 0;
  const add = async (event: StagepostEvent, person: string | null = null) => {
    events += 1;
    const reportName = event.kind === 'mail_report' ? event.name : null;
    const row = { connection: name, key: `k${events}`, event, name: reportName, person, inboxIds: [] };
    await addEvents(asLeased(db), [row], T * 1000);
  };
  let now = T;
  const plan = async () => {
    now += 60;
    await planBatch({ database, connection, log, now: now * 1000 });
  };
  const actions = async () => {
    const rows = await db
      .selectFrom('actions')
      .select('payload')
      .where('connection', '=', name)
      .where('lane', '=', 'kommo')
      .orderBy('id')
      .execute();
    return rows.map(({ payload }) => parseAction(payload));
  };
  return {
    name,
    deals,
    contacts,
    plan,
    /** A contact with one email, on these deals. */
    person: (id: number, firstName: string, email: string) =>
      contacts.set(id, contact({ id, name: firstName, firstName, emails: [email], dealIds: [] })),
    deal: (id: number, contactIds: number[], given: Partial<Deal> = {}) => {
      deals.set(
        id,
        deal({
          id,
          contactIds,
          isClosed: false,
          stage: { pipelineId: SALES.id, stageId: 12345681 },
          updatedAt: id,
          fields: [],
          ...given,
        }),
      );
      for (const one of contactIds) contacts.get(one)!.dealIds.push(id);
    },
    move: async (dealId: number, stageId = WON) => {
      await add({
        kind: 'deal_moved',
        dealId,
        from: null,
        to: { pipelineId: SALES.id, stageId },
        occurredAt: now,
      });
      await plan();
    },
    contactChanged: async (contactId: number) => {
      await add({ kind: 'contact_changed', contactId, occurredAt: now });
      await plan();
    },
    dealChanged: async (dealId: number) => {
      await add({ kind: 'deal_changed', dealId, occurredAt: now });
      await plan();
    },
    /** Stores a report; `plan` is the caller's. */
    report: async (reportName: string, at: number, given: Partial<MailReport> = {}) => {
      events += 1;
      const person = { id: ANN, email: ANN, cioId: null, ...given.person };
      const values: MailReport['values'] = reportName.startsWith('email_')
        ? { recipient: person.email, about: 'message' }
        : { about: 'person' };
      const report: MailReport = {
        ...{
          kind: 'mail_report',
          name: reportName,
          reportId: `r${events}`,
          occurredAt: at,
          deliveryId: null,
        },
        ...{ machine: false, values },
        ...given,
        person,
      };
      await add(report, report.person.id ?? report.person.email);
    },
    fields: async () =>
      (await actions()).flatMap((action) =>
        action?.kind === 'set_field' ? [`${action.dealId}: ${action.value}`] : [],
      ),
    tasks: async () =>
      (await actions()).flatMap((action) =>
        action?.kind === 'task' ? [`${action.dealId}: ${action.text}`] : [],
      ),
    notes: async () => (await actions()).flatMap((action) => (action?.kind === 'note' ? [action.text] : [])),
    /** The reports in order, as stored. */
    reports: async () =>
      db
        .selectFrom('events')
        .select(['state', 'reason', 'warnings', 'payload', 'attempts'])
        .where('connection', '=', name)
        .where('kind', '=', 'mail_report')
        .orderBy('id')
        .execute(),
    watches: async () => {
      const rows = await db
        .selectFrom('watches')
        .select(['deal_id', 'state'])
        .where('connection', '=', name)
        .orderBy('id')
        .execute();
      return rows.map(({ deal_id, state }) => `${deal_id} ${state}`);
    },
  };
}

describe('what deals show of their clients', () => {
  let database: Database;
  let rig: Awaited<ReturnType<typeof startRig>>;
  beforeAll(async () => {
    database = await openTestDatabase('postgres');
    await createWatchQueue(database.boss);
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    rig = await startRig(database);
    rig.person(501, 'Ann', ANN);
  });

  it('an opt-out is shown on every open deal, with one task on the one that changed last', async () => {
    rig.deal(7001, [501]);
    rig.deal(7002, [501]);
    rig.deal(7000, [501], { isClosed: true, closedAt: T });
    for (const id of [7000, 7001, 7002]) await rig.move(id);
    await rig.report('email_unsubscribed', T);
    await rig.report('customer_unsubscribed', T + 1);
    await rig.plan();
    expect((await rig.fields()).sort()).toEqual(['7001: unsubscribed', '7002: unsubscribed']);
    expect(await rig.tasks()).toEqual(['7002: Ann unsubscribed']);
  });

  it('a new deal of a client who opted out long ago shows it from its first stage with a rule on', async () => {
    rig.deal(7001, [501], { isClosed: true, closedAt: T });
    await rig.move(7001);
    await rig.report('email_unsubscribed', T);
    await rig.plan();
    rig.deal(7003, [501]);
    await rig.move(7003);
    await rig.report('email_unsubscribed', T + 600);
    await rig.plan();
    expect(await rig.fields()).toEqual(['7001: unsubscribed', '7003: unsubscribed']);
    expect(await rig.tasks()).toHaveLength(1);
  });

  it('an opt-out is shown on a deal on which the client is found with it, and whose stage change came before', async () => {
    rig.deal(7001, [501]);
    await rig.move(7001);
    rig.deal(7003, [501]);
    await rig.report('email_unsubscribed', T + 61);
    await rig.move(7003);
    expect((await rig.fields()).sort()).toEqual(['7001: unsubscribed', '7003: unsubscribed']);
    expect(await rig.tasks()).toEqual(['7001: Ann unsubscribed']);
  });

  it.each(['customer_unsubscribed', 'sms_unsubscribed', 'push_unsubscribed'])(
    '%s is an opt-out as email_unsubscribed is',
    async (name) => {
      rig.deal(7001, [501]);
      await rig.move(7001);
      await rig.report(name, T);
      await rig.plan();
      expect(await rig.fields()).toEqual(['7001: unsubscribed']);
      expect(await rig.tasks()).toEqual(['7001: Ann unsubscribed']);
    },
  );

  it('switching off all topics is an opt-out, and switching on one ends it', async () => {
    rig.deal(7001, [501]);
    await rig.move(7001);
    const preferences = 'customer_cio_subscription_preferences_changed';
    const values = (topics: object) => ({ about: 'person', content: JSON.stringify({ topics }) });
    await rig.report(preferences, T, { values: values({ a: true, b: false }) });
    await rig.plan();
    expect(await rig.fields()).toEqual([]);
    await rig.report(preferences, T + 1, { values: values({ a: false, b: false }) });
    await rig.plan();
    expect(await rig.fields()).toEqual(['7001: unsubscribed']);
    await rig.report(preferences, T + 2, { values: values({ b: true }) });
    await rig.plan();
    expect(await rig.fields()).toEqual(['7001: unsubscribed', '7001: ']);
    expect(await rig.tasks()).toHaveLength(1);
  });

  it('two reports of a stranger’s opt-out create one task', async () => {
    rig.deal(7001, [501]);
    await rig.report('email_unsubscribed', T);
    await rig.report('customer_unsubscribed', T + 1);
    await rig.plan();
    await rig.report('customer_unsubscribed', T + 2);
    await rig.plan();
    expect(await rig.fields()).toEqual(['7001: unsubscribed']);
    expect(await rig.tasks()).toHaveLength(1);
  });

  it('reports that waited for their person create one task once the person is sent', async () => {
    await rig.report('email_unsubscribed', T, { person: { id: 'bo@x.com', email: 'bo@x.com', cioId: null } });
    await rig.report('customer_unsubscribed', T, {
      person: { id: 'bo@x.com', email: 'bo@x.com', cioId: null },
    });
    await rig.plan();
    rig.person(502, 'Bo', 'bo@x.com');
    rig.deal(7004, [502]);
    await rig.move(7004);
    await rig.plan();
    await rig.plan();
    expect(await rig.fields()).toEqual(['7004: unsubscribed']);
    expect(await rig.tasks()).toEqual(['7004: Bo unsubscribed']);
  });

  it('a corrected address clears the bounce, a late bounce of the old one changes nothing, and one of the new is news', async () => {
    rig = await startRig(database, { identifyBy: 'contact_id' });
    rig.person(501, 'Ann', 'ann@acmee.example');
    rig.deal(7001, [501]);
    await rig.move(7001);
    const person = { id: '501', email: 'ann@acmee.example', cioId: 'd9c106000001' };
    const bounced = (at: number, email: string, recipient: string) =>
      rig.report('email_bounced', at, {
        person: { ...person, email },
        values: { recipient, failure_message: '550 no such domain' },
      });
    await bounced(T, 'ann@acmee.example', 'ann@acmee.example');
    await rig.plan();
    expect(await rig.fields()).toEqual(['7001: bounced']);
    rig.contacts.get(501)!.emails = [ANN];
    await rig.contactChanged(501);
    expect(await rig.fields()).toEqual(['7001: bounced', '7001: ']);
    await bounced(T + 700, ANN, 'ann@acmee.example');
    await rig.plan();
    expect(await rig.fields()).toHaveLength(2);
    expect(await rig.tasks()).toHaveLength(1);
    await bounced(T + 900, ANN, ANN);
    await rig.plan();
    expect(await rig.fields()).toEqual(['7001: bounced', '7001: ', '7001: bounced']);
    expect(await rig.tasks()).toHaveLength(2);
  });

  it('a deal that is about somebody else now stays as it is', async () => {
    rig.person(502, 'Bo', 'bo@acme.example');
    rig.deal(7001, [501]);
    await rig.move(7001);
    rig.deals.set(7001, { ...rig.deals.get(7001)!, contactIds: [502] });
    await rig.report('email_bounced', T);
    await rig.report('email_unsubscribed', T + 100);
    await rig.plan();
    expect(await rig.fields()).toEqual([]);
    expect(await rig.tasks()).toEqual([]);
  });

  it('a deal whose opted-out contact was replaced shows the new one', async () => {
    rig.person(502, 'Bo', 'bo@acme.example');
    rig.deal(7001, [501]);
    await rig.move(7001);
    await rig.report('email_unsubscribed', T);
    await rig.plan();
    rig.deals.set(7001, { ...rig.deals.get(7001)!, contactIds: [502] });
    await rig.dealChanged(7001);
    expect(await rig.fields()).toEqual(['7001: unsubscribed', '7001: ']);
  });

  it('of several contacts the worst is shown, and its end shows the next', async () => {
    rig = await startRig(database, { contacts: 'all' });
    rig.person(501, 'Ann', ANN);
    rig.person(502, 'Bo', 'bo@acme.example');
    rig.deal(7001, [501, 502]);
    await rig.move(7001);
    const bo = { id: 'bo@acme.example', email: 'bo@acme.example', cioId: null };
    await rig.report('email_bounced', T);
    await rig.plan();
    await rig.report('email_unsubscribed', T + 1, { person: bo });
    await rig.plan();
    await rig.report('customer_subscribed', T + 2, { person: bo });
    await rig.plan();
    expect(await rig.fields()).toEqual(['7001: bounced', '7001: unsubscribed', '7001: bounced']);
    expect(await rig.tasks()).toEqual(['7001: Email not delivered', '7001: Bo unsubscribed']);
  });

  it('a bounce that the mail server calls temporary shows nothing and creates no task', async () => {
    rig.deal(7001, [501]);
    await rig.move(7001);
    await rig.report('email_bounced', T, { values: { recipient: ANN, failure_message: '452 mailbox full' } });
    await rig.plan();
    expect([...(await rig.fields()), ...(await rig.tasks())]).toEqual([]);
  });

  it('an email that arrives ends a bounce, also where it is reported before the bounce', async () => {
    rig.deal(7001, [501]);
    await rig.move(7001);
    await rig.report('email_delivered', T + 5);
    await rig.plan();
    await rig.report('email_bounced', T);
    await rig.plan();
    expect(await rig.fields()).toEqual([]);
    await rig.report('email_bounced', T + 10);
    await rig.plan();
    await rig.report('email_delivered', T + 20);
    await rig.plan();
    expect(await rig.fields()).toEqual(['7001: bounced', '7001: ']);
    expect(await rig.tasks()).toHaveLength(1);
  });

  it('an opt-out stops the client’s inactivity timers, and starts none', async () => {
    rig.deal(7001, [501]);
    rig.deal(7002, [501]);
    await rig.move(7001);
    await rig.report('email_unsubscribed', T);
    await rig.plan();
    await rig.move(7002);
    expect(await rig.watches()).toEqual(['7001 stopped']);
  });

  it('timers of a rule that keeps them run on, until the deal is lost', async () => {
    const [inactivity] = rules().inactivity;
    rig = await startRig(database, {
      inactivity: [{ ...inactivity!, unmailableClients: 'keep', stopWhen: ['lost'] }],
    });
    rig.person(501, 'Ann', ANN);
    rig.deal(7001, [501]);
    await rig.move(7001);
    await rig.report('email_bounced', T);
    await rig.plan();
    expect(await rig.watches()).toEqual(['7001 running']);
    await rig.move(7001, LOST);
    expect(await rig.watches()).toEqual(['7001 stopped']);
  });

  it('an open of a colleague who was told about the client stops no timer', async () => {
    rig.deal(7001, [501]);
    await rig.move(7001);
    await rig.report('email_opened', T + 10, { values: { recipient: 'boss@seller.example' } });
    await rig.plan();
    expect(await rig.watches()).toEqual(['7001 running']);
    await rig.report('email_opened', T + 100);
    await rig.plan();
    expect(await rig.watches()).toEqual(['7001 stopped']);
  });

  it('a deal from before shows what an older Stagepost has written, and is not written again', async () => {
    rig.deal(7001, [501], { fields: [field('email_status', 'unsubscribed')] });
    await rig.report('email_unsubscribed', T);
    await rig.plan();
    const written = await rig.fields();
    rig.deal(7002, [501], { fields: [field('email_status', 'unsubscribed')] });
    await rig.move(7002);
    expect(await rig.fields()).toEqual(written);
  });
});

describe('what reports do not carry is read from the workspace', () => {
  const CHANGED = 'customer_cio_subscription_preferences_changed';
  const PERSON = { id: 'ann-1', email: ANN, cioId: null };
  const NOTE = {
    ...reaction('email_clicked', '', null),
    note: 'Settings: {{ preferences_url }}',
    fields: {},
  };
  let database: Database;
  let workspace: CustomerioSimulator;
  let app: AppClient;
  beforeAll(async () => {
    database = await openTestDatabase('postgres');
    await createWatchQueue(database.boss);
    workspace = await startCustomerioSimulator({
      topics: [
        { id: 1, name: 'News' },
        { id: 2, name: 'Events' },
      ],
    });
    const { siteId, apiKey, appKey } = workspace.credentials;
    const track = createTrackClient({ siteId, apiKey, region: 'us', trackUrl: workspace.url });
    await track.identify('ann-1', { email: ANN }, T);
    await track.close();
    app = createAppClient({ appKey, region: 'us', appUrl: workspace.url });
  });
  afterAll(async () => {
    await Promise.all([app.close(), workspace.close(), database.close()]);
  });

  async function start(used: AppClient | null) {
    const rig = await startRig(database, { reactions: [...REACTIONS, NOTE] }, used);
    rig.person(501, 'Ann', ANN);
    rig.deal(7001, [501]);
    await rig.move(7001);
    return rig;
  }

  it('topics that were switched without Body Content count as if the report had named them', async () => {
    const rig = await start(app);
    workspace.setPreferences('ann-1', { topic_1: false, topic_2: true });
    await rig.report(CHANGED, T, { person: PERSON });
    await rig.plan();
    expect(await rig.fields()).toEqual([]);
    workspace.setPreferences('ann-1', { topic_1: false, topic_2: false });
    await rig.report(CHANGED, T + 1, { person: PERSON });
    await rig.plan();
    expect(await rig.fields()).toEqual(['7001: unsubscribed']);
    expect(await rig.tasks()).toEqual(['7001: Ann unsubscribed']);
    workspace.setPreferences('ann-1', { topic_1: true, topic_2: false });
    await rig.report(CHANGED, T + 2, { person: PERSON });
    await rig.plan();
    expect(await rig.fields()).toEqual(['7001: unsubscribed', '7001: ']);
    expect((await rig.reports()).map(({ warnings }) => warnings)).toEqual([[], [], []]);
  });

  it('without an App API key the trace says that the topics are not known', async () => {
    const rig = await start(null);
    await rig.report(CHANGED, T, { person: PERSON });
    await rig.plan();
    expect(await rig.fields()).toEqual([]);
    const [report] = await rig.reports();
    expect(report!.warnings).toEqual([
      'Which topics changed is not known: switch Body Content on, or give an app_key.',
    ]);
  });

  it('a report waits for an App API that does not answer, and the others of the batch do not', async () => {
    let isDown = true;
    const outage = async () => {
      throw new DeliveryError('retryable', 'Customer.io answered 503.');
    };
    const flaky = {
      ...app,
      subscriptionPreferences: (...by: Parameters<AppClient['subscriptionPreferences']>) =>
        isDown ? outage() : app.subscriptionPreferences(...by),
    };
    const rig = await start(flaky);
    workspace.setPreferences('ann-1', { topic_1: false, topic_2: false });
    await rig.report(CHANGED, T, { person: PERSON });
    await rig.report('email_clicked', T, { person: PERSON });
    await rig.plan();
    expect((await rig.reports()).map(({ state }) => state)).toEqual(['new', 'planned']);
    isDown = false;
    await rig.plan();
    expect((await rig.reports()).map(({ state }) => state)).toEqual(['planned', 'planned']);
    expect(await rig.fields()).toEqual(['7001: unsubscribed']);
  });

  it('a note has the link to the preference page, which is stored with the note only', async () => {
    const rig = await start(app);
    await rig.report('email_clicked', T, { person: PERSON });
    await rig.plan();
    expect(await rig.notes()).toContainEqual(
      expect.stringMatching(/^Settings: https:\/\/track\.customer\.io\/u\/i\/.+\/$/),
    );
    const [report] = await rig.reports();
    expect(JSON.stringify(report)).not.toContain('/u/i/');
    expect(report!.warnings).toEqual([]);
  });

  it.each([
    ['there is no App API key', null, PERSON, 'There is no app_key'],
    ['Customer.io does not know the person', 'key', { ...PERSON, id: 'nobody' }, 'Customer.io gave no link'],
  ])('a note is written without the link where %s', async (_, key, person, warning) => {
    const rig = await start(key === null ? null : app);
    await rig.report('email_clicked', T, { person });
    await rig.plan();
    expect(await rig.notes()).toContain('Settings:');
    const [report] = await rig.reports();
    expect(report!.warnings).toContain(
      `${warning}, so the text goes without the link to the client’s preference page.`,
    );
  });
});
