import { inLeasedTransaction } from '../../store/connections/leased-transaction.ts';
import type { Database } from '../../store/database/database.ts';
import type { StoredEvent } from '../../store/events/events.ts';
import { BATCH, forgetCrashes, markPlanning } from '../../store/events/planning-crashes.ts';
import type { Connection } from '../connection.ts';
import { type Compute, computeWithin } from '../gather/compute.ts';
import { DEADLINE_MS } from './decide-events.ts';

/*
 * After a run that has ended while it may have planned certain events, what is computed for them is recorded before, so that
 * the next run knows which one has ended the process. The record is written for as long as Stagepost computes, and not while
 * Kommo is read: a kill by somebody else would be taken for the event's.
 */

export interface RecordOptions {
  database: Database;
  connection: Connection;
  deadlineMs?: number;
}

/** How a part of a batch is computed while nothing is to be recorded. */
export function computeUnrecorded({ deadlineMs = DEADLINE_MS }: RecordOptions): { compute: Compute } {
  return { compute: computeWithin(deadlineMs) };
}

/** How a part of a batch is computed where one of its events may end the process. */
export function computeRecorded(
  options: RecordOptions,
  part: StoredEvent[],
): { compute: Compute; copy: Compute } {
  const within = computeWithin(options.deadlineMs ?? DEADLINE_MS);
  const event = part.length === 1 ? part[0]!.id : BATCH;
  const compute: Compute = async (work) => {
    await record(options, event);
    try {
      return await within(work);
    } finally {
      await record(options, null);
    }
  };
  return { compute, copy: compute };
}

/** @param event the event that is about to be planned, `BATCH` for several, null for none. @throws LeaseLost */
export async function record(options: RecordOptions, event: number | null): Promise<void> {
  const { database, connection } = options;
  // Two transactions that share the lock of the connection's row would wait for each other when they write into it.
  await inLeasedTransaction(database.db, connection, 'exclusive', (trx) =>
    markPlanning(trx, connection.name, event),
  );
}

/** To be called when the process has survived the planning of a batch. @throws LeaseLost */
export async function endRecord({ database, connection }: RecordOptions): Promise<void> {
  await inLeasedTransaction(database.db, connection, 'exclusive', (trx) =>
    forgetCrashes(trx, connection.name),
  );
}
