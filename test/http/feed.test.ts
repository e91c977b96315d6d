import Fastify from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ActivityFeed, type Feed, type News } from '../../src/http/api/activity/feed.ts';
import { createPipelineCache } from '../../src/http/api/pipeline-cache.ts';
import { addActions, saveOutcomes } from '../../src/store/actions/actions.ts';
import type { Database } from '../../src/store/database/database.ts';
import { addEvents } from '../../src/store/events/events.ts';
import { markPlanned } from '../../src/store/events/planned-events.ts';
import { KINDS, openTestDatabase } from '../support/databases.ts';
import { eventually } from '../support/eventually.ts';
import { asLeased } from '../support/leased.ts';

let made = 0;

describe.each(KINDS)('the feed of all consoles (%s)', (kind) => {
  let database: Database;
  let feed: Feed;
  let heard: News[];
  let looks: number;

  beforeAll(async () => {
    database = await openTestDatabase(kind);
  });
  afterAll(() => database.close());
  beforeEach(() => {
    heard = [];
    looks = 0;
    const db = async () => database.db;
    feed = new ActivityFeed({
      connections: new Set(['acme']),
      database: async () => {
        looks += 1;
        return database;
      },
      pipelines: createPipelineCache(db, Date.now),
      now: Date.now,
      log: Fastify().log,
      everyMs: 5,
    });
    return () => feed.close();
  });

  async function events(count: number, connection = 'acme'): Promise<number[]> {
    const list = Array.from({ length: count }, () => ({
      connection,
      key: `event ${++made}`,
      event: { kind: 'deal_changed' as const, dealId: made, occurredAt: 1 },
      name: null,
      person: null,
      inboxIds: [],
    }));
    return [...(await addEvents(asLeased(database.db), list, Date.now())).values()];
  }
  const plan = (id: number) =>
    markPlanned(
      asLeased(database.db),
      [
        {
          id,
          state: 'planned',
          reason: null,
          rule: 'a rule',
          warnings: [],
          person: null,
          deal_id: null,
          rules_version: null,
          client_state: null,
        },
      ],
      Date.now(),
    );
  /** Joins, and resolves when the feed has begun: what comes from here on is news. */
  async function join(into = heard): Promise<() => void> {
    const leave = feed.join({ publish: (news) => into.push(news), end: () => {} });
    const before = looks;
    await eventually(() => expect(looks).toBeGreaterThan(before + 1));
    return leave;
  }
  const fresh = () => heard.flatMap((news) => news.fresh.map(({ event }) => event.id));
  const changed = () =>
    heard.flatMap((news) => news.changed.map(({ event, row }) => `${event.id} ${row.outcome}`));

  it('tells each new event once, and to everybody', async () => {
    const other: News[] = [];
    await join();
    await join(other);
    const ids = await events(3);
    await eventually(() => expect(fresh()).toHaveLength(3));
    const [last] = await events(1);
    await eventually(() => expect(fresh()).toEqual([...ids, last]));
    expect(other.flatMap((news) => news.fresh)).toHaveLength(4);
  });

  it('tells that an event was planned, and that its last action was done', async () => {
    await join();
    const [id] = await events(1);
    await eventually(() => expect(fresh()).toEqual([id]));
    const payload = { kind: 'note' as const, dealId: 1, text: 'x' };
    const action = { connection: 'acme', lane: 'kommo' as const, event_id: id!, subject: `deal:${id}` };
    await addActions(
      asLeased(database.db),
      [{ ...action, deal_id: 1, payload, ulid: 'u', after: null }],
      Date.now(),
    );
    await plan(id!);
    await eventually(() => expect(changed()).toEqual([`${id} open`]));
    const row = await database.db
      .selectFrom('actions')
      .select('id')
      .where('event_id', '=', id!)
      .executeTakeFirstOrThrow();
    const outcome = { id: row.id, state: 'done' as const, attempts: 1, next_attempt_at: 0, result: null };
    await saveOutcomes(
      database.db,
      [{ ...outcome, failure: null, failure_code: null, error: null, warnings: [] }],
      Date.now(),
      'any',
    );
    await eventually(() => expect(changed()).toEqual([`${id} open`, `${id} done`]));
  });

  it('tells the newest of a flood, and that there was more', async () => {
    await join();
    const ids = await events(900);
    await eventually(() => expect(heard.some(({ missed }) => missed)).toBe(true));
    await eventually(() => expect(fresh()).toContain(ids.at(-1)));
    expect(fresh().length).toBeLessThan(900);
  });

  it('tells nothing of connections that are not its own', async () => {
    await join();
    await events(2, 'another');
    const [own] = await events(1);
    await eventually(() => expect(fresh()).toEqual([own]));
  });
});
