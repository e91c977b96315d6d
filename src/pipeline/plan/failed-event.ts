import type { Logger } from 'pino';
import { createPeople } from '../../domain/people/people.ts';
import { inLeasedTransaction } from '../../store/connections/leased-transaction.ts';
import type { Database } from '../../store/database/database.ts';
import type { Millis } from '../../store/database/schema.ts';
import type { StoredEvent } from '../../store/events/events.ts';
import { explainWaiting, postponeWithDeals } from '../../store/events/postpone-events.ts';
import type { Connection } from '../connection.ts';
import type { GatherFault } from '../gather/compute.ts';
import { type DecidedEvent, savePlans } from './save-plans.ts';
import { setAsideEvent } from './set-aside.ts';

/*
 * What becomes of an event that cannot be planned by a fault of Stagepost: it is tried again later, with the other events of its
 * deal, and put aside in the end.
 */

export interface FailedEventOptions {
  database: Database;
  connection: Connection;
  log: Pick<Logger, 'warn' | 'error'>;
  now: Millis;
  timeouts?: Map<number, number>;
}

/**
 * An event whose planning throws is put aside after this many attempts. With the waits between them, of which the longest are
 * an hour, they take a day.
 */
export const MAX_ATTEMPTS = 34;
/** After so many interruptions an event is put aside. Not after the first: a busy machine may have stood still. */
const MAX_TIMEOUTS = 3;

/** To be tried again, with the reason. */
export interface FailedEvent {
  row: StoredEvent;
  reason: string;
}

/** The state of a batch of which nothing was gathered. */
export const nothingGathered = () => ({
  ...{ people: createPeople(), stored: new Map(), triggers: new Map() },
  consent: { shows: new Map() },
});

/** What becomes of an event whose planning has thrown. */
export function afterError(
  row: StoredEvent,
  error: unknown,
  log: Pick<Logger, 'error'>,
): DecidedEvent | FailedEvent {
  const { connection, id: eventId, attempts } = row;
  const cause = `planning has failed ${attempts + 1} times, the last time with: ${error}`;
  if (attempts + 1 < MAX_ATTEMPTS) {
    log.error({ err: error, connection, eventId }, 'an event could not be planned; it is retried later');
    return { row, reason: `Waiting to be planned again: ${cause}` };
  }
  log.error({ err: error, connection, eventId }, 'an event could not be planned for a day; it is put aside');
  return setAsideEvent(row, 'planning_failed', cause);
}

/** @throws LeaseLost */
export async function postponeFailed(
  { database, connection, now }: FailedEventOptions,
  failed: FailedEvent[],
): Promise<void> {
  if (failed.length === 0) return;
  const rows = failed.map(({ row }) => row);
  const reasons = failed.map(({ row: { id }, reason }) => ({ id, reason }));
  await inLeasedTransaction(database.db, connection, 'shared', async (trx) => {
    await postponeWithDeals(trx, rows, now);
    await explainWaiting(trx, reasons);
  });
}

/** An event that was interrupted at the deadline. @returns whether it is tried again. @throws LeaseLost */
export async function afterTimeout(
  row: StoredEvent,
  message: string,
  options: FailedEventOptions,
): Promise<boolean> {
  const { database, connection, log, now, timeouts = new Map<number, number>() } = options;
  const count = (timeouts.get(row.id) ?? 0) + 1;
  const fields = { connection: connection.name, eventId: row.id, count };
  if (count < MAX_TIMEOUTS) {
    timeouts.set(row.id, count);
    log.warn(fields, `${message} It is tried again later.`);
    await inLeasedTransaction(database.db, connection, 'shared', (trx) => postponeWithDeals(trx, [row], now));
    return true;
  }
  timeouts.delete(row.id);
  log.error(fields, `${message} It is put aside.`);
  const cause = `it was interrupted ${count} times, because it took too long.`;
  const setAside = setAsideEvent(row, 'planning_timed_out', cause);
  await savePlans(database, connection, [setAside], nothingGathered(), now);
  return false;
}

/** An event for which nothing can be gathered. @returns whether it is tried again. @throws LeaseLost */
export async function setAsideOrPostpone(
  options: FailedEventOptions,
  row: StoredEvent,
  fault: GatherFault,
): Promise<boolean> {
  const { database, connection, log, now } = options;
  if (fault.isTimeout) return afterTimeout(row, `Gathering for event ${row.id} took too long.`, options);
  const result = afterError(row, fault.cause, log);
  if ('reason' in result) {
    await postponeFailed(options, [result]);
    return true;
  }
  await savePlans(database, connection, [result], nothingGathered(), now);
  return false;
}
