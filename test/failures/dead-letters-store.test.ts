import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDeadLetters, type DeadLetters } from '../../src/failures/dead-letters.ts';
import { failureGroup } from '../../src/http/api/failures/contract.ts';
import { saveOutcomes } from '../../src/store/actions/actions.ts';
import { discardDead } from '../../src/store/actions/discard-dead.ts';
import { replayDead } from '../../src/store/actions/replay-dead.ts';
import { readWaitingWork } from '../../src/store/actions/waiting-work.ts';
import { type Database, type Db, jsonText } from '../../src/store/database/database.ts';
import type { Notification } from '../../src/store/database/notifications.ts';
import type { ActionState } from '../../src/store/database/schema.ts';
import { removePersonalData } from '../../src/store/retention/personal-data.ts';
import { COMMANDS } from '../../src/store/users/actor.ts';
import { listAudit } from '../../src/store/users/audit.ts';
import { KINDS, openTestDatabase } from '../support/databases.ts';

const NOW = 1_785_000_000_000;
const DAY = 86_400_000;

/** An outbox row of a test. `after` is the place in the list of what comes before it. */
interface Row {
  state: ActionState;
  after?: number | null;
  lane?: 'kommo' | 'customerio';
  kind?: string;
  failure?: string | null;
  code?: string | null;
  error?: string | null;
  deal?: number;
  /** When it ended, ms. */
  at?: number;
  removed?: boolean;
  timestamp?: number;
  /** The title of the rule of its event. */
  rule?: string;
  /** The deal field that it sets. */
  field?: string;
}

describe.each(KINDS)('dead letters (%s)', (kind) => {
  let database: Database;
  let letters: DeadLetters;
  let connection: string;
  let notifications: Notification[] = [];
  let connections = 0;

  beforeAll(async () => {
    database = await openTestDatabase(kind);
  });
  afterAll(() => database.close());

  /** A connection of its own, so that each test has an empty outbox. */
  function fresh(requestsPerSecond = 7): void {
    connections += 1;
    connection = `c${connections}`;
    notifications = [];
    letters = createDeadLetters({
      database: { db: database.db, notify: (notification) => notifications.push(notification) },
      connections: [{ name: connection, requestsPerSecond }],
      actor: COMMANDS,
      now: () => NOW,
    });
  }

  /** @returns the ids, which grow with the place. */
  async function outbox(rows: Row[], eventIds = families(rows)): Promise<number[]> {
    const { rows: reserved } = await sql<{ id: number }>`
      select nextval(pg_get_serial_sequence('actions', 'id')) as id from generate_series(1, ${rows.length}::int)
    `.execute(database.db);
    const ids = reserved.map(({ id }) => id).sort((a, b) => a - b);
    const values = rows.map((row, index) => ({
      id: ids[index]!,
      event_id: ids[eventIds[index]!]!,
      after_id: row.after === undefined || row.after === null ? null : ids[row.after]!,
      lane: row.lane ?? 'kommo',
      kind: row.kind ?? 'note',
      subject: row.lane === 'customerio' ? 'ann@example.com' : `deal:${row.deal ?? 5}`,
      deal_id: row.deal ?? 5,
      payload: row.removed
        ? {}
        : { kind: row.kind ?? 'note', timestamp: row.timestamp ?? NOW / 1000, field: row.field },
      state: row.state,
      failure: row.failure ?? null,
      failure_code: row.code ?? null,
      error: row.error ?? (row.state === 'dead' ? 'refused' : null),
      at: row.at ?? NOW - DAY,
    }));
    await sql`
      insert into actions (id, connection, lane, event_id, kind, subject, deal_id, payload, ulid, state, after_id,
        created_at, sent_at, done_at, failure, failure_code, error, attempts, priority)
      overriding system value
      select r.id, ${connection}, r.lane, r.event_id, r.kind, r.subject, r.deal_id, r.payload, 'u' || r.id, r.state,
        r.after_id, ${NOW - 2 * DAY}, ${NOW - 2 * DAY}, case when r.state in ('done', 'dead', 'dropped') then r.at end,
        r.failure, r.failure_code, r.error, 3, 0
      from jsonb_to_recordset(${jsonText(values)}::jsonb) as r(id bigint, event_id bigint, after_id bigint, lane text,
        kind text, subject text, deal_id bigint, payload jsonb, state text, failure text, failure_code text,
        error text, at bigint)
    `.execute(database.db);
    const rules = rows.flatMap(({ rule }, index) =>
      rule === undefined ? [] : [{ id: values[index]!.event_id, rule }],
    );
    for (const { id, rule } of rules)
      await sql`
        insert into events (id, connection, key, kind, occurred_at, created_at, payload, state, rule, warnings, attempts,
          next_attempt_at)
        overriding system value values (${id}, ${connection}, ${`k${id}`}, 'deal_moved', 1, 1, '{}', 'planned', ${rule}, '[]', 0, 0)
      `.execute(database.db);
    return ids;
  }

  const rowsOf = (db: Db = database.db) =>
    db.selectFrom('actions').selectAll().where('connection', '=', connection).orderBy('id').execute();
  const statesOf = async () => (await rowsOf()).map(({ state }) => state);

  describe('replay', () => {
    it('puts a dead letter back as if it were new, behind live work', async () => {
      fresh();
      const ids = await outbox([{ state: 'dead', failure: 'permanent', error: 'too long' }]);
      expect(await letters.replay({ ids })).toEqual({ taken: ids, blocked: [] });
      expect((await rowsOf())[0]).toMatchObject({
        state: 'ready',
        attempts: 0,
        next_attempt_at: 0,
        priority: 2,
        done_at: null,
        sent_at: null,
        failure: null,
        error: 'too long',
      });
    });

    it('keeps what the lane needs to look for a note that may have been written', async () => {
      fresh();
      const ids = await outbox([{ state: 'dead', failure: 'unknown' }]);
      await letters.replay({ ids });
      expect((await rowsOf())[0]).toMatchObject({
        state: 'ready',
        failure: 'unknown',
        sent_at: NOW - 2 * DAY,
      });
    });

    it('wakes the connection, and nobody where nothing was taken', async () => {
      fresh();
      const ids = await outbox([{ state: 'dead' }]);
      await letters.replay({ ids });
      await letters.replay({ ids });
      expect(notifications).toEqual([{ type: 'work_stored', connection }]);
    });

    it('leaves alone what was refused again since it was planned', async () => {
      fresh();
      const ids = await outbox([
        { state: 'dead', at: NOW - 5 },
        { state: 'dead', at: NOW - 1 },
      ]);
      expect(await letters.replay({ ids, until: NOW - 5 })).toMatchObject({ taken: [ids[0]] });
    });

    it('leaves alone a connection that is not in the configuration', async () => {
      fresh();
      const ids = await outbox([{ state: 'dead' }]);
      const before = connection;
      fresh();
      expect(await letters.replay({ ids })).toEqual({ taken: [], blocked: [] });
      connection = before;
      expect(await statesOf()).toEqual(['dead']);
    });

    it('waits for a lane that is just storing the outcome of what comes before', async () => {
      fresh();
      const ids = await outbox([{ state: 'sending' }, { state: 'dead', after: 0 }]);
      const done = {
        attempts: 1,
        next_attempt_at: 0,
        result: '7',
        failure: null,
        failure_code: null,
        error: null,
        warnings: [],
      };
      let replay: Promise<unknown> = Promise.resolve();
      await database.db.transaction().execute(async (trx) => {
        await saveOutcomes(trx, [{ id: ids[0]!, state: 'done', ...done }], NOW, 'any');
        replay = letters.replay({ ids: [ids[1]!] });
        // The embedded database has one session: there the replay waits by itself.
        if (kind === 'postgres') await Promise.race([replay, somebodyWaitsForALock(database.db)]);
      });
      await replay;
      expect(await statesOf()).toEqual(['done', 'ready']);
    });
  });

  describe('selection', () => {
    const wanted = async (part: Parameters<DeadLetters['list']>[0]) =>
      (await letters.list(part, 0, 100)).map(({ id }) => id);

    it('is by deal, words, time and id', async () => {
      fresh();
      const [a, b, c] = await outbox([
        { state: 'dead', deal: 1, error: 'Lead 12345678 not found', at: NOW - 3 * DAY },
        { state: 'dead', deal: 2, error: '100% too_long', at: NOW - 2 * DAY },
        { state: 'dead', deal: 3, error: 'Too Xlong', at: NOW - DAY },
        { state: 'done', deal: 1 },
      ]);
      expect(await wanted({})).toEqual([a, b, c]);
      expect(await wanted({ deal: 2 })).toEqual([b]);
      expect(await wanted({ reason: 'TOO_LONG' })).toEqual([b]);
      expect(await wanted({ reason: 'lead … not found' })).toEqual([a]);
      expect(await wanted({ reason: '100%' })).toEqual([b]);
      expect(await wanted({ since: NOW - 2 * DAY })).toEqual([b, c]);
      expect(await wanted({ until: NOW - 2 * DAY })).toEqual([a, b]);
      expect(await wanted({ ids: [c!, a!], since: NOW - DAY })).toEqual([c]);
      expect(await wanted({ connection: 'other' })).toEqual([]);
    });

    it('goes on page by page', async () => {
      fresh();
      const ids = await outbox(Array.from({ length: 5 }, () => ({ state: 'dead' as const })));
      const first = await letters.list({}, 0, 2);
      const rest = await letters.list({}, first.at(-1)!.id, 10);
      expect([...first, ...rest].map(({ id }) => id)).toEqual(ids);
    });
  });

  it('groups by cause, with how many, since when, who must act, and examples', async () => {
    fresh();
    const ids = await outbox([
      { state: 'dead', code: 'deal_not_found', error: 'Lead 30000001 not found', at: NOW - 9 },
      { state: 'dead', code: 'deal_not_found', error: 'Lead 30000002 not found', at: NOW - 5 },
      { state: 'dead', code: 'deal_not_found', error: 'Lead 30000003 not found', at: NOW - 7, deal: 8 },
      { state: 'dead', lane: 'customerio', kind: 'track', error: 'no', at: NOW - 3 },
    ]);
    const { total, last, groups } = await letters.failures({});
    expect({ total, last }).toEqual({ total: 4, last: NOW - 3 });
    expect(groups).toMatchObject([
      { count: 1, kind: 'track', words: 'no', owner: 'author of the rules', urgency: 'email' },
      { count: 3, kind: 'note', words: 'Lead … not found', first: NOW - 9, last: NOW - 5, owner: 'nobody' },
    ]);
    expect(groups[1]!.subjects).toBe(2);
    expect(groups[1]!.examples.map(({ id, dealId }) => [id, dealId])).toEqual([
      [ids[0], 5],
      [ids[2], 8],
    ]);
    expect(groups[0]!.examples[0]).toMatchObject({ person: 'ann@example.com' });
  });

  it('groups by the rule where the cause is in it, and by the field that could not be set', async () => {
    fresh();
    await outbox([
      { state: 'dead', code: 'text_too_long', rule: 'Sales / Demo → demo' },
      { state: 'dead', code: 'text_too_long', rule: 'Sales / Won → won' },
      { state: 'dead', code: 'deal_not_found', rule: 'Sales / Demo → demo' },
      { state: 'dead', code: 'deal_not_found', rule: 'Sales / Won → won' },
      {
        state: 'dead',
        code: 'field_missing',
        kind: 'set_field',
        field: 'email_status',
        rule: 'email_bounced',
      },
      { state: 'dead', code: 'field_missing', kind: 'set_field', field: 'Segment' },
    ]);
    const { groups } = await letters.failures({});
    expect(groups.map(({ code, rule, field, count }) => [code, rule?.name ?? null, field, count])).toEqual([
      ['text_too_long', 'Demo', null, 1],
      ['text_too_long', 'Won', null, 1],
      ['field_missing', null, 'email_status', 1],
      ['field_missing', null, 'Segment', 1],
      ['deal_not_found', null, null, 2],
    ]);
  });

  it('counts what was not sent because of a failure with it, unless the selection leaves the failure out', async () => {
    fresh();
    const previous = { state: 'dead', code: 'previous_action_failed', error: 'Not sent.' } as const;
    const ids = await outbox([
      { state: 'dead', lane: 'customerio', kind: 'identify', error: 'no' },
      { ...previous, lane: 'customerio', kind: 'track', after: 0 },
      { ...previous, after: 1 },
      { state: 'dropped' },
      { ...previous, after: 3 },
    ]);
    const { total, groups } = await letters.failures({});
    expect(total).toBe(4);
    expect(groups).toMatchObject([
      {
        kind: 'identify',
        count: 1,
        followers: [
          { kind: 'track', count: 1 },
          { kind: 'note', count: 1 },
        ],
      },
      { kind: 'note', code: 'previous_action_failed', count: 1, followers: [] },
    ]);
    expect((await letters.failures({ ids: [ids[1]!, ids[2]!] })).groups).toMatchObject([
      { kind: 'track', code: 'previous_action_failed', count: 1, followers: [{ kind: 'note', count: 1 }] },
    ]);
  });

  it('plans calls, time, old events, lookups, and what cannot be replayed', async () => {
    fresh(4);
    await outbox([
      { state: 'dead', lane: 'customerio', kind: 'identify' },
      { state: 'dead', lane: 'customerio', kind: 'track', after: 0, timestamp: NOW / 1000 - 73 * 3600 },
      { state: 'dead', lane: 'customerio', kind: 'track', after: 0, timestamp: NOW / 1000 - 71 * 3600 },
      { state: 'dead', after: 1, deal: 9 },
      { state: 'dead', failure: 'unknown', deal: 9 },
      { state: 'dead', failure: 'unknown', kind: 'set_field', deal: 9 },
      { state: 'dropped' },
      { state: 'dead', after: 6, deal: 9 },
      { state: 'dead', removed: true, deal: 9 },
    ]);
    const plan = await letters.plan({ deal: 9 });
    expect(plan).toMatchObject({
      alongside: 3,
      blocked: { removed: 1, discarded: 1 },
      oldEvents: 1,
      unsure: 1,
      calls: 3 + 2 + 1,
      sides: [
        { lane: 'customerio', calls: 3 },
        { lane: 'kommo', calls: 3, callsPerSecond: 3 },
      ],
      until: NOW - DAY,
    });
    expect(plan.ids).toHaveLength(6);
  });

  it('never replays contents that the retention time has removed', async () => {
    fresh();
    const ids = await outbox([{ state: 'dead' }]);
    await removePersonalData(database.db, NOW);
    expect(await letters.replay({ ids })).toEqual({ taken: [], blocked: ids });
    expect((await letters.failures({})).groups).toMatchObject([{ removed: true, words: null }]);
  });

  it('shows and replays what another version has stored in its own terms', async () => {
    fresh();
    const ids = await outbox([
      { state: 'dead', kind: 'company_note', failure: 'reject', code: 'company_locked' },
      { state: 'dead', kind: 'company_note', failure: 'unknown' },
    ]);
    const { groups } = await letters.failures({ ids: [ids[0]!] });
    const names = { one: 'company_note', many: 'company_note' };
    expect(groups).toMatchObject([
      { kind: 'company_note', names, failure: null, code: null, owner: 'Kommo administrator', count: 1 },
    ]);
    expect(failureGroup.safeParse(groups[0]).error).toBeUndefined();
    const plan = await letters.plan({});
    expect(plan).toMatchObject({ calls: 1, sides: [{ kinds: [{ kind: 'company_note', names, count: 2 }] }] });
    expect((await letters.replay({ ids })).taken).toEqual(ids);
  });

  it('discards with the reason and the old words, and all that waited', async () => {
    fresh();
    await outbox([
      { state: 'dead', error: 'Lead not found' },
      { state: 'dead', after: 0, error: 'Not sent: the action before it was refused.' },
      { state: 'dead', after: 1, error: 'Not sent: the action before it was refused.' },
      { state: 'dead', error: 'other' },
      { state: 'done', error: 'Lead not found' },
    ]);
    expect(await letters.discard({ reason: 'Lead not' }, 'deleted')).toEqual({ discarded: 3 });
    const rows = await rowsOf();
    expect(rows.map(({ state }) => state)).toEqual(['dropped', 'dropped', 'dropped', 'dead', 'done']);
    expect(rows[0]).toMatchObject({ error: 'Discarded: deleted (was: Lead not found)', done_at: NOW });
  });

  it('discards many in several transactions', async () => {
    fresh();
    await outbox(Array.from({ length: 1_100 }, () => ({ state: 'dead' as const })));
    expect(await letters.discard({}, 'spring cleaning')).toEqual({ discarded: 1_100 });
  });

  it('says where the actions of a replay are', async () => {
    fresh();
    const ids = await outbox([
      { state: 'done' },
      { state: 'dead', error: 'again no' },
      { state: 'dropped', error: 'unsubscribed since' },
      { state: 'ready', failure: 'retryable', error: '502' },
      { state: 'waiting', after: 3 },
      { state: 'sending' },
      { state: 'waiting', after: 5 },
    ]);
    expect(await letters.progress(ids)).toEqual({
      counts: { done: 1, dead: 1, dropped: 1, ready: 1, waiting: 2, sending: 1 },
      tryingAgain: [ids[3], ids[4]],
      refused: [{ connection, lane: 'kommo', kind: 'note', words: 'again no', count: 1 }],
      dropped: [{ words: 'unsubscribed since', count: 1 }],
      stopped: null,
    });
  });

  it('says in its words which lane is held', async () => {
    fresh();
    const ids = await outbox([{ state: 'ready', failure: 'unauthorized', error: 'bad token' }]);
    const { stopped } = await letters.progress(ids);
    expect(stopped).toEqual({ connection, lane: 'kommo', failure: 'unauthorized', words: 'bad token' });
  });

  it('says what waits, by kind, and for how many deals, up to a limit', async () => {
    fresh();
    await outbox([
      { state: 'ready', lane: 'customerio', kind: 'identify', deal: 1 },
      { state: 'waiting', after: 0, deal: 1 },
      { state: 'sending', deal: 2 },
      { state: 'done', deal: 3 },
      { state: 'dead', deal: 4 },
    ]);
    expect(await readWaitingWork(database.db, connection, 10)).toEqual({
      actions: [
        { kind: 'note', count: 2 },
        { kind: 'identify', count: 1 },
      ],
      events: 0,
      deals: 2,
      examples: [
        { dealId: 1, deal: null, client: null },
        { dealId: 2, deal: null, client: null },
      ],
      isMore: false,
    });
    expect(await readWaitingWork(database.db, connection, 2)).toMatchObject({ isMore: true });
    expect(await readWaitingWork(database.db, 'other', 2)).toMatchObject({ actions: [], deals: 0 });
  });

  // Against a model that knows nothing of how the store does it.
  const graph = fc.array(
    fc.record({
      state: fc.constantFrom<ActionState>(
        'dead',
        'dead',
        'dead',
        'done',
        'dropped',
        'ready',
        'waiting',
        'sending',
      ),
      before: fc.option(fc.nat(11), { nil: null, freq: 3 }),
      failure: fc.constantFrom('permanent', 'unknown', 'retryable', null),
      removed: fc.constantFrom(false, false, false, true),
      selected: fc.boolean(),
    }),
    { minLength: 1, maxLength: 12 },
  );
  type Graph = (typeof graph extends fc.Arbitrary<infer T> ? T : never)[number][];
  const rowsFrom = (nodes: Graph): Row[] =>
    nodes.map(({ state, before, failure, removed }, index) => ({
      state,
      after: before === null || index === 0 ? null : before % index,
      failure,
      removed: removed && state === 'dead',
    }));

  it('replays any selection of any graph as the model says, once', async () => {
    await fc.assert(
      fc.asyncProperty(graph, fc.infiniteStream(fc.boolean()), async (nodes, coin) => {
        fresh();
        const rows = rowsFrom(nodes);
        const ids = await outbox(rows);
        const chosen = ids.filter((_, index) => nodes[index]!.selected);
        const expected = modelReplay(rows, (index) => nodes[index]!.selected);
        const before = await rowsOf();

        const plan = await letters.plan({ ids: chosen });
        const { taken } = await letters.replay({ ids: chosen });
        const after = await rowsOf();
        expect(after.map(({ state }) => state)).toEqual(expected);
        const changed = after.filter((row, index) => row.state !== before[index]!.state).map(({ id }) => id);
        expect([...taken].sort((a, b) => a - b)).toEqual(changed);
        expect(plan.ids).toEqual(taken);
        for (const [index, row] of after.entries())
          if (!taken.includes(row.id)) expect(row).toEqual(before[index]);

        await letters.replay({ ids: chosen });
        expect(await rowsOf()).toEqual(after);
        await deliverAll(new Set(taken), coin);
      }),
      { numRuns: 30 },
    );
  });

  /** Lets a lane deliver or refuse what is ready, and looks that nothing comes before its turn or twice. */
  async function deliverAll(taken: Set<number>, coin: Iterator<boolean>): Promise<void> {
    const sent = new Set<number>();
    for (;;) {
      const rows = await rowsOf();
      const byId = new Map(rows.map((row) => [row.id, row]));
      const ready = rows.filter((row) => row.state === 'ready');
      if (ready.length === 0) return;
      for (const { id, after_id } of ready.filter((row) => taken.has(row.id))) {
        expect(after_id === null || byId.get(after_id)!.state === 'done').toBe(true);
        expect(sent.has(id)).toBe(false);
        sent.add(id);
      }
      const outcomes = ready.map(({ id }) => {
        const isDone = coin.next().value as boolean;
        return {
          id,
          state: isDone ? ('done' as const) : ('dead' as const),
          attempts: 1,
          next_attempt_at: 0,
          result: null,
          failure: isDone ? null : 'permanent',
          failure_code: null,
          error: isDone ? null : 'no',
          warnings: [],
        };
      });
      await saveOutcomes(database.db, outcomes, NOW, 'any');
    }
  }

  it('leaves an entry of the audit log for a replay and a discard, also by a command without a server', async () => {
    fresh();
    const [first, second] = await outbox([{ state: 'dead' }, { state: 'dead' }] as Row[]);
    await letters.replay({ ids: [first!] });
    await letters.discard({ ids: [second!] }, 'a test');
    const entries = await listAudit(database.db, Number.MAX_SAFE_INTEGER, 2);
    const who = { kind: 'folder', who: 'the commands', connection };
    expect(entries).toMatchObject([
      { ...who, what: 'discard', detail: `${connection}, 1 dead letter (${second}), because: a test` },
      { ...who, what: 'replay', detail: `${connection}, 1 dead letter (${first})` },
    ]);
  });

  it('discards any selection of any graph as the model says', async () => {
    await fc.assert(
      fc.asyncProperty(graph, async (nodes) => {
        fresh();
        const rows = rowsFrom(nodes);
        const ids = await outbox(rows);
        const chosen = ids.filter((_, index) => nodes[index]!.selected);
        const selection = { connections: [connection], ids: chosen };
        const by = { actor: COMMANDS, at: NOW };
        await discardDead(database.db, selection, 'why', 1_000, by);
        const expected = modelDiscard(rows, (index) => nodes[index]!.selected);
        expect(await statesOf()).toEqual(expected);
        await replayDead(database.db, selection, by);
        expect((await statesOf()).filter((state) => state === 'dropped')).toEqual(
          expected.filter((state) => state === 'dropped'),
        );
      }),
      { numRuns: 30 },
    );
  });
});

async function somebodyWaitsForALock(db: Db): Promise<void> {
  for (;;) {
    const { rows } = await sql`
      select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
    `.execute(db);
    if (rows.length > 0) return;
  }
}

/** The place of the first of each row's family: one event plans what waits for what. */
function families(rows: Row[]): number[] {
  const first: number[] = [];
  for (const [index, { after }] of rows.entries())
    first.push(after === undefined || after === null ? index : first[after]!);
  return first;
}

/** Grows a set until it does not grow any more. */
function closure(seed: Set<number>, size: number, joins: (from: number, to: number) => boolean): Set<number> {
  const set = new Set(seed);
  for (let before = -1; before !== set.size; ) {
    before = set.size;
    for (let to = 0; to < size; to++) if ([...set].some((from) => joins(from, to))) set.add(to);
  }
  return set;
}

/** The states after a replay, straight from what is promised. */
function modelReplay(rows: Row[], isSelected: (index: number) => boolean): ActionState[] {
  const isDead = (index: number) => rows[index]!.state === 'dead';
  const all = rows.map((_, index) => index);
  const seed = new Set(all.filter((index) => isDead(index) && isSelected(index)));
  const family = closure(
    seed,
    rows.length,
    (from, to) => isDead(to) && (rows[to]!.after === from || rows[from]!.after === to),
  );
  const isBlocked = (index: number): boolean => {
    const { after = null, removed } = rows[index]!;
    if (removed) return true;
    return after !== null && (rows[after]!.state === 'dropped' || (isDead(after) && isBlocked(after)));
  };
  return rows.map(({ state, after = null }, index) => {
    if (!family.has(index) || isBlocked(index)) return state;
    return after === null || rows[after]!.state === 'done' ? 'ready' : 'waiting';
  });
}

function modelDiscard(rows: Row[], isSelected: (index: number) => boolean): ActionState[] {
  const seed = new Set(
    [...rows.keys()].filter((index) => rows[index]!.state === 'dead' && isSelected(index)),
  );
  const gone = closure(
    seed,
    rows.length,
    (from, to) => rows[to]!.after === from && ['dead', 'waiting'].includes(rows[to]!.state),
  );
  return rows.map(({ state }, index) => (gone.has(index) ? 'dropped' : state));
}
