import type { Destination } from '../../domain/actions.ts';
import type { DealMoved } from '../../domain/events.ts';
import type { DealContext } from '../../domain/plan/plan-types.ts';
import { isStagepostEvent } from '../../domain/stored-values.ts';
import { inLeasedTransaction } from '../../store/connections/leased-transaction.ts';
import type { StoredEvent } from '../../store/events/events.ts';
import { type BatchChoice, eventsToPlan } from '../../store/events/events-to-plan.ts';
import { postponeWithDeals } from '../../store/events/postpone-events.ts';
import type { Restored } from '../../store/restored.ts';
import { readPreferences } from '../gather/read-preferences.ts';
import { holdBursts } from './guard/hold-bursts.ts';
import type { StageEntries } from './guard/stage-entries.ts';
import { inPathOrder } from './path-order.ts';
import { type PlanPartOptions, planInParts } from './plan-in-parts.ts';
import { holdDoubtful } from './restored/hold-doubtful.ts';
import type { AfterRestore } from './restored/sent-before.ts';
import { withoutPostponed } from './unknown-people.ts';

/** The most events that are gathered for and planned together: one page of Kommo's API. */
export const PLAN_BATCH = 250;

const ALL_WAITING: BatchChoice = { mayWait: true, withDue: true };

export interface PlanBatchOptions extends PlanPartOptions {
  /** The most events to plan; default: `PLAN_BATCH`. */
  limit?: number;
  /** Which events are planned; default: the oldest new ones, with all waiting moves that are due or concerned. */
  choice?: BatchChoice;
  /** The recent moves of the connection's stages; without them no burst is held. */
  entries?: StageEntries;
  /** Null or missing where the database was never restored. */
  restored?: Restored | null;
}

export interface PlannedBatch {
  /** How many new events were planned. */
  fresh: number;
  /** How many moves were planned that had waited for a contact. */
  waited: number;
  /** Whether further new events may be due than the batch takes. */
  leavesMore: boolean;
  /**
   * Whether events may be due after this batch: those that it leaves, those that it did not decide, waiting moves, and parked
   * reports whose person it has found.
   */
  leavesDue: boolean;
  /** Whether a move waits after this batch. */
  leavesWaiting: boolean;
  /** The lanes that have something to deliver now. */
  lanes: Destination[];
  /** The deals that were read for the batch. */
  read: DealContext[];
  /** Deals of the batch that no decision has read: held ones, and those of stages without a rule. */
  unread: number[];
}

/**
 * Plans the connection's new events: gathers the data that the decisions depend on, decides, and saves decisions and
 * actions in one transaction.
 * @throws DeliveryError where a side cannot be read; the events stay as they are.
 * @throws LeaseLost
 */
export async function planBatch(options: PlanBatchOptions): Promise<PlannedBatch> {
  const { database, now, limit = PLAN_BATCH, choice = ALL_WAITING } = options;
  // A copy: new rules may be published during the batch, and one batch must be gathered and planned with one version.
  const connection = { ...options.connection };
  const next = await eventsToPlan(database.db, connection.name, now, limit, choice);
  const readable = inPathOrder(oneEventOfStage(await withoutUnreadable(options, next.events)));
  const released = options.entries
    ? await holdBursts({ database, connection, now, entries: options.entries }, readable)
    : readable;
  const judged = await judgeRestored({ ...options, connection }, released);
  const preferences = await readPreferences(connection.app, judged.events);
  const batch = await withoutPostponed(options, preferences.events, preferences);
  const counts = { fresh: next.fresh, waited: next.waited, leavesMore: next.leavesMore };
  if (batch.length === 0) {
    const leavesDue = next.events.length > 0 || next.leavesMore;
    return { ...counts, leavesDue, leavesWaiting: false, lanes: [], read: [], unread: dealsOf(readable) };
  }

  const {
    decided,
    released: reports,
    read,
  } = await planInParts({ ...options, connection, after: judged.after }, batch);
  const ready = decided.flatMap(({ actions }) => actions).filter(({ after }) => after === null);
  return {
    ...counts,
    leavesDue: next.leavesMore || next.waited > 0 || decided.length < next.events.length || reports > 0,
    leavesWaiting: decided.some(({ plan }) => plan.outcome === 'waiting'),
    lanes: [...new Set(ready.map(({ lane }) => lane))],
    read,
    unread: dealsOf(readable, new Set(read.map(({ deal }) => deal?.id))),
  };
}

/** The deals of these events, but for those that were read. */
function dealsOf(events: StoredEvent[], read: ReadonlySet<number | undefined> = new Set()): number[] {
  const all = events.flatMap(({ deal_id }) => deal_id ?? []);
  return [...new Set(all)].filter((id) => !read.has(id));
}

/**
 * Leaves the event that a backfill has prepared for a later batch where the deal enters the same stage in this one: of the two the
 * first one that is planned is sent, and the other one must see it.
 */
function oneEventOfStage(batch: StoredEvent[]): StoredEvent[] {
  const moves = batch.map(({ payload }) => payload).filter((event) => event.kind === 'deal_moved');
  if (moves.every(({ backfillId }) => backfillId === undefined)) return batch;
  const stageOf = ({ dealId, to }: DealMoved) => `${dealId}/${to.pipelineId}/${to.stageId}`;
  const entered = new Set(moves.filter(({ backfillId }) => backfillId === undefined).map(stageOf));
  return batch.filter(
    ({ payload }) =>
      payload.kind !== 'deal_moved' || payload.backfillId === undefined || !entered.has(stageOf(payload)),
  );
}

/** Holds what may have been sent before a restore. */
async function judgeRestored(
  { database, connection, now, restored }: PlanBatchOptions,
  batch: StoredEvent[],
): Promise<{ events: StoredEvent[]; after?: AfterRestore }> {
  if (!restored) return { events: batch };
  const { events, sent } = await holdDoubtful({ database, connection, now, restored }, batch);
  return { events, after: { doubtfulUntil: restored.doubtfulUntil, sent } };
}

/**
 * Postpones stored events in a shape that this version does not know (a newer version may have stored them), and the
 * other events of their deals. @returns the other events of the batch.
 */
async function withoutUnreadable(
  { database, connection, now, log }: PlanBatchOptions,
  batch: StoredEvent[],
): Promise<StoredEvent[]> {
  const unreadable = batch.filter(({ payload }) => !isStagepostEvent(payload));
  if (unreadable.length === 0) return batch;
  log.error(
    { connection: connection.name, eventIds: unreadable.map(({ id }) => id) },
    'stored events have a shape that this version does not know; they are retried later',
  );
  await inLeasedTransaction(database.db, connection, 'shared', (trx) =>
    postponeWithDeals(trx, unreadable, now),
  );
  const deals = new Set(unreadable.map(({ deal_id }) => deal_id).filter((id) => id !== null));
  return batch.filter(
    (row) => !unreadable.includes(row) && !(row.deal_id !== null && deals.has(row.deal_id)),
  );
}
