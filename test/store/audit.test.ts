import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../src/store/database/database.ts';
import { MAX_REFUSALS, REFUSALS, trimAudit } from '../../src/store/users/audit.ts';
import { KINDS, openTestDatabase } from '../support/databases.ts';

const NOW = 1_800_000_000_000;

describe.each(KINDS)('the audit log (%s)', (kind) => {
  let database: Database;
  beforeAll(async () => {
    database = await openTestDatabase(kind);
  });
  afterAll(() => database?.close());
  beforeEach(async () => {
    await sql`delete from audit`.execute(database.db);
  });

  async function add(what: string, count: number, at: number): Promise<void> {
    await sql`
      insert into audit (at, who, what, detail, address)
      select ${at}::bigint, 'Ann', ${what}::text, n::text, null from generate_series(1, ${count}::int) n
    `.execute(database.db);
  }
  const details = async (what: string) => {
    const rows = await database.db.selectFrom('audit').select('detail').where('what', '=', what).execute();
    return rows.map(({ detail }) => Number(detail)).sort((a, b) => a - b);
  };

  it('loses the entries from before the retention time', async () => {
    await add('discard', 1, NOW - 1);
    await add('replay', 1, NOW);
    await trimAudit(database.db, NOW);
    expect([await details('discard'), await details('replay')]).toEqual([[], [1]]);
  });

  it.each(REFUSALS)('keeps the newest entries of %s only, however many there were', async (refusal) => {
    await add(refusal, MAX_REFUSALS + 2_500, NOW);
    await add('sign_in', MAX_REFUSALS + 1, NOW);
    await trimAudit(database.db, NOW);
    const kept = await details(refusal);
    expect([kept.length, kept[0]]).toEqual([MAX_REFUSALS, 2_501]);
    expect(await details('sign_in')).toHaveLength(MAX_REFUSALS + 1);
  });
});
