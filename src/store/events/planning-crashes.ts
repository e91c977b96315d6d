import { sql } from 'kysely';
import type { LeasedTransaction } from '../connections/leased-transaction.ts';
import { commitNow } from '../database/commit-later.ts';
import type { StoredEvent } from './events.ts';

/** In the place of an event's id: several events were gathered for together. No event has this id. */
export const BATCH = 0;

/** The events that may have ended the process. */
export interface RecordedCrash {
  /** How many runs in a row ended while events that had ended the process before were gathered for or planned. */
  inARow: number;
  /** Whether the last run ended while several such events were gathered for together. */
  isBatch: boolean;
  /** The events to plan with at least this many ends: see `recordCrash`. */
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
  const { rows: marked } = await sql<{ planning_event: number | null }>`
    select planning_event from connections where connection = ${connection}
  `.execute(trx);
  const isBatch = marked[0]?.planning_event === BATCH;
  const { rows: single } = await sql`
    update events set planning_crashes = planning_crashes + 1
    where state in ('new', 'waiting') and id = (select planning_event from connections where connection = ${connection})
    returning id
  `.execute(trx);
  if (single.length === 0) {
    await sql`
      update events set planning_crashes = 1 where id = any(${suspects}::bigint[]) and planning_crashes = 0
    `.execute(trx);
  }
  const { rows } = await sql<{ in_a_row: number }>`
    update connections set planning_event = null, planning_crashes = planning_crashes + ${single.length + (isBatch ? 1 : 0)}
    where connection = ${connection} returning planning_crashes as in_a_row
  `.execute(trx);
  // One lookup for each state, since each has a partial index of its own.
  const { rows: fatal } = await sql<StoredEvent>`
    select * from events where connection = ${connection} and state = 'new' and planning_crashes >= ${fatalAfter}
    union all
    select * from events where connection = ${connection} and state = 'waiting' and planning_crashes >= ${fatalAfter}
  `.execute(trx);
  return { inARow: rows[0]!.in_a_row, isBatch, fatal };
}

/**
 * Records what is about to be planned, on disk: the process may end at any moment after the commit.
 * @param event an event's id; `BATCH` for several together; null for nothing any more
 */
export async function markPlanning(
  trx: LeasedTransaction,
  connection: string,
  event: number | null,
): Promise<void> {
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
