import type { Logger } from 'pino';
import { inLeasedTransaction, type LeasedTransaction } from '../../store/connections/leased-transaction.ts';
import type { Database } from '../../store/database/database.ts';
import type { Millis } from '../../store/database/schema.ts';
import type { StoredEvent } from '../../store/events/events.ts';
import { forgetCrashes, markPlanning } from '../../store/events/planning-crashes.ts';
import { explainWaiting, postponeWithDeals } from '../../store/events/postpone-events.ts';
import type { Connection } from '../connection.ts';
import type { Gathered } from './context.ts';
import { type Decisions, decideEvents, PlanningTimedOut } from './decide-events.ts';
import { savePlans } from './save-plans.ts';
import { setAsideEvent } from './set-aside.ts';

export interface PlanGatheredOptions {
  database: Database;
  connection: Connection;
  log: Pick<Logger, 'warn' | 'error'>;
  now: Millis;
  events: StoredEvent[];
  gathered: Gathered;
  timeouts?: Map<number, number>;
  deadlineMs?: number;
}

/** After so many interruptions an event is put aside. Not after the first: a busy machine may have stood still. */
const MAX_TIMEOUTS = 3;

const NOTHING: Decisions = { decided: [], failed: [] };

/**
 * Decides on events whose data is gathered, and saves the decisions: all together, or one by one where the last run of the
 * process has ended while one of them may have been planned.
 * @throws LeaseLost
 */
export async function planGathered(options: PlanGatheredOptions): Promise<Decisions> {
  const mayCrash = options.events.some(({ planning_crashes }) => planning_crashes > 0);
  return mayCrash ? planOneByOne(options) : planTogether(options);
}

/** Records each event before it is planned, so that the next run knows which one has ended the process. */
async function planOneByOne(options: PlanGatheredOptions): Promise<Decisions> {
  const { connection, events } = options;
  const all: Decisions = { decided: [], failed: [] };
  try {
    for (const row of events) {
      if (all.failed.some((other) => row.deal_id !== null && other.row.deal_id === row.deal_id)) continue;
      await inExclusiveLease(options, (trx) => markPlanning(trx, connection.name, row.id));
      const { decided, failed } = await planTogether({ ...options, events: [row] });
      all.decided.push(...decided);
      all.failed.push(...failed);
    }
  } finally {
    await inExclusiveLease(options, (trx) => forgetCrashes(trx, connection.name));
  }
  return all;
}

async function planTogether(options: PlanGatheredOptions): Promise<Decisions> {
  const { database, connection, now, events, gathered } = options;
  let decisions: Decisions;
  try {
    decisions = await decideEvents(events, gathered, connection.rules, options);
  } catch (error) {
    if (!(error instanceof PlanningTimedOut)) throw error;
    await afterTimeout(error, options);
    return NOTHING;
  }
  const { decided, failed } = decisions;
  if (failed.length > 0) {
    const rows = failed.map(({ row }) => row);
    await inLease(options, async (trx) => {
      await postponeWithDeals(trx, rows, now);
      await explainWaiting(
        trx,
        failed.map(({ row: { id }, reason }) => ({ id, reason })),
      );
    });
  }
  await savePlans(database, connection, decided, gathered.state, now);
  return decisions;
}

/** Nothing of the batch is saved, since its state may be half changed: all of it is planned again, without this event. */
async function afterTimeout({ row, message }: PlanningTimedOut, options: PlanGatheredOptions): Promise<void> {
  const { database, connection, log, now, gathered, timeouts = new Map<number, number>() } = options;
  const count = (timeouts.get(row.id) ?? 0) + 1;
  const fields = { connection: connection.name, eventId: row.id, count };
  if (count < MAX_TIMEOUTS) {
    timeouts.set(row.id, count);
    log.warn(fields, `${message} It is tried again later.`);
    await inLease(options, (trx) => postponeWithDeals(trx, [row], now));
    return;
  }
  timeouts.delete(row.id);
  log.error(fields, `${message} It is put aside.`);
  const setAside = setAsideEvent(
    row,
    'planning_timed_out',
    `it was interrupted ${count} times, because it took too long.`,
  );
  await savePlans(database, connection, [setAside], gathered.state, now);
}

function inLease(
  { database, connection }: PlanGatheredOptions,
  decide: (trx: LeasedTransaction) => Promise<void>,
) {
  return inLeasedTransaction(database.db, connection, 'shared', decide);
}

/** For writing into the connection's own row: two transactions that share its lock would wait for each other. */
function inExclusiveLease(
  { database, connection }: PlanGatheredOptions,
  decide: (trx: LeasedTransaction) => Promise<void>,
) {
  return inLeasedTransaction(database.db, connection, 'exclusive', decide);
}
