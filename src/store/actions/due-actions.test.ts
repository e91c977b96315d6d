import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestDatabase } from '../../../test/support/databases.ts';
import { asLeased } from '../../../test/support/leased.ts';
import { type Database, json } from '../database/database.ts';
import { addActions } from './actions.ts';
import { dueActions } from './due-actions.ts';

let database: Database;
beforeAll(async () => {
  database = await openTestDatabase('postgres');
});
afterAll(() => database.close());

it('looks no further than its bytes allow, but always at the first action', async () => {
  // Random, so that it does not shrink where it is stored.
  const text = () => Array.from({ length: 1_000 }, () => Math.random().toString(36).slice(2, 12)).join('');
  const actions = Array.from({ length: 10 }, (_, n) => ({
    connection: 'acme',
    lane: 'customerio' as const,
    event_id: 1,
    subject: `ann${n}@example.com`,
    deal_id: null,
    payload: {
      kind: 'identify' as const,
      person: `ann${n}@example.com`,
      attributes: { text: text() },
      timestamp: 1,
    },
    ulid: String(n),
    after: null,
  }));
  await addActions(asLeased(database.db), actions, 1);
  const look = async (bytes: number, limit = 100) => {
    const { due, leavesDue } = await dueActions(database.db, 'acme', 'customerio', 2, limit, bytes);
    return { subjects: due.map(({ subject }) => subject), leavesDue };
  };
  const subjects = actions.map(({ subject }) => subject);
  expect(await look(1)).toEqual({ subjects: subjects.slice(0, 1), leavesDue: true });
  expect(await look(25_000)).toEqual({ subjects: subjects.slice(0, 3), leavesDue: true });
  expect(await look(1_000_000)).toEqual({ subjects, leavesDue: false });
  expect(await look(1_000_000, 2)).toEqual({ subjects: subjects.slice(0, 2), leavesDue: true });
});

it('names apart what another version has stored, and reads the rest', async () => {
  const note = (dealId: number) => ({
    connection: 'other',
    lane: 'kommo' as const,
    event_id: 1,
    subject: `deal:${dealId}`,
    deal_id: dealId,
    payload: { kind: 'note' as const, dealId, text: 'Opened' },
    ulid: String(dealId),
    after: null,
  });
  await addActions(asLeased(database.db), [note(1), note(2)], 1);
  await database.db
    .updateTable('actions')
    .set({ payload: json({ kind: 'call', dealId: 1 }) })
    .where('subject', '=', 'deal:1')
    .execute();
  const { due, unreadable } = await dueActions(database.db, 'other', 'kommo', 2, 100);
  expect(due.map(({ payload }) => payload)).toEqual([note(2).payload]);
  expect(unreadable).toMatchObject([{ subject: 'deal:1', attempts: 0 }]);
});
