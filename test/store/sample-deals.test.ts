import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StagepostEvent } from '../../src/domain/events.ts';
import type { Database } from '../../src/store/database/database.ts';
import { recentDeals } from '../../src/store/deals/recent-deals.ts';
import { addEvents } from '../../src/store/events/events.ts';
import { newestReport } from '../../src/store/events/newest-report.ts';
import { KINDS, openTestDatabase } from '../support/databases.ts';
import { asLeased } from '../support/leased.ts';

const stage = (stageId: number) => ({ pipelineId: 1, stageId });

describe.each(KINDS)('what texts are previewed with (%s)', (kind) => {
  let database: Database;
  let at = 0;
  beforeAll(async () => {
    database = await openTestDatabase(kind);
    await move(1, 10);
    await move(2, 20);
    await move(3, 10);
    await move(3, 20);
    await move(9, 10, 'other');
    await report('email_clicked', 'first');
    await report('email_clicked', 'second');
    await report('email_opened', 'third');
    await sql`update events set state = 'planned'`.execute(database.db);
  });
  afterAll(() => database.close());

  async function add(event: StagepostEvent, name: string | null, connection: string): Promise<void> {
    at += 1_000;
    const added = { connection, key: `k${at}`, event, name, person: null, inboxIds: [] };
    await addEvents(asLeased(database.db), [added], at);
  }
  const move = (dealId: number, stageId: number, connection = 'acme') =>
    add(
      { kind: 'deal_moved', dealId, from: null, to: stage(stageId), occurredAt: at / 1_000 },
      null,
      connection,
    );
  const report = (name: string, subject: string) =>
    add(
      {
        ...{
          kind: 'mail_report',
          name,
          reportId: subject,
          person: { id: null, email: 'a@b.example', cioId: null },
        },
        ...{ occurredAt: at / 1_000, deliveryId: null, machine: false, values: { subject } },
      },
      name,
      'acme',
    );

  it('are the deals that moved last, those that entered the stage first, each once', async () => {
    const { db } = database;
    expect(await recentDeals(db, 'acme', null, 12)).toEqual([3, 2, 1]);
    expect(await recentDeals(db, 'acme', stage(10), 12)).toEqual([3, 1, 2]);
    expect(await recentDeals(db, 'acme', stage(20), 1)).toEqual([3]);
  });

  it('are the values of the newest report of a name', async () => {
    expect(await newestReport(database.db, 'acme', 'email_clicked')).toEqual({ subject: 'second' });
    expect(await newestReport(database.db, 'acme', 'email_bounced')).toBeNull();
    expect(await newestReport(database.db, 'other', 'email_opened')).toBeNull();
  });
});
