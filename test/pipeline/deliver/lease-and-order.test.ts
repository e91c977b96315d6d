import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { understand } from '../../../src/pipeline/understand/understand.ts';
import { addActions, claimForSending, PRIORITY, saveOutcomes } from '../../../src/store/actions/actions.ts';
import { dueActions } from '../../../src/store/actions/due-actions.ts';
import { inLeasedTransaction, LeaseLost } from '../../../src/store/connections/leased-transaction.ts';
import type { Database } from '../../../src/store/database/database.ts';
import { storeRequests } from '../../../src/store/inbox.ts';
import { KINDS, openTestDatabase } from '../../support/databases.ts';
import { rules } from '../../support/entities.ts';
import { asLeased } from '../../support/leased.ts';
import { releaseLease, takeLease } from '../../support/leases.ts';

const NOW = 1_700_000_000_000;
let runs = 0;

describe.each(KINDS)('on %s', (kind) => {
  let database: Database;
  let connection: string;
  beforeAll(async () => {
    database = await openTestDatabase(kind);
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    runs += 1;
    connection = `c${runs}`;
    await takeLease(database.db, connection, 'first');
  });

  /** Notes on these deals, in order. @returns their ids. */
  async function notes(...deals: number[]): Promise<number[]> {
    const actions = deals.map((dealId) => ({
      connection,
      lane: 'kommo' as const,
      event_id: 1,
      subject: `deal:${dealId}`,
      deal_id: dealId,
      payload: { kind: 'note' as const, dealId, text: 'Hello' },
      ulid: 'unused',
      after: null,
    }));
    await addActions(asLeased(database.db), actions, NOW);
    const rows = await due();
    return rows.slice(-deals.length).map(({ id }) => id);
  }
  /** As they were fetched before any attempt. */
  const untried = (ids: number[]) => ids.map((id) => ({ id, attempts: 0 }));
  const held = (owner: string) => ({ name: connection, owner });
  const due = async () => (await dueActions(database.db, connection, 'kommo', NOW, 100)).due;
  const dueIds = async () => (await due()).map(({ id }) => id);
  const setPriority = (id: number, priority: number) =>
    database.db.updateTable('actions').set({ priority }).where('id', '=', id).execute();

  /** The lease of the first process has run out while it slept, and the second one has taken over. */
  async function takeOver(): Promise<void> {
    await database.db
      .updateTable('connections')
      .set({ owner_until: 0 })
      .where('connection', '=', connection)
      .execute();
    expect(await takeLease(database.db, connection, 'second')).not.toBeNull();
  }

  describe('a process that wakes up after another one has taken over', () => {
    it('may send nothing of what it had looked at before', async () => {
      const ids = await notes(1, 2);
      await takeOver();
      expect(await claimForSending(database.db, held('first'), untried(ids), NOW)).toEqual(new Set());
      expect(await claimForSending(database.db, held('second'), untried(ids), NOW)).toEqual(new Set(ids));
    });

    it('hands out nothing anew that the other one is just writing, but tells what it knows', async () => {
      const [failed, written] = await notes(1, 2);
      await takeOver();
      await claimForSending(database.db, held('second'), untried([failed!, written!]), NOW);
      const outcome = { attempts: 1, next_attempt_at: 0, failure_code: null, error: null, warnings: [] };
      const again = { ...outcome, id: failed!, state: 'ready' as const, result: null, failure: 'retryable' };
      const done = { ...outcome, id: written!, state: 'done' as const, result: '7', failure: null };
      await saveOutcomes(database.db, [again, done], NOW, 'first');
      const rows = await database.db
        .selectFrom('actions')
        .select('state')
        .where('connection', '=', connection)
        .orderBy('id')
        .execute();
      expect(rows.map(({ state }) => state)).toEqual(['sending', 'done']);
    });

    it('decides nothing: what it would have written is taken back', async () => {
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      const body = Buffer.from('leads[delete][0][id]=5');
      await storeRequests(database.db, [{ connection, source: 'kommo', receivedAt: NOW, headers, body }]);
      await takeOver();
      const late = understand(database.db, { ...held('first'), rules: rules() }, NOW);
      await expect(late).rejects.toThrow(LeaseLost);
      const events = () =>
        database.db.selectFrom('events').select('id').where('connection', '=', connection).execute();
      expect(await events()).toEqual([]);
      await understand(database.db, { ...held('second'), rules: rules() }, NOW);
      expect(await events()).toHaveLength(1);
    });
  });

  // The embedded database has one session: nothing can come in between.
  it.runIf(kind === 'postgres')(
    'a connection is not taken over between a decision and its commit',
    async () => {
      const order: string[] = [];
      let taken: Promise<unknown> = Promise.resolve();
      await inLeasedTransaction(database.db, held('first'), 'shared', async () => {
        taken = takeOver().then(() => order.push('taken over'));
        // Not inside the transaction, which would see one moment only.
        await somebodyWaitsForALock(database.db);
        order.push('committed');
      });
      await taken;
      expect(order).toEqual(['committed', 'taken over']);
    },
  );

  it('an action that was delivered meanwhile is not sent again', async () => {
    const [id] = await notes(1);
    const done = { id: id!, state: 'done' as const, attempts: 1, next_attempt_at: 0, result: '7' };
    await saveOutcomes(
      database.db,
      [{ ...done, failure: null, failure_code: null, error: null, warnings: [] }],
      NOW,
      'first',
    );
    expect(await claimForSending(database.db, held('first'), untried([id!]), NOW)).toEqual(new Set());
  });

  it('an action is not marked by a late statement, which its client has given up and counted as a failed attempt', async () => {
    const [id] = await notes(1);
    const failed = { id: id!, state: 'ready' as const, attempts: 1, next_attempt_at: 0, result: null };
    const unknown = { ...failed, failure: 'unknown', failure_code: null, error: null, warnings: [] };
    await saveOutcomes(database.db, [unknown], NOW, 'first');
    expect(await claimForSending(database.db, held('first'), untried([id!]), NOW)).toEqual(new Set());
    expect(await dueIds()).toEqual([id]);
  });

  it('a lease that is taken names the process that had it before', async () => {
    expect(await takeLease(database.db, connection, 'first')).toMatchObject({ before: 'first' });
    await takeOver();
    expect(await takeLease(database.db, connection, 'second')).toMatchObject({ before: 'second' });
    await releaseLease(database.db, connection, 'second');
    expect(await takeLease(database.db, connection, 'first')).toMatchObject({ before: null });
  });

  describe('what goes first', () => {
    it('is what is new, then what failed before, then bulk', async () => {
      const [bulk, retry, live] = await notes(1, 2, 3);
      await setPriority(bulk!, PRIORITY.bulk);
      await setPriority(retry!, PRIORITY.retry);
      expect(await dueIds()).toEqual([live, retry, bulk]);
    });

    it('a failed action stands behind what is new', async () => {
      const [failed, live] = await notes(1, 2);
      const again = { id: failed!, state: 'ready' as const, attempts: 1, next_attempt_at: 0, result: null };
      await saveOutcomes(
        database.db,
        [{ ...again, failure: 'retryable', failure_code: null, error: 'x', warnings: [] }],
        NOW,
        'first',
      );
      expect(await dueIds()).toEqual([live, failed]);
    });

    it('but never what stands behind a failed action of its own deal', async () => {
      const [failed, behind, other] = await notes(1, 1, 2);
      await setPriority(failed!, PRIORITY.retry);
      expect(await dueIds()).toEqual([other, failed]);
      expect(await dueIds()).not.toContain(behind);
    });

    it('and no replay holds back the live work of its deal', async () => {
      const [bulk, live] = await notes(1, 1);
      await setPriority(bulk!, PRIORITY.bulk);
      expect(await dueIds()).toEqual([live, bulk]);
    });

    it('a lane that waits uses up no urgency', async () => {
      const [first, second] = await notes(1, 2);
      const back = { id: first!, state: 'ready' as const, attempts: 0, next_attempt_at: 0, result: null };
      await saveOutcomes(
        database.db,
        [{ ...back, failure: 'throttled', failure_code: null, error: 'x', warnings: [] }],
        NOW,
        'first',
      );
      expect(await dueIds()).toEqual([first, second]);
    });
  });
});

async function somebodyWaitsForALock(db: Database['db']): Promise<void> {
  for (;;) {
    const { rows } = await sql`
      select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()
    `.execute(db);
    if (rows.length > 0) return;
  }
}
