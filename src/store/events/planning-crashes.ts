import { sql } from 'kysely';
import type { LeasedTransaction } from '../connections/leased-transaction.ts';
import { commitNow } from '../database/commit-later.ts';
import type { StoredEvent } from './events.ts';

/** The events that may have ended the process. */
export interface RecordedCrash {
  /** How many runs in a row ended while a single event was planned. */
  inARow: number;
  /** The new events with at least this many ends: see `recordCrash`. */
  fatal: StoredEvent[];
}

/**
 * Records that the previous run of a connection has ended without releasing its lease. If it ended while a single event was
 * planned, that event counts one more end. Otherwise each event of the batch that it may have been planning becomes a
 * suspect: its first end is counted, and never more than one in this way, since most of them are innocent.
 * @param suspects the events that are due now
 * @param fatalAfter how many ends make an event fatal
 */
export async function recordCrash(
  trx: LeasedTransaction,
  connection: string,
  suspects: number[],
  fatalAfter: number,
): Promise<RecordedCrash> {
  const { rows: single } = await sql`
    update events set planning_crashes = planning_crashes + 1
    where state = 'new' and id = (select planning_event from connections where connection = ${connection})
    returning id
  `.execute(trx);
  if (single.length === 0) {
    await sql`
      update events set planning_crashes = 1 where id = any(${suspects}::bigint[]) and planning_crashes = 0
    `.execute(trx);
  }
  const { rows } = await sql<{ in_a_row: number }>`
    update connections set planning_event = null, planning_crashes = planning_crashes + ${single.length}
    where connection = ${connection} returning planning_crashes as in_a_row
  `.execute(trx);
  const fatal = await trx
    .selectFrom('events')
    .selectAll()
    .where('connection', '=', connection)
    .where('state', '=', sql.lit('new'))
    .where('planning_crashes', '>=', fatalAfter)
    .execute();
  return { inARow: rows[0]!.in_a_row, fatal };
}

/** Records that a single event is about to be planned, on disk: the process may end at any moment after the commit. */
export async function markPlanning(trx: LeasedTransaction, connection: string, event: number): Promise<void> {
  await sql`select ${commitNow}`.execute(trx);
  await trx
    .updateTable('connections')
    .set({ planning_event: event })
    .where('connection', '=', connection)
    .execute();
}

/** Records that the process has survived the planning of all suspects of a batch, or was stopped properly. */
export async function forgetCrashes(trx: LeasedTransaction, connection: string): Promise<void> {
  await sql`
    update connections set planning_event = null, planning_crashes = 0
    where connection = ${connection} and (planning_event is not null or planning_crashes > 0)
  `.execute(trx);
}
