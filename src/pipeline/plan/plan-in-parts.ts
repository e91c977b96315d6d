import type { Logger } from 'pino';
import type { DealContext } from '../../domain/plan/plan-types.ts';
import type { StoredEvent } from '../../store/events/events.ts';
import { faultOf, type GatherFault } from '../gather/compute.ts';
import { computeRecorded, computeUnrecorded, endRecord } from './crash-record.ts';
import { setAsideOrPostpone } from './failed-event.ts';
import { type GatherEventsOptions, type GatheredEvents, gatherEvents } from './gather-events.ts';
import { planGathered } from './plan-gathered.ts';
import type { AfterRestore } from './restored/sent-before.ts';
import type { DecidedEvent } from './save-plans.ts';

export interface PlanPartOptions extends GatherEventsOptions {
  log: Pick<Logger, 'warn' | 'error'>;
  /** How often the planning of an event, by its id, was interrupted at the deadline; kept from batch to batch. */
  timeouts?: Map<number, number>;
  /** The deadline of planning, ms; for tests. */
  deadlineMs?: number;
  /** Only where the database was restored. */
  after?: AfterRestore | undefined;
  /** Whether the process has ended while data was gathered for events that had ended it before: then each is alone. */
  isGatheringSuspect?: boolean;
}

/** A batch with more faults than this is given up: then it is not single events that cannot be gathered for. */
const MAX_FAULTS = 5;

/** A batch after it was planned. */
export interface PlannedParts {
  decided: DecidedEvent[];
  /** How many parked reports are to be planned again, because their person is known now. */
  released: number;
  /** The deals that were read for it. */
  read: DealContext[];
}

/** The progress of a batch through its parts. */
interface Progress extends PlannedParts {
  /** The deals with an event that is tried again later: their other events wait with it. */
  postponedDeals: Set<number>;
  faults: number;
  /** Whether the planning of a part was interrupted: later parts may contain events of its deals. */
  isInterrupted: boolean;
}

/**
 * Gathers for the events of a batch, decides and saves the decisions. Where gathering fails by a fault of Stagepost, the batch is
 * halved until the event that leads to it is alone, and is tried again later or put aside; all others are planned.
 * @throws DeliveryError where a side cannot be read; the events that are not planned stay as they are.
 * @throws LeaseLost
 */
export async function planInParts(options: PlanPartOptions, rows: StoredEvent[]): Promise<PlannedParts> {
  const progress: Progress = {
    ...{ decided: [], released: 0, read: [], postponedDeals: new Set() },
    ...{ faults: 0, isInterrupted: false },
  };
  const suspects = rows.filter(({ planning_crashes }) => planning_crashes > 0);
  const isEachAlone =
    suspects.length > 0 && (options.isGatheringSuspect || suspects.some((row) => row.planning_crashes > 1));
  for (const part of isEachAlone ? rows.map((row) => [row]) : [rows])
    await planPart(options, part, suspects.length > 0, progress);
  if (suspects.length > 0) await endRecord(options);
  const { decided, released, read } = progress;
  return { decided, released, read };
}

async function planPart(
  options: PlanPartOptions,
  rows: StoredEvent[],
  isRecorded: boolean,
  progress: Progress,
): Promise<void> {
  const { postponedDeals } = progress;
  const part = rows.filter(({ deal_id }) => deal_id === null || !postponedDeals.has(deal_id));
  if (part.length === 0 || progress.isInterrupted) return;
  const result = await gatherOrFail(options, part, isRecorded);
  if ('fault' in result) {
    await afterFault(options, part, result.fault, isRecorded, progress);
    return;
  }
  const planned = await planGathered({ ...options, ...result, isRecorded });
  progress.decided.push(...planned.decided);
  progress.released += planned.released;
  progress.read.push(...result.gathered.deals.values());
  progress.isInterrupted = planned.isInterrupted;
  for (const { row } of planned.failed) postponeDealOf(row, progress);
}

async function gatherOrFail(
  options: PlanPartOptions,
  part: StoredEvent[],
  isRecorded: boolean,
): Promise<GatheredEvents | { fault: GatherFault }> {
  try {
    return await gatherEvents(
      options,
      part,
      (isRecorded ? computeRecorded : computeUnrecorded)(options, part),
    );
  } catch (error) {
    const fault = faultOf(error);
    if (fault === null) throw error;
    return { fault };
  }
}

async function afterFault(
  options: PlanPartOptions,
  part: StoredEvent[],
  fault: GatherFault,
  isRecorded: boolean,
  progress: Progress,
): Promise<void> {
  if (progress.faults >= MAX_FAULTS) throw fault;
  if (part.length > 1) {
    const middle = Math.ceil(part.length / 2);
    await planPart(options, part.slice(0, middle), isRecorded, progress);
    await planPart(options, part.slice(middle), isRecorded, progress);
    return;
  }
  progress.faults += 1;
  const [row] = part as [StoredEvent];
  if (await setAsideOrPostpone(options, row, fault)) postponeDealOf(row, progress);
}

function postponeDealOf({ deal_id }: StoredEvent, { postponedDeals }: Progress): void {
  if (deal_id !== null) postponedDeals.add(deal_id);
}
