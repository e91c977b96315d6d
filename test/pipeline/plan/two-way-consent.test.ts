import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseAction } from '../../../src/domain/actions.ts';
import type { Contact, Deal, Field, Json } from '../../../src/domain/entities.ts';
import type { DealChanged, MailReport, StagepostEvent } from '../../../src/domain/events.ts';
import type { ConsentRules, Reaction } from '../../../src/domain/rules/rules.ts';
import type { Connection } from '../../../src/pipeline/connection.ts';
import { planBatch } from '../../../src/pipeline/plan/plan-batch.ts';
import { createWatchQueue } from '../../../src/pipeline/watches/queue.ts';
import type { Database } from '../../../src/store/database/database.ts';
import { addEvents } from '../../../src/store/events/events.ts';
import { openTestDatabase } from '../../support/databases.ts';
import { contact, deal, field, rules, SALES } from '../../support/entities.ts';
import { asLeased } from '../../support/leased.ts';
import { takeLease } from '../../support/leases.ts';

/** Opt-outs that are set in Kommo, in front of an account and a workspace that carry out what Stagepost sends. */

const ANN = 'ann@acme.example';
const T = 1_796_000_000;
const MARIA = 77;
const NO_EMAIL = 700900;
const log = pino({ level: 'silent' });

const reaction = (name: string, value: string): Reaction => ({
  ...{ name, note: null, task: { text: `${name}!`, dueSeconds: 86_400 }, fields: { email_status: value } },
  ...({ tags: null, repeat: 'every', machineOpens: 'ignore' } as const),
});
const REACTIONS = [
  reaction('email_unsubscribed', 'unsubscribed'),
  reaction('email_bounced', 'bounced'),
  reaction('email_spammed', 'spam'),
  { ...reaction('customer_subscribed', 'subscribed'), task: null },
];

let runs = 0;

async function startRig(database: Database, consent: Partial<ConsentRules> = {}) {
  runs += 1;
  const name = `t${runs}`;
  const { db } = database;
  const deals = new Map<number, Deal>();
  const contacts = new Map<number, Contact>();
  const reads: number[] = [];
  const of = <T>(all: Map<number, T>, ids: number[]) =>
    new Map(ids.flatMap((id) => (all.has(id) ? [[id, structuredClone(all.get(id)!)] as const] : [])));
  const kommo = {
    deals: async (ids: number[]) => {
      reads.push(...ids);
      return of(deals, ids);
    },
    contacts: async (ids: number[]) => of(contacts, ids),
    companies: async () => new Map(),
    account: async () => ({}),
    whenQuiet: async () => {},
    searchContacts: async () => ({ contacts: [], isComplete: true }),
  };
  const catalog = {
    account: { id: 1, name: 'Acme', subdomain: 'acme', timezone: 'UTC', country: 'US' },
    pipelines: [SALES],
    dealFields: [{ id: 1, name: 'email_status', code: null, type: 'text', options: [] }],
    ...{ contactFields: [], companyFields: [] },
    users: [{ id: MARIA, name: 'Maria', email: 'maria@acme.com', isActive: true }],
  };
  const connection = {
    ...{ name, owner: 'rig', kommo, app: null, catalog, refreshCatalog: async () => catalog },
    rules: rules({
      reactions: REACTIONS,
      consent: { fromCrm: true, contactField: null, topics: [], optInFromCrm: false, ...consent },
    }),
  } as unknown as Connection;
  await takeLease(db, name, 'rig');
  let events = 0;
  let now = T;
  const add = async (event: StagepostEvent, person: string | null = null) => {
    events += 1;
    const reportName = event.kind === 'mail_report' ? event.name : null;
    const row = { connection: name, key: `k${events}`, event, name: reportName, person, inboxIds: [] };
    await addEvents(asLeased(db), [row], now * 1000);
  };
  const statusOf = (dealId: number) =>
    String(deals.get(dealId)!.fields.find(({ name: of }) => of === 'email_status')?.values[0] ?? '');
  const setStatus = (dealId: number, value: string) => {
    const others = deals.get(dealId)!.fields.filter(({ name: of }) => of !== 'email_status');
    deals.get(dealId)!.fields = value === '' ? others : [...others, field('email_status', value, 1)];
  };
  const sent: { person: string; attributes: Record<string, Json> }[] = [];
  const notes: string[] = [];
  const tasks: string[] = [];
  const closed: string[] = [];
  const lifts: string[] = [];
  const hook = (dealId: number, by: number, at = now): DealChanged => {
    const value = statusOf(dealId);
    const fields: Record<string, string> = value === '' ? {} : { email_status: value };
    return { kind: 'deal_changed', dealId, occurredAt: at, by, fields };
  };
  const report = (reportName: string, at = now): MailReport => {
    events += 1;
    return {
      ...{ kind: 'mail_report', name: reportName, reportId: `r${events}`, occurredAt: at, deliveryId: null },
      person: { id: ANN, email: ANN, cioId: null },
      machine: false,
      values: reportName.startsWith('email_') ? { recipient: ANN, about: 'message' } : { about: 'person' },
    };
  };
  const plan = async () => {
    now += 1;
    await planBatch({ database, connection, log, now: now * 1000 });
  };
  /** Carries out what was planned. @returns the webhooks and reports that follow from it */
  const deliver = async () => {
    const rows = await db
      .selectFrom('actions')
      .select(['id', 'payload'])
      .where('connection', '=', name)
      .where('state', 'in', ['ready', 'waiting'])
      .orderBy('id')
      .execute();
    now += 1;
    const echoes: StagepostEvent[] = [];
    for (const { payload } of rows) {
      const action = parseAction(payload);
      if (action?.kind === 'set_field' && statusOf(action.dealId) !== action.value) {
        setStatus(action.dealId, action.value);
        echoes.push(hook(action.dealId, 0));
      }
      if (action?.kind === 'note') notes.push(`${action.dealId}: ${action.text}`);
      if (action?.kind === 'task') tasks.push(`${action.dealId}: ${action.text}`);
      if (action?.kind === 'close_task') closed.push(`${action.dealId}: ${action.text}`);
      if (action?.kind === 'lift_suppression') lifts.push(`${action.how} ${action.email}`);
      if (action?.kind !== 'identify') continue;
      const { person, attributes } = action;
      sent.push({ person, attributes });
      if (attributes.unsubscribed !== undefined)
        echoes.push(report(attributes.unsubscribed ? 'customer_unsubscribed' : 'customer_subscribed'));
    }
    const ids = rows.map(({ id }) => id);
    if (ids.length > 0)
      await db
        .updateTable('actions')
        .set({ state: 'done', done_at: now * 1000 })
        .where('id', 'in', ids)
        .execute();
    return echoes;
  };
  const settle = async () => {
    for (let round = 0; round < 8; round += 1) {
      await plan();
      for (const echo of await deliver()) await add(echo, echo.kind === 'mail_report' ? ANN : null);
    }
  };
  return {
    ...{
      add,
      plan,
      deliver,
      settle,
      deals,
      contacts,
      notes,
      tasks,
      closed,
      lifts,
      statusOf,
      hook,
      report,
      reads,
    },
    consentSent: () =>
      sent.flatMap(({ person, attributes }) =>
        Object.entries(attributes)
          .filter(([key]) => /unsubscribed|preferences/.test(key))
          .map(([key, value]) => `${person} ${key}: ${value}`),
      ),
    now: () => now,
    later: (seconds: number) => {
      now += seconds;
    },
    person: (id: number, firstName: string, email: string) =>
      contacts.set(id, contact({ id, name: firstName, firstName, emails: [email], dealIds: [] })),
    deal: async (id: number, contactIds: number[], fields: Field[] = []) => {
      const stage = { pipelineId: SALES.id, stageId: 142 };
      deals.set(id, deal({ id, contactIds, isClosed: false, stage, updatedAt: now, fields }));
      await add({ kind: 'deal_moved', dealId: id, from: null, to: stage, occurredAt: now });
      await settle();
    },
    /** A user sets the status, and Kommo reports it. */
    set: async (dealId: number, value: string, by = MARIA) => {
      setStatus(dealId, value);
      deals.get(dealId)!.updatedAt = now;
      await add(hook(dealId, by));
    },
    correct: async (contactId: number, email: string) => {
      contacts.get(contactId)!.emails = [email];
      await add({ kind: 'contact_changed', contactId, occurredAt: now, by: MARIA });
    },
    setSilently: setStatus,
    tick: async (contactId: number, isTicked: boolean, by = MARIA) => {
      contacts.get(contactId)!.fields = [field('No email', isTicked, NO_EMAIL)];
      await add({ kind: 'contact_changed', contactId, occurredAt: now, by });
    },
    warnings: async () => {
      const rows = await db.selectFrom('events').select('warnings').where('connection', '=', name).execute();
      return rows.flatMap(({ warnings }) => warnings ?? []);
    },
  };
}

describe('consent that is set in Kommo', () => {
  let database: Database;
  let rig: Awaited<ReturnType<typeof startRig>>;
  const start = async (consent: Partial<ConsentRules> = {}) => {
    rig = await startRig(database, consent);
    rig.person(501, 'Ann', ANN);
    await rig.deal(7001, [501]);
    await rig.deal(7002, [501]);
    rig.notes.length = 0;
  };
  beforeAll(async () => {
    database = await openTestDatabase('postgres');
    await createWatchQueue(database.boss);
  });
  afterAll(() => database.close());
  beforeEach(() => start());

  it('an opt-out goes to Customer.io once, shows on the other deals, and the note says who set it', async () => {
    await rig.set(7001, 'unsubscribed');
    await rig.settle();
    expect(rig.consentSent()).toEqual([`${ANN} unsubscribed: true`]);
    expect([rig.statusOf(7001), rig.statusOf(7002)]).toEqual(['unsubscribed', 'unsubscribed']);
    expect(rig.notes).toEqual([
      `7001: ${ANN} is unsubscribed in Customer.io: in Kommo email_status was set to "unsubscribed" by Maria.`,
    ]);
    expect(rig.tasks).toEqual([]);
  });

  it('an opt-out of the client coming back from Kommo changes nothing', async () => {
    const opted = rig.report('email_unsubscribed');
    await rig.add(opted, ANN);
    await rig.settle();
    expect(rig.statusOf(7001)).toBe('unsubscribed');
    expect(rig.tasks).toHaveLength(1);
    expect(rig.consentSent()).toEqual([]);
    expect(rig.notes).toEqual([]);
  });

  it('an opt-out that the lost database has written before a restore is no edit, and makes the task of its report', async () => {
    const row = { id: 'I', created_at: 1, restored_from: (rig.now() - 5) * 1000, doubtful_until: rig.now() };
    await database.db.insertInto('installation').values(row).execute();
    const opted = rig.report('email_unsubscribed', rig.now() - 1);
    rig.setSilently(7001, 'unsubscribed');
    Object.assign(rig.deals.get(7001)!, { updatedAt: rig.now(), updatedBy: 0 });
    await rig.add(rig.hook(7001, 0));
    await rig.add(opted, ANN);
    await rig.settle();
    expect([rig.notes, rig.consentSent(), rig.tasks.length]).toEqual([[], [], 1]);
    expect([rig.statusOf(7001), rig.statusOf(7002)]).toEqual(['unsubscribed', 'unsubscribed']);
    rig.later(600);
    await rig.add(rig.report('customer_subscribed'), ANN);
    await rig.settle();
    await rig.add(rig.report('email_unsubscribed'), ANN);
    await rig.settle();
    expect([rig.notes, rig.tasks.length]).toEqual([[], 2]);
    await database.db.deleteFrom('installation').execute();
  });

  it('a deal of people nobody knows is read for an opt-out in its webhook, and for nothing else', async () => {
    rig.person(502, 'Bob', 'bob@acme.example');
    const stage = { pipelineId: SALES.id, stageId: 12345681 };
    rig.deals.set(7009, deal({ id: 7009, contactIds: [502], isClosed: false, stage, fields: [] }));
    await rig.add(rig.hook(7009, MARIA));
    await rig.plan();
    expect(rig.reads).not.toContain(7009);
    await rig.set(7009, 'unsubscribed');
    await rig.plan();
    expect(rig.reads).toContain(7009);
  });

  it('taking an opt-out back is undone, and the trace says why', async () => {
    await rig.add(rig.report('email_unsubscribed'), ANN);
    await rig.settle();
    rig.later(3600);
    await rig.set(7001, 'subscribed');
    await rig.settle();
    expect([rig.statusOf(7001), rig.statusOf(7002)]).toEqual(['unsubscribed', 'unsubscribed']);
    expect(rig.consentSent()).toEqual([]);
    expect((await rig.warnings()).join()).toMatch(/set to "subscribed" by Maria.*opt_in_from_crm.*set back/);
  });

  it('an automation that clears the field again and again has the last word after three times', async () => {
    await rig.add(rig.report('email_unsubscribed'), ANN);
    await rig.settle();
    for (let n = 0; n < 5; n += 1) {
      rig.later(60);
      await rig.set(7001, '', 0);
      await rig.settle();
    }
    expect(rig.statusOf(7001)).toBe('');
    expect((await rig.warnings()).join()).toMatch(/left as it is/);
  });

  it('with opt_in_from_crm an opt-out is taken back by a user, and Customer.io is told', async () => {
    await start({ optInFromCrm: true });
    await rig.add(rig.report('email_unsubscribed'), ANN);
    await rig.settle();
    rig.later(3600);
    await rig.set(7001, 'subscribed');
    await rig.settle();
    expect(rig.consentSent()).toEqual([`${ANN} unsubscribed: false`]);
    expect([rig.statusOf(7001), rig.statusOf(7002)]).toEqual(['subscribed', 'subscribed']);
    expect(rig.notes).toEqual([expect.stringMatching(/subscribed again.*by Maria/)]);
  });

  it('an opt-out of the client within five minutes wins, whichever is planned first', async () => {
    for (const isReportFirst of [true, false]) {
      await start({ optInFromCrm: true });
      await rig.add(rig.report('email_unsubscribed'), ANN);
      await rig.settle();
      rig.later(3600);
      const again = rig.report('email_unsubscribed', rig.now() - 5);
      if (isReportFirst) {
        await rig.add(again, ANN);
        await rig.settle();
        rig.later(1);
      }
      await rig.set(7001, 'subscribed');
      await rig.settle();
      if (!isReportFirst) await rig.add(again, ANN);
      await rig.settle();
      expect(rig.statusOf(7001)).toBe('unsubscribed');
      expect(rig.consentSent().at(-1) ?? 'true').toMatch(/true$/);
    }
  });

  it('an opt-out that a write of Stagepost has replaced counts by its webhook', async () => {
    await rig.add(rig.report('customer_subscribed'), ANN);
    await rig.plan();
    await rig.set(7001, 'unsubscribed');
    for (const echo of await rig.deliver()) await rig.add(echo);
    expect(rig.statusOf(7001)).toBe('subscribed');
    await rig.settle();
    expect(rig.consentSent()).toEqual([`${ANN} unsubscribed: true`]);
    expect([rig.statusOf(7001), rig.statusOf(7002)]).toEqual(['unsubscribed', 'unsubscribed']);
  });

  it('an opt-out is found with any reading of the deal, also where its webhook is lost', async () => {
    rig.setSilently(7001, 'unsubscribed');
    await rig.add(rig.report('customer_subscribed'), ANN);
    await rig.settle();
    expect(rig.consentSent()).toEqual([`${ANN} unsubscribed: true`]);
    expect(rig.statusOf(7001)).toBe('unsubscribed');
  });

  it('somebody who is opted out before the first stage is unsubscribed with the first identify', async () => {
    rig.person(502, 'Bob', 'bob@acme.example');
    await rig.deal(7003, [502], [field('email_status', 'unsubscribed', 1)]);
    expect(rig.consentSent()).toEqual(['bob@acme.example unsubscribed: true']);
  });

  it('with topics only those are switched off', async () => {
    await start({ topics: ['topic_1'] });
    await rig.set(7001, 'unsubscribed');
    await rig.settle();
    expect(rig.consentSent()).toEqual([`${ANN} cio_subscription_preferences.topics.topic_1: false`]);
    expect(rig.statusOf(7002)).toBe('unsubscribed');
  });

  const preferences = (topics: Record<string, boolean>, at = rig.now()): MailReport => ({
    ...rig.report('cio_subscription_preferences_changed', at),
    values: { about: 'person', content: JSON.stringify({ topics }) },
  });

  it('a topic that the client has switched on since stays on when an opt-out of before is found', async () => {
    await start({ topics: ['topic_1', 'topic_2'] });
    const at = rig.now();
    rig.later(3600);
    await rig.add(preferences({ topic_1: true }, at + 1800), ANN);
    await rig.settle();
    rig.setSilently(7001, 'unsubscribed');
    await rig.add(rig.hook(7001, MARIA, at));
    rig.deals.get(7001)!.updatedAt = at;
    await rig.settle();
    expect(rig.consentSent()).toEqual([`${ANN} cio_subscription_preferences.topics.topic_2: false`]);
  });

  it('the report of switched topics that comes after a newer one makes no task', async () => {
    await start({ topics: ['topic_1'] });
    await rig.set(7001, 'unsubscribed');
    await rig.settle();
    const at = rig.now();
    rig.later(3600);
    await rig.add(preferences({ topic_1: true }, at + 1800), ANN);
    await rig.settle();
    await rig.add(preferences({ topic_1: false }, at), ANN);
    await rig.settle();
    expect(rig.tasks).toEqual([]);
    expect(rig.statusOf(7001)).toBe('');
  });

  it('a complaint is not taken for the opt-out that the client has already', async () => {
    await start({ topics: ['topic_1'] });
    rig.setSilently(7002, 'spam');
    await rig.set(7001, 'unsubscribed');
    await rig.settle();
    await rig.add(rig.hook(7002, MARIA));
    await rig.settle();
    expect(rig.consentSent()).toContain(`${ANN} unsubscribed: true`);
    expect([rig.statusOf(7001), rig.statusOf(7002)]).toEqual(['spam', 'spam']);
  });

  it('two opt-outs on one deal before it is read both count, and a webhook that comes again adds nothing', async () => {
    await start({ topics: ['topic_1'] });
    await rig.set(7001, 'unsubscribed');
    const hook = rig.hook(7001, MARIA);
    await rig.set(7001, 'spam');
    await rig.settle();
    await rig.add(hook);
    await rig.settle();
    expect(rig.consentSent().sort()).toEqual([
      `${ANN} cio_subscription_preferences.topics.topic_1: false`,
      `${ANN} unsubscribed: true`,
    ]);
    expect(rig.notes).toHaveLength(2);
    expect([rig.statusOf(7001), rig.statusOf(7002)]).toEqual(['spam', 'spam']);
  });

  it('an opt-out of the same text as one before counts from when the deal was last changed', async () => {
    const before = rig.hook(7001, MARIA);
    rig.later(3600);
    await rig.add(rig.report('email_unsubscribed', rig.now() - 1800), ANN);
    await rig.add(rig.report('customer_subscribed', rig.now() - 600), ANN);
    rig.setSilently(7001, 'unsubscribed');
    rig.deals.get(7001)!.updatedAt = rig.now();
    await rig.add({ ...before, fields: { email_status: 'unsubscribed' } });
    await rig.settle();
    expect(rig.statusOf(7002)).toBe('unsubscribed');
    expect(new Set(rig.consentSent())).toEqual(new Set([`${ANN} unsubscribed: true`]));
  });

  it('a box that is ticked again before the contact is read counts from the last change of the contact', async () => {
    await start({ contactField: String(NO_EMAIL) });
    const at = rig.now();
    rig.later(3600);
    await rig.add(rig.report('customer_unsubscribed', at + 600), ANN);
    await rig.add(rig.report('customer_subscribed', at + 1200), ANN);
    await rig.tick(501, true);
    rig.contacts.get(501)!.updatedAt = rig.now();
    await rig.add({ kind: 'contact_changed', contactId: 501, occurredAt: at, by: MARIA });
    await rig.settle();
    expect(rig.statusOf(7001)).toBe('unsubscribed');
  });

  it('a ticked box of the contact opts out, and unticking it needs opt_in_from_crm', async () => {
    await start({ contactField: String(NO_EMAIL) });
    await rig.tick(501, true);
    await rig.settle();
    expect(rig.consentSent()).toEqual([`${ANN} unsubscribed: true`]);
    expect([rig.statusOf(7001), rig.statusOf(7002)]).toEqual(['unsubscribed', 'unsubscribed']);
    rig.later(3600);
    await rig.tick(501, false);
    await rig.settle();
    expect(rig.consentSent()).toHaveLength(1);
    expect((await rig.warnings()).join()).toMatch(/unticked by Maria.*opt_in_from_crm/);
  });

  const bounce = async () => {
    await rig.add(rig.report('email_bounced'), ANN);
    await rig.settle();
    rig.later(600);
  };

  it('a corrected address closes the task of the bounce once, and the new address is looked up', async () => {
    await bounce();
    expect([rig.statusOf(7001), rig.statusOf(7002), rig.tasks.length]).toEqual(['bounced', 'bounced', 1]);
    await rig.correct(501, 'ann@new.example');
    await rig.correct(501, 'ann@new.example');
    await rig.settle();
    const deal = rig.tasks[0]!.split(':')[0];
    const reason = `The email address ${ANN} was corrected to ann@new.example.`;
    expect(rig.closed).toEqual([`${deal}: ${reason}`]);
    expect([rig.statusOf(7001), rig.statusOf(7002)]).toEqual(['', '']);
    expect(rig.lifts).toEqual(['check ann@new.example']);
  });

  it('a bounce and the correction in one batch leave the task closed', async () => {
    await rig.add(rig.report('email_bounced'), ANN);
    await rig.correct(501, 'ann@new.example');
    await rig.settle();
    expect(rig.closed).toHaveLength(rig.tasks.length);
  });

  it('a manager who clears a bounce has the address tried again on all deals, and the task says who', async () => {
    await bounce();
    await rig.set(7002, '');
    await rig.settle();
    await rig.add(rig.hook(7002, MARIA));
    await rig.settle();
    expect([rig.statusOf(7001), rig.statusOf(7002)]).toEqual(['', '']);
    expect(rig.lifts).toEqual([`lift ${ANN}`]);
    expect(rig.closed).toEqual([
      expect.stringMatching(/is tried again: .*email_status was cleared by Maria/),
    ]);
    await bounce();
    expect([rig.statusOf(7001), rig.tasks.length]).toEqual(['bounced', 2]);
  });

  it('an integration that clears a bounce asks for nothing', async () => {
    await bounce();
    await rig.set(7001, '', 0);
    await rig.settle();
    expect([rig.lifts, rig.closed]).toEqual([[], []]);
  });
});
