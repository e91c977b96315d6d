import type { Deal, StageRef, UnixSeconds } from './entities.ts';
import { findByName } from './find-by-name.ts';

/** A stage of a backfill's filter. */
export interface FilterStage {
  pipelineId: number;
  /** Null: every stage of the pipeline. */
  stageId: number | null;
}

/** Which deals a backfill takes. All conditions must hold. */
export interface BackfillFilter {
  /** Empty: all stages, but those of incoming leads. */
  stages: FilterStage[];
  createdFrom: UnixSeconds | null;
  createdTo: UnixSeconds | null;
  updatedFrom: UnixSeconds | null;
  updatedTo: UnixSeconds | null;
  /** The ids of responsible users; empty: all. */
  owners: number[];
  /** A field of the deal, by name, id or code, with its value as text; null: any. */
  field: { name: string; value: string } | null;
  /** Whether deals without a valid email address are passed over instead of listed as left out. */
  hasEmail: boolean;
}

/**
 * - `planning`: deals are read for the plan; nothing is changed
 * - `planned`: the plan waits for a person to confirm it
 * - `running`
 * - `paused`: by a person
 * - `stopped`: by a person, for good
 * - `done`
 * - `failed`: something that a person must repair; `problem` says what
 */
export const BACKFILL_STATES = [
  'planning',
  'planned',
  'running',
  'paused',
  'stopped',
  'done',
  'failed',
] as const;
export type BackfillState = (typeof BACKFILL_STATES)[number];

/** What comes of a deal whose client is in Customer.io afterwards. */
export const SENT_OUTCOMES = ['new', 'updated', 'unchanged'] as const;

/**
 * Why the clients of a deal are left out.
 * - `duplicate`: the attributes of the client come from another deal
 * - `shared_address`: so they do, because another contact with the same address is the same person to Customer.io
 * - `passed_over`: without an email address, where the filter asks for one
 */
export const LEFT_OUT_OUTCOMES = [
  'no_contact',
  'contact_unread',
  'no_email',
  'invalid_email',
  'opted_out',
  'shared_address',
  'duplicate',
  'deleted',
  'not_planned',
  'passed_over',
] as const;

export type BackfillOutcome = (typeof SENT_OUTCOMES)[number] | (typeof LEFT_OUT_OUTCOMES)[number];
export type LeftOutOutcome = (typeof LEFT_OUT_OUTCOMES)[number];

/** Whether the client of a deal with this outcome is in Customer.io. */
export function isInCustomerio(outcome: BackfillOutcome): boolean {
  return ['new', 'updated', 'unchanged', 'duplicate', 'shared_address'].includes(outcome);
}

/** Sums over the deals that were planned. */
export interface BackfillCounts {
  /** Deals by outcome; outcomes without a deal are missing. */
  deals: Partial<Record<BackfillOutcome, number>>;
  /** People who are new to Stagepost, and those whose attributes have changed. */
  newPeople: number;
  updatedPeople: number;
  /** Deals whose client is in Customer.io, by stage; only stages with a rule. */
  stages: StageCount[];
}

export interface StageCount extends StageRef {
  /** The event of the stage's rule. */
  event: string;
  deals: number;
}

export const NO_COUNTS: BackfillCounts = { deals: {}, newPeople: 0, updatedPeople: 0, stages: [] };

/** What the plan of a backfill says before anything is changed. */
export interface BackfillPlan {
  /** Sums for all deals; where not all were read, an estimate from those that were. */
  counts: BackfillCounts;
  /** How many deals the filter takes. */
  deals: number;
  /** How many of them were read for the plan. */
  read: number;
  /** Whether every deal was read, so that the sums are exact. */
  isExact: boolean;
  /** The people in the workspace, as Customer.io counts them (up to two hours old); null without an App API key. */
  workspacePeople: number | null;
  kommoCalls: number;
  customerioCalls: number;
  /** At the account's rate, without other work. */
  seconds: number;
}

/** A deal of which nobody is sent, for the list. */
export interface LeftOutDeal {
  dealId: number;
  outcome: LeftOutOutcome;
  /** A sentence for people. */
  detail: string;
}

/** Adds up what comes of deals. */
export function addCounts(sum: BackfillCounts, more: BackfillCounts): BackfillCounts {
  const deals = { ...sum.deals };
  for (const [outcome, count] of Object.entries(more.deals) as [BackfillOutcome, number][])
    deals[outcome] = (deals[outcome] ?? 0) + count;
  const stages = sum.stages.map((stage) => ({ ...stage }));
  for (const stage of more.stages) {
    const known = stages.find((one) => isSameStage(one, stage) && one.event === stage.event);
    if (known) known.deals += stage.deals;
    else stages.push({ ...stage });
  }
  return {
    deals,
    newPeople: sum.newPeople + more.newPeople,
    updatedPeople: sum.updatedPeople + more.updatedPeople,
    stages,
  };
}

/** The sums of a part as an estimate for the whole. @param factor the whole divided by the part */
export function scaleCounts(counts: BackfillCounts, factor: number): BackfillCounts {
  const scaled = (count: number) => Math.round(count * factor);
  const deals = Object.entries(counts.deals).map(([outcome, count]) => [outcome, scaled(count)]);
  return {
    deals: Object.fromEntries(deals),
    newPeople: scaled(counts.newPeople),
    updatedPeople: scaled(counts.updatedPeople),
    stages: counts.stages.map((stage) => ({ ...stage, deals: scaled(stage.deals) })),
  };
}

/** All deals that were planned. */
export function plannedDeals({ deals }: BackfillCounts): number {
  return Object.values(deals).reduce((sum, count) => sum + count, 0);
}

export function isSameStage(one: StageRef, other: StageRef): boolean {
  return one.pipelineId === other.pipelineId && one.stageId === other.stageId;
}

/** Whether the filter takes a deal: accounts are known to ignore filters of lists, and a field is no filter of Kommo's. */
export function isTaken(deal: Deal, filter: BackfillFilter): boolean {
  const { stages, owners, field } = filter;
  const isInStage = ({ pipelineId, stageId }: FilterStage) =>
    pipelineId === deal.stage.pipelineId && (stageId === null || stageId === deal.stage.stageId);
  return (
    (stages.length === 0 || stages.some(isInStage)) &&
    (owners.length === 0 || (deal.responsibleUserId !== null && owners.includes(deal.responsibleUserId))) &&
    isWithin(deal.createdAt, filter.createdFrom, filter.createdTo) &&
    isWithin(deal.updatedAt, filter.updatedFrom, filter.updatedTo) &&
    (field === null || hasValue(deal, field))
  );
}

function isWithin(time: UnixSeconds | null, from: UnixSeconds | null, to: UnixSeconds | null): boolean {
  if (time === null) return from === null && to === null;
  return (from === null || time >= from) && (to === null || time <= to);
}

/** Texts are compared without regard to case. */
function hasValue({ fields }: Deal, { name, value }: { name: string; value: string }): boolean {
  const wanted = value.trim().toLowerCase();
  const [field] = findByName(name, fields);
  const values = field?.values ?? [];
  return wanted === ''
    ? values.length === 0
    : values.some((one) => String(one).trim().toLowerCase() === wanted);
}
