import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { StagepostEvent } from '../../src/domain/events.ts';
import type { Database } from '../../src/store/database/database.ts';
import { addEvents } from '../../src/store/events/events.ts';
import {
  addCase,
  casesOf,
  changeCase,
  deleteCase,
  deleteCasesOf,
  deleteCasesOfDeleted,
  listCases,
  MAX_CASES,
} from '../../src/store/rule-cases.ts';
import { SYSTEM } from '../../src/store/users/actor.ts';
import { listAudit } from '../../src/store/users/audit.ts';
import { KINDS, openTestDatabase } from '../support/databases.ts';
import { asLeased } from '../support/leased.ts';

const BY = { actor: SYSTEM, at: 1_000 };

describe.each(KINDS)('test cases (%s)', (kind) => {
  let database: Database;
  beforeAll(async () => {
    database = await openTestDatabase(kind);
  });
  afterAll(() => database.close());
  beforeEach(() => deleteCasesOf(database.db, 'acme'));

  const add = (name: string, part: { deal_id?: number; contact_ids?: number[] } = {}) =>
    addCase(
      database.db,
      {
        ...{ connection: 'acme', name, title: 'Deal 5 moved.', deal_id: 5, contact_ids: [9] },
        ...{ facts: Buffer.from([1, 2]), expected: Buffer.from([3]), ...part },
      },
      BY,
    );
  const names = async () => (await listCases(database.db, 'acme')).map(({ name }) => name);
  const happens = (key: string, event: StagepostEvent, at: number) => {
    const added = { connection: 'acme', key, event, name: null, person: null, inboxIds: [] };
    return addEvents(asLeased(database.db), [added], at);
  };

  it('are renamed, expect something else, and are deleted, each with an entry in the audit log', async () => {
    const { db } = database;
    const id = (await add('First'))!;
    expect(await changeCase(db, 'acme', id, { name: 'Second' }, BY)).toBe(true);
    expect(await changeCase(db, 'acme', id, { expected: Buffer.from([4]) }, BY)).toBe(true);
    expect(await changeCase(db, 'other', id, { name: 'Stolen' }, BY)).toBe(false);
    const [stored] = await casesOf(db, 'acme', id);
    expect([stored?.name, ...(stored?.expected ?? [])]).toEqual(['Second', 4]);
    expect(await deleteCase(db, 'other', id, BY)).toBe(false);
    expect(await deleteCase(db, 'acme', id, BY)).toBe(true);
    const entries = await listAudit(db, Number.MAX_SAFE_INTEGER, 4);
    expect(entries.map(({ what, detail }) => `${what}: ${detail}`)).toEqual([
      'test_case_deleted: Second',
      'test_case_changed: Second: another outcome is expected',
      'test_case_changed: Second',
      'test_case_saved: First',
    ]);
  });

  it('are at most a hundred', async () => {
    for (let count = 0; count < MAX_CASES; count += 1) await add(`Case ${count}`);
    expect(await add('One too many')).toBeNull();
  });

  it('go with the deal or the contact whose data they hold', async () => {
    await add('Deleted deal', { deal_id: 50 });
    await add('Deleted contact', { contact_ids: [9, 90] });
    await add('Other client', { deal_id: 51, contact_ids: [91] });
    await happens('early', { kind: 'deal_deleted', dealId: 51, occurredAt: 0 }, 500);
    await happens('deal', { kind: 'deal_deleted', dealId: 50, occurredAt: 2 }, 2_000);
    await happens('contact', { kind: 'contact_deleted', contactId: 90, occurredAt: 2 }, 2_000);
    expect(await deleteCasesOfDeleted(database.db)).toBe(2);
    expect(await names()).toEqual(['Other client']);
  });
});
