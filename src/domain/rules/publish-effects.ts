import type { StageRef } from '../entities.ts';
import type { InactivityRule, Rules, StageRule } from './rules.ts';

/** What a new version of the rules means for deals and timers that are there already. */
export interface RuleEffects {
  /** Stages that get a rule, or another one: deals that are in them get nothing of it. */
  stages: ChangedStage[];
  timers: ChangedTimer[];
}

export interface ChangedStage extends StageRef {
  pipeline: string;
  stage: string;
  isNew: boolean;
}

/**
 * - `removed`: a running timer does nothing when it runs out
 * - `length`: a running timer keeps its end
 * - `stops`: a running timer is stopped by the reports of the version that started it
 * - `outcome`: event, task, `stop_when` and `unmailable_clients` are looked up when it runs out
 */
export const TIMER_CHANGES = ['removed', 'length', 'stops', 'outcome'] as const;
export type TimerChange = (typeof TIMER_CHANGES)[number];

export interface ChangedTimer {
  /** The event that starts it. */
  start: string;
  changes: TimerChange[];
}

/** @param before null where nothing was published */
export function effectsOfRules(
  before: Pick<Rules, 'stages' | 'inactivity'> | null,
  after: Rules,
): RuleEffects {
  const old = before ?? { stages: [], inactivity: [] };
  return {
    stages: after.stages.flatMap((rule) => changedStage(rule, old.stages)),
    timers: old.inactivity.flatMap((rule) => {
      const changes = timerChanges(rule, after.inactivity);
      return changes.length > 0 ? [{ start: rule.start, changes }] : [];
    }),
  };
}

function changedStage(rule: StageRule, old: readonly StageRule[]): ChangedStage[] {
  const { pipelineId, stageId, pipelineName: pipeline, stageName: stage } = rule;
  const before = old.find((one) => one.pipelineId === pipelineId && one.stageId === stageId);
  if (before && isSame(before, rule)) return [];
  return [{ pipelineId, stageId, pipeline, stage, isNew: before === undefined }];
}

function timerChanges(before: InactivityRule, rules: readonly InactivityRule[]): TimerChange[] {
  const after = rules.find(({ start }) => start === before.start);
  if (!after) return ['removed'];
  const { start: _, afterSeconds, unless, ...outcome } = before;
  const { start: __, afterSeconds: newSeconds, unless: newUnless, ...newOutcome } = after;
  return [
    ...(afterSeconds === newSeconds ? [] : ['length' as const]),
    ...(isSame(unless, newUnless) ? [] : ['stops' as const]),
    ...(isSame(outcome, newOutcome) ? [] : ['outcome' as const]),
  ];
}

/** Both come from the same reader, so their keys have one order. */
function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
