import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Activity, AppCalls } from '../../../src/customerio/index.ts';
import type { MailReport } from '../../../src/domain/events.ts';
import type { Connection } from '../../../src/pipeline/connection.ts';
import { type ActivityReading, readActivities } from '../../../src/pipeline/understand/read-activities.ts';
import { understand } from '../../../src/pipeline/understand/understand.ts';
import { addActions } from '../../../src/store/actions/actions.ts';
import { activityCursors } from '../../../src/store/connections/activity-cursors.ts';
import type { Database } from '../../../src/store/database/database.ts';
import { storeRequests } from '../../../src/store/inbox.ts';
import { openTestDatabase } from '../../support/databases.ts';
import { rules } from '../../support/entities.ts';
import { asLeased } from '../../support/leased.ts';
import { takeLease } from '../../support/leases.ts';

/** 2026-11-30, unix seconds. */
const BEGIN = 1_796_000_000;
const MINUTE = 60;
const DAY = 86_400;

const ANN = { id: 'ann', email: 'ann@acme.example', cioId: 'd9c1' };

describe('reports that never came', () => {
  let database: Database;
  let connection: Connection;
  let log: Activity[];
  let calls: string[];
  let now: number;
  let runs = 0;

  beforeAll(async () => {
    database = await openTestDatabase('postgres');
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    const name = `c${runs++}`;
    await takeLease(database.db, name, 'test');
    [log, calls, now] = [[], [], BEGIN];
    const reaction = { ...rules().reactions[0]!, name: 'email_opened' };
    connection = { name, owner: 'test', rules: rules({ reactions: [reaction] }) } as unknown as Connection;
  });

  /** The workspace's activity log, three entries a page. */
  const app = {
    async activities(type: string, { start, name }: { start?: string | null; name?: string } = {}) {
      calls.push(name ?? type);
      const all = log
        .filter((one) => one.type === type && (name === undefined || Object.hasOwn(one.data, name)))
        .toSorted((a, b) => b.timestamp - a.timestamp);
      const from = Number(start ?? 0);
      const next = from + 3 < all.length ? String(from + 3) : null;
      return { activities: all.slice(from, from + 3), next };
    },
    message: async (id: string) => ({
      id,
      type: 'email',
      recipient: 'ann@acme.example',
      subject: 'Welcome',
      failureMessage: '550 5.1.1 unknown',
      parent: {
        campaign_id: '23',
        broadcast_id: null,
        newsletter_id: null,
        action_id: null,
        trigger_event_id: null,
      },
    }),
  } as unknown as AppCalls;

  const read = (): Promise<ActivityReading> => readActivities(database.db, connection, app, () => now * 1000);

  async function pass(seconds: number): Promise<ActivityReading> {
    now += seconds;
    return read();
  }

  function happens(type: string, rest: Partial<Activity> = {}): Activity {
    const timestamp = rest.timestamp ?? now;
    const activity: Activity = {
      ...{
        id: `A${log.length}-${timestamp}`,
        type,
        name: '',
        timestamp,
        person: ANN,
        deliveryId: null,
        data: {},
      },
      ...rest,
    };
    log.push(activity);
    return activity;
  }

  const change = (name: string, from: string, to: string) =>
    happens('attribute_change', { data: { [name]: { from, to } } });

  /** A webhook of Customer.io arrives and is understood. */
  async function reported(
    metric: string,
    data: object = {},
    timestamp = now,
    objectType = 'email',
  ): Promise<void> {
    const identifiers = { id: ANN.id, email: ANN.email, cio_id: ANN.cioId };
    const report = { event_id: `E${Math.random()}`, object_type: objectType, metric, timestamp };
    const body = Buffer.from(JSON.stringify({ ...report, data: { identifiers, ...data } }));
    const request = { connection: connection.name, source: 'customerio' as const, receivedAt: now * 1000 };
    await storeRequests(database.db, [{ ...request, headers: {}, body }]);
    await understand(database.db, connection, now * 1000);
  }

  async function events(): Promise<(MailReport & { key: string })[]> {
    const rows = await database.db
      .selectFrom('events')
      .select(['key', 'payload'])
      .where('connection', '=', connection.name)
      .orderBy('id')
      .execute();
    return rows.map(({ key, payload }) => ({ ...(payload as MailReport), key }));
  }
  const names = async () => (await events()).map(({ name }) => name);
  const lostCount = async () => {
    const rows = await database.db
      .selectFrom('found_reports')
      .select('event_id')
      .where('connection', '=', connection.name)
      .where('reported_at', 'is', null)
      .execute();
    return rows.length;
  };

  it('begin with the first reading, not with the past', async () => {
    happens('unsubscribed_email', { deliveryId: 'D', timestamp: BEGIN - DAY });
    expect(await read()).toEqual({ lost: 0, refused: 0, cut: [] });
    expect(calls).toEqual([]);
    expect(await pass(5 * MINUTE)).toMatchObject({ lost: 0 });
    expect(await names()).toEqual([]);
  });

  it('are brought in once, with what the message says', async () => {
    await read();
    now += 10;
    const activity = happens('bounced_email', { deliveryId: 'D' });
    expect((await pass(5 * MINUTE)).lost).toBe(1);
    for (let n = 0; n < 4; n += 1) expect((await pass(5 * MINUTE)).lost).toBe(0);
    expect(await events()).toMatchObject([
      {
        name: 'email_bounced',
        reportId: `activity-${activity.id}`,
        key: `report:activity-${activity.id}`,
        person: ANN,
        deliveryId: 'D',
        occurredAt: activity.timestamp,
        values: {
          recipient: ANN.email,
          subject: 'Welcome',
          failure_message: '550 5.1.1 unknown',
          campaign_id: '23',
        },
      },
    ]);
    expect(await lostCount()).toBe(1);
  });

  it('of before a restore are brought in at once, and are one event with their webhooks', async () => {
    await read();
    now += 10;
    const { timestamp } = happens('bounced_email', { deliveryId: 'D' });
    const restored = { from: null, doubtfulUntil: now + 1 };
    const row = { id: 'I', created_at: 1, doubtful_until: restored.doubtfulUntil };
    await database.db.insertInto('installation').values(row).execute();
    connection = { ...connection, restored } as typeof connection;
    expect((await pass(2)).lost).toBe(1);
    await reported('bounced', { delivery_id: 'D', recipient: ANN.email }, timestamp);
    happens('bounced_email', { deliveryId: 'later' });
    expect((await pass(2)).lost).toBe(0);
    await database.db.deleteFrom('installation').execute();
    expect(await names()).toEqual(['email_bounced']);
  });

  it('are not those that came, whatever the channel is called', async () => {
    await read();
    now += 10;
    happens('unsubscribed_email', { deliveryId: 'D' });
    change('unsubscribed', 'false', 'true');
    change('cio_subscription_preferences', '{}', '{"topics":{"topic_1":false}}');
    await reported('unsubscribed', { delivery_id: 'D', recipient: ANN.email }, now + 1);
    await reported('unsubscribed', { email_address: ANN.email }, now, 'sms');
    await reported('cio_subscription_preferences_changed', { email_address: ANN.email }, now, 'customer');
    expect((await pass(5 * MINUTE)).lost).toBe(0);
    expect(await names()).toHaveLength(3);
  });

  it('are opt-outs, opt-ins and preferences, too', async () => {
    await read();
    now += 10;
    change('unsubscribed', '', 'false');
    change('unsubscribed', 'false', 'true');
    now += 60;
    change('unsubscribed', 'true', 'false');
    change('cio_subscription_preferences', '{}', '{"topics":{"topic_1":false}}');
    happens('attribute_change', { data: { plan: { from: 'a', to: 'b' } } });
    expect((await pass(5 * MINUTE)).lost).toBe(3);
    const found = await events();
    expect(found.map(({ name }) => name).toSorted()).toEqual([
      'customer_cio_subscription_preferences_changed',
      'customer_subscribed',
      'customer_unsubscribed',
    ]);
    expect(found.find(({ values }) => values.content)?.values.content).toBe('{"topics":{"topic_1":false}}');
    expect(found.every(({ values, deliveryId }) => values.about === 'person' && deliveryId === null)).toBe(
      true,
    );
  });

  it('are one event with the webhook that comes after all', async () => {
    await read();
    now += 10;
    happens('unsubscribed_email', { deliveryId: 'D' });
    const at = now;
    await pass(5 * MINUTE);
    expect(await lostCount()).toBe(1);
    now += 3_600;
    await reported('unsubscribed', { delivery_id: 'D', recipient: ANN.email }, at + 1);
    expect(await names()).toEqual(['email_unsubscribed']);
    expect(await lostCount()).toBe(0);
    const { rows } = { rows: await database.db.selectFrom('event_reports').selectAll().execute() };
    expect(rows.length).toBeGreaterThan(0);
  });

  it('of opens and clicks count as a machine’s until a webhook says that a person did it', async () => {
    await read();
    now += 10;
    happens('opened_email', { deliveryId: 'D' });
    const at = now;
    expect((await pass(5 * MINUTE)).lost).toBe(1);
    expect(await events()).toMatchObject([{ name: 'email_opened', machine: true }]);
    now += 3_600;
    await reported('opened', { delivery_id: 'D', recipient: ANN.email, prefetched: true }, at);
    expect(await names()).toHaveLength(1);
    await reported('opened', { delivery_id: 'D', recipient: ANN.email, prefetched: false }, at);
    expect((await events()).map(({ machine }) => machine)).toEqual([true, false]);
    expect(await lostCount()).toBe(0);
  });

  it('are not the later opens of a message whose first open came', async () => {
    await read();
    now += 10;
    await reported('opened', { delivery_id: 'D', recipient: ANN.email });
    happens('opened_email', { deliveryId: 'D' });
    happens('opened_email', { deliveryId: 'D', timestamp: now + 40 });
    expect((await pass(5 * MINUTE)).lost).toBe(0);
  });

  it('are not looked for among opens and clicks where no rule asks for them', async () => {
    connection.rules = rules({ reactions: [], inactivity: [] });
    await read();
    await pass(5 * MINUTE);
    expect(calls).not.toContain('opened_email');
    expect(calls).toContain('unsubscribed_email');
  });

  it('are given three minutes to arrive', async () => {
    await read();
    now += 290;
    happens('spammed_email', { deliveryId: 'D' });
    expect((await pass(10)).lost).toBe(0);
    expect((await pass(5 * MINUTE)).lost).toBe(1);
  });

  it('are made up for after an outage of days, in many pages, and not beyond 30 days', async () => {
    await read();
    for (let hour = 0; hour < 40 * 24; hour += 12)
      happens('unsubscribed_email', { deliveryId: `D${hour}`, timestamp: BEGIN + hour * 3_600 + 60 });
    const { lost } = await pass(40 * DAY);
    expect(lost).toBe(60);
    expect(calls.filter((call) => call === 'unsubscribed_email')).toHaveLength(21);
  });

  it('that break off are read again from the same place', async () => {
    await read();
    now += 10;
    happens('unsubscribed_email', { deliveryId: 'D' });
    const broken = { ...app, message: () => Promise.reject(new Error('no answer')) } as AppCalls;
    now += 300;
    await expect(readActivities(database.db, connection, broken, () => now * 1000)).rejects.toThrow(
      'no answer',
    );
    expect((await activityCursors(database.db, connection.name)).get('unsubscribed_email')?.to).toBe(BEGIN);
    expect((await read()).lost).toBe(1);
  });

  it('each count once, in any order of readings, webhooks and losses', async () => {
    const step = fc.record({
      metric: fc.constantFrom('unsubscribed', 'spammed', 'bounced'),
      gap: fc.integer({ min: 3, max: 400 }),
      /** Seconds after which the webhook comes; null: never. */
      delay: fc.option(fc.integer({ min: 0, max: 4_000 })),
      skew: fc.constantFrom(-2, -1, 0, 1, 2),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
        const name = `c${runs++}`;
        await takeLease(database.db, name, 'test');
        connection = { ...connection, name };
        log = [];
        now = BEGIN;
        await read();
        const webhooks: { at: number; send: () => Promise<void> }[] = [];
        let at = BEGIN;
        for (const [index, { metric, gap, delay, skew }] of steps.entries()) {
          at += gap;
          const [timestamp, deliveryId] = [at, `D${index % 2}`];
          happens(`${metric}_email`, { deliveryId, timestamp });
          if (delay !== null)
            webhooks.push({
              at: at + delay,
              send: () =>
                reported(metric, { delivery_id: deliveryId, recipient: ANN.email }, timestamp + skew),
            });
        }
        const readings = Array.from({ length: 20 }, (_, n) => ({
          at: BEGIN + n * 5 * MINUTE,
          send: async () => void (await read()),
        }));
        for (const next of [...webhooks, ...readings].toSorted((a, b) => a.at - b.at)) {
          now = next.at;
          await next.send();
        }
        expect(await names()).toHaveLength(steps.length);
      }),
      { numRuns: 8 },
    );
  });

  describe('what Customer.io refused after accepting it', () => {
    const identify = (person: string, attributes: Record<string, string>) => ({
      ...{ kind: 'identify' as const, person, attributes, timestamp: now },
    });

    async function sent(payload: ReturnType<typeof identify>): Promise<number> {
      const row = {
        connection: connection.name,
        lane: 'customerio' as const,
        event_id: 7,
        subject: payload.person,
      };
      await addActions(
        asLeased(database.db),
        [{ ...row, deal_id: 5, payload, ulid: 'u', after: null }],
        now * 1000,
      );
      const { id } = await database.db
        .selectFrom('actions')
        .select('id')
        .orderBy('id', 'desc')
        .limit(1)
        .executeTakeFirstOrThrow();
      await database.db
        .updateTable('actions')
        .set({ state: 'done', done_at: now * 1000 })
        .where('id', '=', id)
        .execute();
      return id;
    }
    const warningsOf = async (id: number) =>
      (
        await database.db
          .selectFrom('actions')
          .select('warnings')
          .where('id', '=', id)
          .executeTakeFirstOrThrow()
      ).warnings;

    it('is a warning of the action that sent it, once', async () => {
      await read();
      now += 30;
      const other = await sent(identify('502', { email: 'bob@acme.example' }));
      const id = await sent(identify('501', { email: 'ann@new.example' }));
      const nobody = { id: 'ann@new.example', email: null, cioId: null };
      const reason = 'The identifier is already associated with a different profile.';
      happens('failed_attribute_change', {
        person: nobody,
        data: { email: { reason, value: 'ann@new.example' } },
      });
      expect((await pass(30)).refused).toBe(1);
      await pass(5 * MINUTE);
      expect(await warningsOf(id)).toEqual([
        'Customer.io refused the email ann@new.example: it belongs to another profile. The person keeps the email of before.',
      ]);
      expect(await warningsOf(other)).toEqual([]);
    });

    it('is left alone where another program has sent it', async () => {
      await read();
      now += 30;
      const id = await sent(identify('501', { email: 'ann@new.example' }));
      const stranger = { id: '77', email: null, cioId: null };
      happens('failed_attribute_change', {
        person: stranger,
        data: { plan: { reason: 'too long', value: 'x' } },
      });
      expect((await pass(30)).refused).toBe(0);
      expect(await warningsOf(id)).toEqual([]);
    });
  });
});
