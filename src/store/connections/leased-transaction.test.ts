import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KINDS, openTestDatabase } from '../../../test/support/databases.ts';
import { takeLease } from '../../../test/support/leases.ts';
import { addActions, recoverSending } from '../actions/actions.ts';
import type { Database } from '../database/database.ts';
import { addEvents } from '../events/events.ts';
import { addIncompleteMoves, addMoves, postponeIncompleteMove } from '../events/moves.ts';
import { markPlanned } from '../events/planned-events.ts';
import { postponeEvents, postponeFailed, postponeFirst } from '../events/postpone-events.ts';
import { markUnderstood } from '../inbox.ts';
import { giveUpNames, type PeopleChanges, releaseReports } from '../people.ts';
import { inLeasedTransaction, LeaseLost } from './leased-transaction.ts';
import { saveReconcilerCursor } from './reconciler-cursor.ts';

describe.each(KINDS)('a leased transaction (%s)', (kind) => {
  let database: Database;
  beforeAll(async () => {
    database = await openTestDatabase(kind);
    await takeLease(database.db, 'acme', 'owner');
  });
  afterAll(() => database.close());

  it('runs for the owner of the connection', async () => {
    const cursor = { from: 1, to: 2 };
    const lease = { name: 'acme', owner: 'owner' };
    await inLeasedTransaction(database.db, lease, 'exclusive', (trx) =>
      saveReconcilerCursor(trx, 'acme', cursor),
    );
    const row = await database.db.selectFrom('connections').selectAll().executeTakeFirstOrThrow();
    expect(row.reconciled_to).toBe(2);
  });

  it.each(['shared', 'exclusive'] as const)('is refused to anybody else (%s)', async (mode) => {
    const lease = { name: 'acme', owner: 'somebody else' };
    const decide = () => inLeasedTransaction(database.db, lease, mode, () => expect.unreachable());
    await expect(decide()).rejects.toThrow(LeaseLost);
  });

  it('is what the compiler demands of a query that writes a decision', () => {
    // Compiled, never run.
    void async function unfenced({ db }: Database) {
      // @ts-expect-error
      await addEvents(db, [], 0);
      // @ts-expect-error
      await addMoves(db, []);
      // @ts-expect-error
      await addIncompleteMoves(db, []);
      // @ts-expect-error
      await postponeIncompleteMove(db, 0, 0, 0);
      // @ts-expect-error
      await markUnderstood(db, [], 0);
      // @ts-expect-error
      await markPlanned(db, [], 0);
      // @ts-expect-error
      await postponeEvents(db, [], 0);
      // @ts-expect-error
      await postponeFailed(db, [], 0);
      // @ts-expect-error
      await postponeFirst(db, 'acme', 0);
      // @ts-expect-error
      await addActions(db, [], 0);
      // @ts-expect-error
      await recoverSending(db, 'acme', 0);
      // @ts-expect-error
      await giveUpNames(db, 'acme', {} as PeopleChanges, 0);
      // @ts-expect-error
      await releaseReports(db, 'acme', []);
      // @ts-expect-error
      await saveReconcilerCursor(db, 'acme', { from: 0, to: 0 });
      // @ts-expect-error A transaction without a lease will not do either.
      await db.transaction().execute((trx) => markPlanned(trx, [], 0));
    };
  });
});
