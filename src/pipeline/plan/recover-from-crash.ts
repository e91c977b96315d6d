import type { Logger } from 'pino';
import { inLeasedTransaction } from '../../store/connections/leased-transaction.ts';
import type { Database } from '../../store/database/database.ts';
import type { Millis } from '../../store/database/schema.ts';
import { eventsToPlan } from '../../store/events/events-to-plan.ts';
import { type RecordedCrash, recordCrash } from '../../store/events/planning-crashes.ts';
import type { Connection } from '../connection.ts';
import { nothingGathered } from './failed-event.ts';
import { PLAN_BATCH } from './plan-batch.ts';
import { savePlans } from './save-plans.ts';
import { setAsideEvent } from './set-aside.ts';

export interface RecoverOptions {
  database: Database;
  connection: Connection;
  log: Pick<Logger, 'warn' | 'error'>;
  now: Millis;
}

/** An event that was being planned at so many ends of the process is put aside. */
const FATAL_AFTER = 3;

/**
 * Records that the process has ended while it may have planned the events that are due, and puts aside an event that has
 * ended it three times. Cost in normal operation: none, because nothing is recorded before a first end.
 * @throws LeaseLost
 */
export async function recoverFromCrash(
  options: RecoverOptions,
): Promise<Pick<RecordedCrash, 'inARow' | 'isBatch'>> {
  const { database, connection, log, now } = options;
  const crash = await inLeasedTransaction(database.db, connection, 'shared', async (trx) => {
    const all = { mayWait: true, withDue: true };
    const due = await eventsToPlan(trx, connection.name, now, PLAN_BATCH, all);
    const ids = due.events.map(({ id }) => id);
    return recordCrash(trx, connection.name, ids, FATAL_AFTER);
  });
  if (crash.inARow > 0) {
    log.warn(
      { connection: connection.name, crashes: crash.inARow },
      'the process has ended while it planned an event',
    );
  }
  await putAside(crash, options);
  return crash;
}

async function putAside({ fatal }: RecordedCrash, options: RecoverOptions): Promise<void> {
  const { database, connection, log, now } = options;
  if (fatal.length === 0) return;
  log.error(
    { connection: connection.name, eventIds: fatal.map(({ id }) => id) },
    'events that ended the process three times while they were planned are put aside',
  );
  const decided = fatal.map((row) =>
    setAsideEvent(
      row,
      'planning_crashed',
      `Stagepost has ended ${row.planning_crashes} times while it planned this event.`,
    ),
  );
  await savePlans(database, connection, decided, nothingGathered(), now);
}
