import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { TestClock } from 'pg-boss';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DeliveryError } from '../../../src/domain/errors.ts';
import type { Reaction } from '../../../src/domain/rules/rules.ts';
import type { Connection } from '../../../src/pipeline/connection.ts';
import { createKommoLane } from '../../../src/pipeline/deliver/kommo/lane.ts';
import { planBatch } from '../../../src/pipeline/plan/plan-batch.ts';
import { replayDead } from '../../../src/store/actions/replay-dead.ts';
import type { Database } from '../../../src/store/database/database.ts';
import { addEvents } from '../../../src/store/events/events.ts';
import { storePlans } from '../../../src/store/plans.ts';
import { COMMANDS } from '../../../src/store/users/actor.ts';
import { openTestDatabase } from '../../support/databases.ts';
import { contact, deal, field, knownPerson, rules, SALES } from '../../support/entities.ts';
import { asLeased } from '../../support/leased.ts';
import { takeLease } from '../../support/leases.ts';

const PERSON = 'ann@example.com';
const DEAL = 5;
const NOW = 1_700_001_000_000;
const log = pino({ level: 'silent' });

/** The value that each report sets. An open may set the field, too: the configuration allows it. */
const VALUES = {
  email_unsubscribed: 'unsubscribed',
  email_spammed: 'spam',
  email_bounced: 'bounced',
  customer_subscribed: 'subscribed',
  email_opened: 'active',
} as const;
type Name = keyof typeof VALUES;

interface Report {
  name: Name;
  /** Unix seconds. */
  at: number;
}

type Step =
  | { do: 'report'; report: Report }
  | { do: 'plan' | 'deliver' | 'refuse' | 'accept' | 'replay' | 'move' | 'contact' };

const report = fc.record({
  name: fc.constantFrom<Name>(...(Object.keys(VALUES) as Name[])),
  at: fc.integer({ min: 1_700_000_001, max: 1_700_000_006 }),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: report.map((found): Step => ({ do: 'report', report: found })) },
  {
    weight: 5,
    arbitrary: fc
      .constantFrom<Exclude<Step['do'], 'report'>>(
        ...(['plan', 'deliver', 'refuse', 'accept', 'replay', 'move', 'contact'] as const),
      )
      .map((what): Step => ({ do: what })),
  },
);

/** An opt-out that is heard of late takes the place of an open after it; the opt-in between them ends the opt-out. */
const LATE_OPT_OUT: Step[] = [
  { do: 'report', report: { name: 'email_opened', at: 1_700_000_003 } },
  { do: 'plan' },
  { do: 'report', report: { name: 'email_unsubscribed', at: 1_700_000_001 } },
  { do: 'plan' },
  { do: 'report', report: { name: 'customer_subscribed', at: 1_700_000_002 } },
];

/** An opt-in and an opt-out of one second, both heard of after a later opt-out. */
const OF_ONE_SECOND: Step[] = [
  { do: 'report', report: { name: 'email_bounced', at: 1_700_000_003 } },
  { do: 'plan' },
  { do: 'report', report: { name: 'customer_subscribed', at: 1_700_000_002 } },
  { do: 'report', report: { name: 'email_unsubscribed', at: 1_700_000_002 } },
  { do: 'report', report: { name: 'email_unsubscribed', at: 1_700_000_001 } },
  { do: 'plan' },
];

/** The opt-in ends the opt-out that took the place of a later open, and an opt-out of its own second ends it. */
const OPT_IN_UNDONE: Step[] = [
  ...LATE_OPT_OUT,
  { do: 'plan' },
  { do: 'report', report: { name: 'email_unsubscribed', at: 1_700_000_002 } },
];

const reactions: Reaction[] = Object.entries(VALUES).map(([name, value]) => ({
  name,
  note: null,
  task: null,
  fields: { email_status: value },
  tags: null,
  repeat: 'every',
  machineOpens: 'ignore',
}));

let runs = 0;

/** Stagepost around one person, in front of a Kommo that refuses or takes field changes. */
async function startRig(database: Database) {
  runs += 1;
  const name = `c${runs}`;
  const { db } = database;
  const clock = new TestClock(NOW);
  const written: string[] = [];
  let refuses = false;
  const kommo = {
    // The manager's box in the CRM says "not unsubscribed", whatever the client has clicked since.
    deals: async () => new Map([[DEAL, deal({ fields: [field('Unsubscribed', false)] })]]),
    contacts: async () => new Map([[9, contact()]]),
    whenQuiet: async () => {},
    updateDeals: async (items: { fields: { value: { text: string } }[] }[]) => {
      if (refuses) throw new DeliveryError('permanent', 'Kommo refuses this.');
      for (const item of items) written.push(JSON.stringify(item.fields[0]!.value));
      return new Map(items.map((_, index) => [String(index), DEAL]));
    },
  };
  const catalog = {
    account: { id: 1, name: 'Acme', subdomain: 'acme', timezone: 'UTC' },
    pipelines: [SALES],
    dealFields: [{ id: 1, name: 'email_status', code: null, type: 'text', options: [] }],
    contactFields: [],
    companyFields: [],
    users: [],
  };
  const connection = {
    name,
    owner: 'rig',
    kommo,
    app: null,
    catalog,
    refreshCatalog: async () => catalog,
    rules: rules({
      reactions,
      inactivity: [],
      attributes: { name: 'contact.name', unsubscribed: 'deal.field.Unsubscribed' },
    }),
  } as unknown as Connection;
  await takeLease(db, name, 'rig');
  const link = { dealId: DEAL, role: 'main', contactId: 9, since: NOW, until: null } as const;
  const ann = knownPerson({ identifier: PERSON, email: PERSON, dealId: DEAL, attributes: { name: 'Ann' } });
  const people = {
    persons: [ann],
    names: [],
    movedNames: [],
    links: [{ key: ann.key, ...link }],
    joins: [],
    appeared: [],
  };
  await storePlans(db, { name, owner: 'rig' }, { events: [], actions: [], people }, NOW);
  const lane = createKommoLane({
    db,
    clock,
    log,
    onSettled: () => {},
    connection,
  });

  const openFields = () =>
    db
      .selectFrom('actions')
      .select('id')
      .where('connection', '=', name)
      .where('lane', '=', 'kommo')
      .where('state', 'in', ['ready', 'sending'])
      .execute();
  let reported = 0;

  return {
    written,
    name,
    setRefuses: (value: boolean) => {
      refuses = value;
    },
    async add(event: { kind: 'deal_moved' | 'contact_changed' } | Report): Promise<void> {
      reported += 1;
      const own =
        'name' in event
          ? {
              kind: 'mail_report' as const,
              name: event.name,
              reportId: `r${reported}`,
              person: { id: null, email: PERSON, cioId: null },
              occurredAt: event.at,
              deliveryId: null,
              machine: false,
              values: {},
            }
          : event.kind === 'deal_moved'
            ? {
                kind: event.kind,
                dealId: DEAL,
                from: null,
                to: { pipelineId: SALES.id, stageId: 142 },
                occurredAt: 1_700_000_000 + reported,
              }
            : { kind: event.kind, contactId: 9, occurredAt: 1_700_000_000 + reported };
      const event_ = { connection: name, key: `k${reported}`, event: own, inboxIds: [] };
      const isReport = 'name' in event;
      await addEvents(
        asLeased(db),
        [{ ...event_, name: isReport ? event.name : null, person: isReport ? PERSON : null }],
        NOW,
      );
    },
    plan: () => planBatch({ database, connection, log, now: NOW }),
    async deliver(): Promise<void> {
      while ((await openFields()).length > 0) {
        lane.wake();
        // The embedded database answers without ever letting a timer ring, and a lane in a burst waits for one.
        await setImmediate();
      }
    },
    replay: async () => {
      const dead = await db
        .selectFrom('actions')
        .select('id')
        .where('connection', '=', name)
        .where('state', '=', 'dead')
        .execute();
      const selection = { connections: [name], ids: dead.map(({ id }) => id) };
      await replayDead(db, selection, { actor: COMMANDS, at: Date.now() });
    },
    identifies: () =>
      db
        .selectFrom('actions')
        .select('payload')
        .where('connection', '=', name)
        .where('kind', '=', 'identify')
        .execute(),
    stop: () => lane.stop(),
  };
}

const isOptIn = (name: string) => name.endsWith('_subscribed');
const isOptOut = (name: string) => /_(unsubscribed|spammed)$/.test(name);

/** Whether the person has opted out, by all reports that were planned. */
function isOut(reports: Report[]): boolean {
  const last = (test: (name: string) => boolean) =>
    Math.max(Number.NEGATIVE_INFINITY, ...reports.filter(({ name }) => test(name)).map(({ at }) => at));
  return last(isOptOut) > Number.NEGATIVE_INFINITY && last(isOptOut) >= last(isOptIn);
}

describe('an opt-out wins', () => {
  let database: Database;
  beforeAll(async () => {
    database = await openTestDatabase('postgres');
  });
  afterAll(() => database.close());

  it('over everything but a later opt-in, in any order of reports, refusals, replays, moves and edits', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 18 }), async (steps) => {
        const rig = await startRig(database);
        const waiting: Report[] = [];
        const planned: Report[] = [];
        const checkWrites = async (deliver: () => Promise<unknown>) => {
          const before = rig.written.length;
          await deliver();
          // A delivery can carry the values of several reports, in their order: the last one is what stays.
          if (rig.written.length > before && isOut(planned)) {
            expect(rig.written.at(-1)).not.toMatch(/"subscribed"|"active"/);
          }
        };
        const doStep: Record<Exclude<Step['do'], 'report'>, () => Promise<unknown>> = {
          plan: async () => {
            await rig.plan();
            planned.push(...waiting.splice(0));
          },
          deliver: () => checkWrites(rig.deliver),
          refuse: async () => rig.setRefuses(true),
          accept: async () => rig.setRefuses(false),
          replay: rig.replay,
          move: () => rig.add({ kind: 'deal_moved' }),
          contact: () => rig.add({ kind: 'contact_changed' }),
        };
        for (const one of steps) {
          if (one.do === 'report') {
            waiting.push(one.report);
            await rig.add(one.report);
          } else await doStep[one.do]();
        }
        rig.setRefuses(false);
        for (const last of ['plan', 'deliver', 'replay', 'deliver'] as const) await doStep[last]();

        const final = rig.written.at(-1) ?? 'none';
        if (isOut(planned)) expect(final).toMatch(/"(unsubscribed|spam)"/);
        else if (planned.length > 0) expect(final).toMatch(lastOf(planned));
        for (const { payload } of await rig.identifies())
          expect(payload).not.toHaveProperty('attributes.unsubscribed');
        await rig.stop();
      }),
      {
        numRuns: 20,
        examples: [[LATE_OPT_OUT], [OF_ONE_SECOND], [OPT_IN_UNDONE]],
      },
    );
  });
});

/**
 * Nobody is opted out. A bounce is shown until a later email arrives, whatever else is reported: an opt-in says nothing about
 * the address. Otherwise it is the latest report's value, or any of those of its second; after an opt-out and an opt-in an
 * open in between has said nothing.
 */
function lastOf(reports: Report[]): RegExp {
  const last = (name: Name) =>
    Math.max(Number.NEGATIVE_INFINITY, ...reports.filter((one) => one.name === name).map(({ at }) => at));
  const bounced = last('email_bounced');
  if (bounced > Number.NEGATIVE_INFINITY && bounced >= last('email_opened')) return /"bounced"/;
  const friendly = reports.filter(({ name }) => name === 'email_opened' || name === 'customer_subscribed');
  const hasOptOut = reports.some(({ name }) => isOptOut(name));
  const from = hasOptOut ? last('customer_subscribed') : Math.max(...friendly.map(({ at }) => at));
  const values = friendly.filter(({ at }) => at >= from).map(({ name }) => VALUES[name]);
  return new RegExp(`"(${values.join('|')})"`);
}
