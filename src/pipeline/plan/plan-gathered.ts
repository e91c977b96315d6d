import type { StoredEvent } from '../../store/events/events.ts';
import type { Gathered } from './context.ts';
import { record } from './crash-record.ts';
import { type Decisions, decideEvents, PlanningTimedOut } from './decide-events.ts';
import { afterTimeout, type FailedEventOptions, postponeFailed } from './failed-event.ts';
import type { AfterRestore } from './restored/sent-before.ts';
import { savePlans } from './save-plans.ts';

export interface PlanGatheredOptions extends FailedEventOptions {
  events: StoredEvent[];
  gathered: Gathered;
  deadlineMs?: number;
  after?: AfterRestore | undefined;
  /** Whether one of the events may end the process: then each is recorded before it is planned. */
  isRecorded: boolean;
}

export interface PlannedEvents extends Decisions {
  /** How many parked reports are to be planned again. */
  released: number;
  /** Whether the planning of an event was interrupted: nothing of what was planned together with it is saved. */
  isInterrupted: boolean;
}

/**
 * Decides on events whose data is gathered, and saves the decisions: all together, or one by one where the last run of the
 * process has ended while one of them may have been planned.
 * @throws LeaseLost
 */
export async function planGathered(options: PlanGatheredOptions): Promise<PlannedEvents> {
  return options.isRecorded ? planOneByOne(options) : planTogether(options);
}

async function planOneByOne(options: PlanGatheredOptions): Promise<PlannedEvents> {
  const all: PlannedEvents = { decided: [], failed: [], released: 0, isInterrupted: false };
  try {
    for (const row of options.events) {
      if (all.failed.some((other) => row.deal_id !== null && other.row.deal_id === row.deal_id)) continue;
      await record(options, row.id);
      const planned = await planTogether({ ...options, events: [row] });
      all.decided.push(...planned.decided);
      all.failed.push(...planned.failed);
      all.released += planned.released;
      all.isInterrupted ||= planned.isInterrupted;
    }
  } finally {
    await record(options, null);
  }
  return all;
}

async function planTogether(options: PlanGatheredOptions): Promise<PlannedEvents> {
  const { database, connection, now, events, gathered } = options;
  let decisions: Decisions;
  try {
    decisions = await decideEvents(events, gathered, connection.rules, options);
  } catch (error) {
    if (!(error instanceof PlanningTimedOut)) throw error;
    // The state may be half changed: all of the batch is planned again, without this event.
    await afterTimeout(error.row, error.message, options);
    return { decided: [], failed: [], released: 0, isInterrupted: true };
  }
  await postponeFailed(options, decisions.failed);
  const released = await savePlans(database, connection, decisions.decided, gathered.state, now, {
    doubtfulUntil: options.after?.doubtfulUntil ?? null,
    deals: gathered.deals,
  });
  return { ...decisions, released, isInterrupted: false };
}
