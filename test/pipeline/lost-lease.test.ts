import { TestClock } from 'pg-boss';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DeliveryError } from '../../src/domain/errors.ts';
import type { MailReport } from '../../src/domain/events.ts';
import type { Connection } from '../../src/pipeline/connection.ts';
import { NameWriter } from '../../src/pipeline/names/name-writer.ts';
import { planBatch } from '../../src/pipeline/plan/plan-batch.ts';
import { reconcile } from '../../src/pipeline/understand/reconcile.ts';
import { resolveIncompleteMoves } from '../../src/pipeline/understand/resolve-incomplete-moves.ts';
import { ConnectionWorker } from '../../src/pipeline/worker.ts';
import { addActions } from '../../src/store/actions/actions.ts';
import { LeaseLost } from '../../src/store/connections/leased-transaction.ts';
import { reconcilerCursor } from '../../src/store/connections/reconciler-cursor.ts';
import type { Database } from '../../src/store/database/database.ts';
import { addEvents } from '../../src/store/events/events.ts';
import { addIncompleteMoves } from '../../src/store/events/moves.ts';
import { storeRequests } from '../../src/store/inbox.ts';
import { openTestDatabase } from '../support/databases.ts';
import { rules } from '../support/entities.ts';
import { asLeased } from '../support/leased.ts';
import { takeLease } from '../support/leases.ts';

const NOW = 1_700_001_000_000;
const log = pino({ level: 'silent' });

/** Kommo gives no answer to anything. */
const silent = () => Promise.reject(new DeliveryError('retryable', 'Kommo: no answer.'));
const kommo = { dealMoves: silent, searchContacts: silent, requestsPerSecond: 7 };

const opened: MailReport = {
  kind: 'mail_report',
  name: 'email_opened',
  reportId: 'r1',
  person: { id: null, email: 'ann@example.com', cioId: null },
  occurredAt: NOW / 1000,
  deliveryId: 'd1',
  machine: false,
  values: {},
};

describe('a process that has lost its connection', () => {
  let database: Database;
  let connection: Connection;
  let runs = 0;
  beforeAll(async () => {
    database = await openTestDatabase('postgres');
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    const name = `c${runs++}`;
    await takeLease(database.db, name, 'another process');
    const reaction = { ...rules().reactions[0]!, name: 'email_opened' };
    connection = {
      name,
      owner: 'this process',
      kommo,
      app: null,
      rules: rules({ reactions: [reaction] }),
    } as unknown as Connection;
  });
  const leased = () => asLeased(database.db);

  it('takes no action back that the other one is just sending', async () => {
    const { name } = connection;
    const note = { kind: 'note' as const, dealId: 5, text: 'Hello' };
    const own = { connection: name, lane: 'kommo' as const, event_id: 1, subject: 'deal:5', deal_id: 5 };
    await addActions(leased(), [{ ...own, payload: note, ulid: 'u', after: null }], NOW);
    const actions = () => database.db.updateTable('actions').where('connection', '=', name);
    await actions().set({ state: 'sending' }).execute();
    const names = new NameWriter({ db: database.db, log });
    const worker = new ConnectionWorker({ database, connection, clock: new TestClock(NOW), log, names });
    await expect(worker.start(0)).rejects.toThrow(LeaseLost);
    await worker.stop();
    const row = await database.db
      .selectFrom('actions')
      .select('state')
      .where('connection', '=', name)
      .executeTakeFirst();
    expect(row?.state).toBe('sending');
  });

  it('postpones no report whose person could not be looked up', async () => {
    const { name } = connection;
    const event = { connection: name, key: 'r1', event: opened, name: 'email_opened', person: null };
    await addEvents(leased(), [{ ...event, inboxIds: [] }], NOW);
    await expect(planBatch({ database, connection, log, now: NOW })).rejects.toThrow(LeaseLost);
    const row = await database.db
      .selectFrom('events')
      .select(['attempts', 'next_attempt_at'])
      .where('connection', '=', name)
      .executeTakeFirst();
    expect(row).toEqual({ attempts: 0, next_attempt_at: 0 });
  });

  it('postpones no move without a time that Kommo could not be asked about', async () => {
    const { name } = connection;
    await storeRequests(database.db, [
      { connection: name, source: 'kommo', receivedAt: NOW, headers: {}, body: Buffer.from('x') },
    ]);
    const { id } = await database.db
      .selectFrom('inbox')
      .select('id')
      .where('connection', '=', name)
      .executeTakeFirstOrThrow();
    const report = { dealId: 5, fromPipelineId: null, fromStageId: null, pipelineId: 1, stageId: 142 };
    await addIncompleteMoves(leased(), [{ connection: name, inbox_id: id, report }]);
    await expect(resolveIncompleteMoves(database.db, connection, NOW)).rejects.toThrow(LeaseLost);
    const row = await database.db
      .selectFrom('untimed_moves')
      .select('next_attempt_at')
      .where('connection', '=', name)
      .executeTakeFirst();
    expect(row?.next_attempt_at).toBe(0);
  });

  it('does not mark where the reading of the events log begins', async () => {
    await expect(reconcile(database.db, connection, NOW)).rejects.toThrow(LeaseLost);
    expect(await reconcilerCursor(database.db, connection.name)).toBeNull();
  });
});
