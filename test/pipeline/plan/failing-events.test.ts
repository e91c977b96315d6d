import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Rules } from '../../../src/domain/rules/rules.ts';
import type { Connection } from '../../../src/pipeline/connection.ts';
import { planBatch } from '../../../src/pipeline/plan/plan-batch.ts';
import type { Database } from '../../../src/store/database/database.ts';
import { addEvents } from '../../../src/store/events/events.ts';
import { openTestDatabase } from '../../support/databases.ts';
import { contact, deal, rules, SALES } from '../../support/entities.ts';
import { asLeased } from '../../support/leased.ts';
import { takeLease } from '../../support/leases.ts';

const NOW = 1_700_001_000_000;
/** The deal whose events fail. */
const BAD = 5;
/** A property that is read when the deal is copied, when it is compared with its records, and only for the decision. */
const PROPERTIES = ['contactIds', 'fields', 'price'];

/** What the deal BAD is like whose property cannot be read. */
function unreadable(property: string): object {
  return Object.defineProperty({}, property, {
    get(): never {
      throw new TypeError(`The ${property} cannot be read.`);
    },
  });
}

const fault = unreadable('price');

describe('an event whose planning throws', () => {
  let database: Database;
  let name: string;
  let runs = 0;
  let logged: unknown[];
  let timeouts: Map<number, number>;
  let deadlineMs: number | null;
  beforeAll(async () => {
    database = await openTestDatabase('postgres');
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    name = `c${runs++}`;
    logged = [];
    timeouts = new Map();
    deadlineMs = null;
    await takeLease(database.db, name, 'test');
    await addMoves([BAD, 6, BAD, 7]);
  });

  /** Stores a stage change of each of these deals, a second apart. @param first the second of the first one */
  async function addMoves(dealIds: number[], first = 0): Promise<void> {
    const moves = dealIds.map((dealId, index) => ({
      connection: name,
      key: `move:${first + index}`,
      event: {
        kind: 'deal_moved' as const,
        dealId,
        from: null,
        to: { pipelineId: SALES.id, stageId: 142 },
        occurredAt: NOW / 1000 - 100 + first + index,
      },
      name: null,
      person: null,
      inboxIds: [],
    }));
    await addEvents(asLeased(database.db), moves, NOW);
  }

  /** Plans by these rules what is due at `now`; the deal BAD is as given. */
  async function plan(now: number, bad: object, own: Partial<Rules> = {}): Promise<void> {
    const kommo = {
      deals: async (ids: number[]) =>
        new Map(
          ids.map((id) => {
            const read = deal({ id, contactIds: [id] });
            return [
              id,
              id === BAD ? Object.defineProperties(read, Object.getOwnPropertyDescriptors(bad)) : read,
            ];
          }),
        ),
      contacts: async (ids: number[]) =>
        new Map(ids.map((id) => [id, contact({ id, emails: [`p${id}@example.com`] })])),
    };
    const catalog = { account: { timezone: 'UTC' }, pipelines: [SALES], users: [] };
    const connection = {
      name,
      owner: 'test',
      kommo,
      app: null,
      catalog,
      rules: rules({ inactivity: [], ...own }),
    };
    const record = (fields: unknown) => logged.push(fields);
    await planBatch({
      database,
      connection: connection as unknown as Connection,
      log: { warn: record, error: record },
      now,
      timeouts,
      ...(deadlineMs === null ? {} : { deadlineMs }),
    });
  }

  async function states(): Promise<string[]> {
    const rows = await database.db
      .selectFrom('events')
      .select(['state', 'attempts'])
      .where('connection', '=', name)
      .orderBy('id')
      .execute();
    return rows.map(({ state, attempts }) => `${state} ${attempts}`);
  }

  async function reasons(): Promise<(string | null)[]> {
    const rows = await database.db
      .selectFrom('events')
      .select('reason')
      .where('connection', '=', name)
      .orderBy('id')
      .execute();
    return rows.map(({ reason }) => reason);
  }

  it.each(PROPERTIES)(
    'by the %s of a deal is tried again later, with the events of this deal only',
    async (property) => {
      await plan(NOW, unreadable(property));
      expect(await states()).toEqual(['new 1', 'planned 0', 'new 1', 'planned 0']);
      expect(logged).toEqual([expect.objectContaining({ err: expect.any(TypeError) })]);
      await plan(NOW + 10_000, {});
      expect(await states()).toEqual(['planned 1', 'planned 0', 'planned 1', 'planned 0']);
    },
  );

  it.each(PROPERTIES)(
    'by the %s of a deal says why it waits, and is put aside after a day',
    async (property) => {
      const fault = unreadable(property);
      await plan(NOW, fault);
      expect(await reasons()).toContainEqual(
        expect.stringMatching(/^Waiting to be planned again: planning has failed 1 times, .+TypeError/),
      );
      await database.db
        .updateTable('events')
        .set({ attempts: 33, next_attempt_at: 0 })
        .where('connection', '=', name)
        .where('state', '=', 'new')
        .execute();
      await plan(NOW + 86_400_000, fault, { skipMovesAfterSeconds: 1_000_000 });
      expect(await states()).toEqual(['ignored 33', 'planned 0', 'ignored 33', 'planned 0']);
      expect(await reasons()).toContainEqual(
        expect.stringMatching(/^This could not be planned: planning has failed 34 times, .+TypeError/),
      );
    },
  );

  it('for ever is interrupted, and put aside after the third time', async () => {
    const endless = {
      get price(): never {
        for (;;) JSON.stringify(Math.random());
      },
    };
    deadlineMs = 300;
    await plan(NOW, endless);
    // Nothing of an interrupted batch is saved: the next one has the other events.
    expect(await states()).toEqual(['new 1', 'new 0', 'new 1', 'new 0']);
    await plan(NOW, endless);
    expect(await states()).toEqual(['new 1', 'planned 0', 'new 1', 'planned 0']);
    await plan(NOW + 5_000, endless);
    await plan(NOW + 20_000, endless);
    expect(await states()).toEqual(['ignored 2', 'planned 0', 'new 2', 'planned 0']);
    expect(await reasons()).toContainEqual(
      'This could not be planned: it was interrupted 3 times, because it took too long.',
    );
    await plan(NOW + 20_000, {});
    expect(await states()).toEqual(['ignored 2', 'planned 0', 'planned 2', 'planned 0']);
  });

  it('for ever while deals are compared is interrupted, and all others are planned', async () => {
    const endless = {
      get fields(): never {
        for (;;) JSON.stringify(Math.random());
      },
    };
    deadlineMs = 300;
    await plan(NOW, endless);
    expect(await states()).toEqual(['new 1', 'planned 0', 'new 1', 'planned 0']);
    expect(logged).toEqual([expect.objectContaining({ eventId: expect.any(Number), count: 1 })]);
  });

  it('together with all others is a fault of the whole: planning waits', async () => {
    await addMoves([8, 9, 10, 11], 4);
    await expect(plan(NOW, unreadable('fields'), { stages: null as never })).rejects.toThrow('TypeError');
  });

  it('in a shape that only another version knows waits, and only the events of its deal wait with it', async () => {
    await database.db
      .updateTable('events')
      .set({ payload: sql`'{"kind": "deal_moved", "deal": {"id": 5}}'::jsonb` })
      .where('connection', '=', name)
      .where('key', '=', 'move:0')
      .execute();
    await plan(NOW, {});
    expect(await states()).toEqual(['new 1', 'planned 0', 'new 1', 'planned 0']);
    expect(logged).toEqual([expect.objectContaining({ eventIds: [expect.any(Number)] })]);
  });

  it('is not overtaken by a later event of its deal that has failed less often', async () => {
    await plan(NOW, fault);
    await addMoves([BAD], 4);
    await plan(NOW + 5_000, fault);
    await plan(NOW + 10_000, {});
    expect(await states()).toEqual(['new 2', 'planned 0', 'new 2', 'planned 0', 'new 2']);
    await plan(NOW + 15_000, {});
    expect(await states()).toEqual(['planned 2', 'planned 0', 'planned 2', 'planned 0', 'planned 2']);
  });

  it('because a text of the rules cannot be rendered is ignored with the reason, and logged', async () => {
    const [stage] = rules().stages;
    const note =
      '{% if deal.id == 5 %}{{ deal.name | append }}{% for n in (1..2000000) %}{% endfor %}{% endif %}';
    await plan(NOW, {}, { stages: [{ ...stage!, note }] });
    expect(await states()).toEqual(['ignored 0', 'planned 0', 'ignored 0', 'planned 0']);
    expect(logged).toHaveLength(2);
  });

  it('because a text of the rules costs too much is ignored at once, with the rule and the text', async () => {
    const [stage] = rules().stages;
    const nested = '{% assign a = a | push: a | push: a %}';
    const note = `{% assign a = 'x' | split: ',' %}{% for i in (1..60) %}${nested}{% endfor %}{{ a }}`;
    await plan(NOW, {}, { stages: [{ ...stage!, note }] });
    expect(await states()).toEqual(['ignored 0', 'ignored 0', 'ignored 0', 'ignored 0']);
    expect((await reasons())[0]).toMatch(
      /^This could not be planned: The note of the stage rule "Sales \/ .+" is too expensive to render: a value in it has more/,
    );
  });
});
