import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KINDS, openTestDatabase } from '../../../test/support/databases.ts';
import type { Database } from '../database/database.ts';
import { pendingChanges } from './pending-changes.ts';

/** As many of each kind as a long outage of Kommo leaves to be planned. */
const PENDING = 5_000;

describe.each(KINDS)('edits that wait to be planned (%s)', (kind) => {
  let database: Database;
  beforeAll(async () => {
    database = await openTestDatabase(kind);
    await sql`
      insert into events (connection, key, kind, deal_id, contact_id, occurred_at, created_at, payload)
      select 'acme', kind || n, kind, case when kind = 'deal_changed' then n end,
        case when kind = 'contact_changed' then n end, 1, 1, '{}'
      from generate_series(1, ${PENDING}::int) n, unnest(array['deal_changed', 'contact_changed']) kind
    `.execute(database.db);
  });
  afterAll(() => database.close());

  it.each(['without statistics', 'with statistics'])(
    'are found by their subject alone, %s',
    async (statistics) => {
      if (statistics === 'with statistics') await sql`analyze events`.execute(database.db);
      const subjects = [
        { kind: 'deal_changed' as const, subject: 7 },
        { kind: 'contact_changed' as const, subject: 7 },
        { kind: 'deal_changed' as const, subject: PENDING + 1 },
      ];
      await database.db.transaction().execute(async (trx) => {
        const found = await pendingChanges(trx, 'acme', [...subjects, ...subjects]);
        expect(found.map(({ kind: of, subject }) => `${of} ${subject}`).sort()).toEqual([
          'contact_changed 7',
          'deal_changed 7',
        ]);
        const { rows } = await sql<{ read: number }>`
        select (seq_tup_read + coalesce(idx_tup_fetch, 0))::int as read from pg_stat_xact_user_tables
        where relname = 'events'
      `.execute(trx);
        expect(rows[0]!.read).toBeLessThan(20);
      });
    },
  );
});
