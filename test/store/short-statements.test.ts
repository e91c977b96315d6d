import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { saveOutcomes } from '../../src/store/actions/actions.ts';
import { dueActions, nextDueAt } from '../../src/store/actions/due-actions.ts';
import { sentEvents } from '../../src/store/actions/sent-events.ts';
import type { Database, Db } from '../../src/store/database/database.ts';
import { newEvents, nextDueTimes } from '../../src/store/events/due-events.ts';
import { updateMoveSources } from '../../src/store/events/moves.ts';
import { pendingChanges } from '../../src/store/events/pending-changes.ts';
import { markPlanned } from '../../src/store/events/planned-events.ts';
import { waitingMoves } from '../../src/store/events/waiting-moves.ts';
import { markUnderstood, newRequests } from '../../src/store/inbox.ts';
import { findPeopleRecords } from '../../src/store/people.ts';
import { storePlans } from '../../src/store/plans.ts';
import { insertWatches, markWatchesStopped, runningWatches } from '../../src/store/watches.ts';
import { KINDS, openTestDatabase } from '../support/databases.ts';
import { asLeased } from '../support/leased.ts';
import { takeLease } from '../support/leases.ts';

/** So many that a look through all of them is cheaper than a hundred by an index, and dearer than one. */
const ROWS = 4_000;
/** One row, by each index that is asked for it. */
const FEW = 10;

const TABLES = {
  inbox: `insert into inbox (connection, source, received_at, headers)
    select 'acme', 'kommo', 1, '{}' from generate_series(1, ${ROWS})`,
  events: `insert into events (connection, key, kind, deal_id, occurred_at, created_at, payload)
    select 'acme', 'k' || n, 'deal_moved', n, 1, 1, '{}' from generate_series(1, ${ROWS}) n`,
  moves: `insert into moves (connection, deal_id, pipeline_id, stage_id, event_id, event_key)
    select 'acme', n, 1, 2, n, 'k' || n from generate_series(1, ${ROWS}) n`,
  actions: `insert into actions (connection, lane, event_id, kind, subject, payload, ulid, state, created_at)
    select 'acme', 'kommo', n, 'note', 'deal' || n, '{}', 'u' || n, 'sending', 1 from generate_series(1, ${ROWS}) n`,
  watches: `insert into watches (connection, start, unless, person, deal_id, started_at, fires_at)
    select 'acme', 'won', 'opened', 'p' || n, n, 1, n from generate_series(1, ${ROWS}) n`,
  persons: `insert into persons (connection, person, identifier, email, contact_id, deal_id, updated_at)
    select 'acme', 'p' || n, 'i' || n, 'e' || n, n, n, 1 from generate_series(1, ${ROWS}) n`,
  person_names: `insert into person_names (connection, person, kind, value, source, since)
    select 'acme', 'p' || n, 'address', 'e' || n, 'report', 1 from generate_series(1, ${ROWS}) n`,
  person_deals: `insert into person_deals (connection, person, deal_id, linked_at)
    select 'acme', 'p' || n, n, 1 from generate_series(1, ${ROWS}) n`,
};

const outcome = {
  attempts: 1,
  next_attempt_at: 0,
  result: null,
  failure: null,
  failure_code: null,
  error: null,
  warnings: [],
};
const plan = {
  reason: null,
  rule: null,
  warnings: [],
  person: null,
  deal_id: null,
  rules_version: null,
  client_state: null,
};
const LEASE = { name: 'acme', owner: 'test' };
const NOTHING = {
  actions: [],
  people: { persons: [], names: [], movedNames: [], links: [], joins: [], appeared: ['nobody'] },
};
const watch = { connection: 'acme', start: 'won', unless: 'opened', person: 'p9', deal_id: 9 };

/** What is stored again and again for one thing, by the table that it must find it in. */
const STATEMENTS: [string, keyof typeof TABLES, (db: Db) => Promise<unknown>][] = [
  [
    'what a webhook said',
    'inbox',
    (db) => markUnderstood(asLeased(db), [{ id: 7, outcome: 'A deal moved.' }], 2),
  ],
  [
    'what was decided',
    'events',
    (db) => markPlanned(asLeased(db), [{ id: 7, state: 'planned', ...plan }], 2),
  ],
  [
    'what was decided, with its actions and people',
    'events',
    (db) => storePlans(db, LEASE, { events: [{ id: 7, state: 'planned', ...plan }], ...NOTHING }, 2),
  ],
  [
    'a second report of a move',
    'moves',
    (db) =>
      updateMoveSources(asLeased(db), [
        {
          ...{ id: 7, from_stage_id: 1, hook_at: 1, hook_times: [1, 2], arrived_at: 1 },
          ...{ kommo_event_id: 'e', kommo_event_at: 1 },
        },
      ]),
  ],
  [
    'the outcome of a call',
    'actions',
    (db) => saveOutcomes(db, [{ id: 7, state: 'done', ...outcome }], 2, 'any'),
  ],
  ['the end of a watch', 'watches', (db) => markWatchesStopped(asLeased(db), [{ id: 7, stopped_by: 1 }], 2)],
  [
    'a watch that begins anew',
    'watches',
    (db) => insertWatches(asLeased(db), [{ ...watch, started_at: 2, fires_at: 3 }], 2),
  ],
];

/** What is looked for again and again, by the table in which there is none of it. */
const LOOKS: [string, keyof typeof TABLES, (db: Db) => Promise<unknown>][] = [
  ['new requests', 'inbox', (db) => newRequests(db, 'acme', 250, 1_000_000)],
  ['events to plan', 'events', (db) => newEvents(db, 'acme', 2, 250)],
  ['changes to plan', 'events', (db) => pendingChanges(db, 'acme', [{ kind: 'deal_changed', subject: 7 }])],
  [
    'waiting moves to plan again',
    'events',
    (db) => waitingMoves(db, 'acme', { dealIds: [7], contactIds: [9], due: 250 }, 2),
  ],
  ['the next postponed event', 'events', (db) => nextDueTimes(db, 'acme', 2)],
  ['actions to send', 'actions', (db) => dueActions(db, 'acme', 'kommo', 2, 100)],
  ['the next postponed action', 'actions', (db) => nextDueAt(db, 'acme', 'kommo', 2)],
  [
    'the event that started a campaign',
    'actions',
    (db) => sentEvents(db, 'acme', ['01KB9Z00000000000000000001']),
  ],
  ['running watches', 'watches', (db) => runningWatches(db, 'acme', ['p9'])],
  ...(['persons', 'person_names', 'person_deals'] as const).map(
    (table): [string, keyof typeof TABLES, (db: Db) => Promise<unknown>] => [
      `the people of an event, in ${table}`,
      table,
      (db) => findPeopleRecords(db, 'acme', { names: ['e9'], contactIds: [9], dealIds: [9] }),
    ],
  ),
];

/** All is done. */
const ENDS = {
  inbox: `update inbox set state = 'done'`,
  events: `update events set state = 'planned'`,
  actions: `update actions set state = 'done', done_at = 1`,
  watches: `update watches set state = 'stopped'`,
};

/** Plans for the values, and plans for any values: which of them a prepared statement gets is the server's choice. */
const PLANS = ['force_custom_plan', 'force_generic_plan'];

describe.each(KINDS)('what is asked for one thing (%s)', (kind) => {
  let database: Database;
  const run = async (statements: string[]) => {
    for (const statement of statements) await sql.raw(statement).execute(database.db);
  };
  const analyze = Object.keys(TABLES).map((table) => `analyze ${table}`);
  beforeAll(async () => {
    database = await openTestDatabase(kind);
    await takeLease(database.db, LEASE.name, LEASE.owner);
    await run([...Object.values(TABLES), ...analyze]);
  });
  afterAll(() => database.close());

  describe.each(PLANS)('%s, to store', (plans) => {
    it.each(STATEMENTS)('%s: the table is not read whole', async (_what, table, store) => {
      const read = await readFor(plans, table, store);
      expect(read).toBeGreaterThan(0);
      expect(read).toBeLessThan(FEW);
    });
  });

  describe('where nothing is open', () => {
    beforeAll(() => run([...Object.values(ENDS), ...analyze]));

    describe.each(PLANS)('%s, to look', (plans) => {
      it.each(LOOKS)('%s: the table is not read whole', async (_what, table, look) => {
        expect(await readFor(plans, table, look)).toBeLessThan(FEW);
      });
    });
  });

  /** How many rows of the table it reads; nothing of it stays. */
  async function readFor(plans: string, table: string, work: (db: Db) => Promise<unknown>): Promise<number> {
    const trx = await database.db.startTransaction().execute();
    await sql`select set_config('plan_cache_mode', ${plans}, true)`.execute(trx);
    const before = await rowsRead(trx, table);
    await work(trx);
    const read = (await rowsRead(trx, table)) - before;
    await trx.rollback().execute();
    return read;
  }
});

/** The rows of a table that this transaction has read so far. */
async function rowsRead(trx: Db, table: string): Promise<number> {
  const { rows } = await sql<{ read: number }>`
    select (seq_tup_read + coalesce(idx_tup_fetch, 0))::int as read from pg_stat_xact_user_tables where relname = ${table}
  `.execute(trx);
  return rows[0]?.read ?? 0;
}
