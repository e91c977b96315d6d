import { sql, type Transaction } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimForSending, saveOutcomes } from '../../../src/store/actions/actions.ts';
import { dueActions, nextDueAt } from '../../../src/store/actions/due-actions.ts';
import { type Database, json } from '../../../src/store/database/database.ts';
import type { Schema } from '../../../src/store/database/schema.ts';
import { KINDS, openTestDatabase } from '../../support/databases.ts';
import { takeLease } from '../../support/leases.ts';

const HISTORY = 60_000;
const QUEUE = 3_000;
const LIMIT = 100;
/** Rows that one may cost: itself, by each index that is asked for it, and what it releases. */
const ROWS_EACH = 10;

const IDENTIFY = { kind: 'identify', person: 'ann@example.com', attributes: {}, timestamp: 1 };
const TRACK = { kind: 'track', name: 'deal_won', data: {} };

/** Identifies and their events: `ready` for the first of each two, `waiting` for the other; or all `done`. */
async function addPairs(db: Database['db'], from: number, pairs: number, open: boolean): Promise<void> {
  const state = open ? sql`case when n % 2 = 0 then 'ready' else 'waiting' end` : sql`'done'`;
  await sql`
    insert into actions (id, connection, lane, event_id, kind, subject, payload, ulid, state, after_id, created_at, done_at)
    overriding system value
    select n, 'acme', 'customerio', n / 2, case when n % 2 = 0 then 'identify' else 'track' end, 'person' || n / 2,
      ${json(IDENTIFY)} || case when n % 2 = 0 then '{}' else ${json(TRACK)} end, 'u' || n, ${state}, case when n % 2 = 1 then n - 1 end, 1, ${open ? null : 1}::bigint
    from generate_series(${from}::bigint, ${from + 2 * pairs - 1}::bigint) n
  `.execute(db);
}

/** Actions that were tried during an outage, and are tried again in a while: before the queue, and of nobody else's. */
async function addPostponed(db: Database['db'], count: number): Promise<void> {
  await sql`
    insert into actions (id, connection, lane, event_id, kind, subject, payload, ulid, state, created_at, next_attempt_at)
    overriding system value
    select -n, 'acme', 'customerio', 1, 'identify', 'postponed' || n, ${json(IDENTIFY)}, 'p' || n, 'ready', 1, 1000 + n
    from generate_series(1, ${count}::int) n
  `.execute(db);
}

/** The rows of the table that the work in this transaction has read so far. */
async function rowsRead(trx: Transaction<Schema>): Promise<number> {
  const { rows } = await sql<{ read: number }>`
    select (seq_tup_read + coalesce(idx_tup_fetch, 0))::int as read from pg_stat_xact_user_tables where relname = 'actions'
  `.execute(trx);
  return rows[0]?.read ?? 0;
}

describe.each(KINDS)(
  'a long queue behind a long history whose statistics know of no open action (%s)',
  (kind) => {
    let database: Database;
    beforeAll(async () => {
      database = await openTestDatabase(kind);
      const { db } = database;
      await takeLease(db, 'acme', 'me');
      await addPairs(db, 2, HISTORY / 2, false);
      await sql`analyze actions`.execute(db);
      await addPairs(db, HISTORY + 2, QUEUE, true);
      await addPostponed(db, QUEUE);
    });
    afterAll(() => database.close());

    it('behind many postponed actions costs no row of these, and the time of the first one costs no queue', async () => {
      await database.db.transaction().execute(async (trx) => {
        const { due, nextDueAt: next } = await dueActions(trx, 'acme', 'customerio', 10, 1);
        expect(due).toHaveLength(1);
        expect(next).toBe(1001);
        expect(await nextDueAt(trx, 'acme', 'customerio', 10)).toBe(1001);
        expect(await rowsRead(trx)).toBeLessThan(2 * ROWS_EACH);
      });
    });

    it('is never read as a whole: not to look, not to send, not to store outcomes', async () => {
      await database.db.transaction().execute(async (trx) => {
        const { due } = await dueActions(trx, 'acme', 'customerio', 10, LIMIT);
        expect(due.map(({ followers }) => followers?.length)).toEqual(Array(LIMIT).fill(1));
        expect(await rowsRead(trx)).toBeLessThan(LIMIT * ROWS_EACH);

        const ids = due.map(({ id }) => id);
        expect(await claimForSending(trx, { name: 'acme', owner: 'me' }, due, 10)).toEqual(new Set(ids));
        expect(await rowsRead(trx)).toBeLessThan(2 * LIMIT * ROWS_EACH);

        const outcome = {
          attempts: 1,
          next_attempt_at: 0,
          result: null,
          failure: null,
          failure_code: null,
          error: null,
          warnings: [],
        };
        const settlements = ids.map((id, n) => ({
          id,
          state: n % 2 ? ('done' as const) : ('dead' as const),
          ...outcome,
        }));
        expect(await saveOutcomes(trx, settlements, 20, 'me')).toEqual(['customerio']);
        expect(await rowsRead(trx)).toBeLessThan(3 * LIMIT * ROWS_EACH);
      });
    });
  },
);
