import type { Pipeline, StageRef } from '../entities.ts';
import { MISSED_REASONS, type MissedReason } from './missed-email.ts';

/** Entries into stages that are alike, as they are counted in the database. */
export interface EntryGroup {
  connection: string;
  pipelineId: number;
  stageId: number;
  /** Where the deals went next; null while they are in the stage. */
  nextPipelineId: number | null;
  nextStageId: number | null;
  /** Why there was no email; null where there was one. A reason that only a newer version knows counts as `no_report`. */
  missed: string | null;
  entered: number;
  opened: number;
  clicked: number;
}

/** Each number counts entries into the stage, so that none is larger than `entered`. */
export interface FunnelStage {
  id: number;
  name: string;
  /** In Kommo: `#99ccff`. */
  color: string | null;
  entered: number;
  emailed: number;
  opened: number;
  clicked: number;
  movedOn: number;
}

export interface Funnel {
  connection: string;
  pipelineId: number;
  name: string;
  entered: number;
  /** In Kommo's order: all stages of the account, and removed ones that were entered. */
  stages: FunnelStage[];
}

/** Kommo's stage for lost deals has this id in each pipeline. */
export const LOST = 143;

/** The funnels of the pipelines that were entered or have a rule, those with the most entries first. Pure. */
export function funnelsOf(
  groups: readonly EntryGroup[],
  pipelinesOf: ReadonlyMap<string, readonly Pipeline[]>,
): Funnel[] {
  const connections = new Set([...pipelinesOf.keys(), ...groups.map(({ connection }) => connection)]);
  return [...connections]
    .flatMap((connection) => {
      const own = groups.filter((group) => group.connection === connection);
      return funnelsIn(connection, own, pipelinesOf.get(connection) ?? []);
    })
    .sort((a, b) => b.entered - a.entered);
}

function funnelsIn(
  connection: string,
  groups: readonly EntryGroup[],
  pipelines: readonly Pipeline[],
): Funnel[] {
  const removed = new Set(groups.map(({ pipelineId }) => pipelineId));
  for (const { id } of pipelines) removed.delete(id);
  const all = [...pipelines, ...[...removed].map((id) => ({ id, name: `Pipeline ${id}`, stages: [] }))];
  return all.map((pipeline) => {
    const stages = stagesOf(
      pipeline,
      groups.filter(({ pipelineId }) => pipelineId === pipeline.id),
    );
    const entered = stages.reduce((sum, stage) => sum + stage.entered, 0);
    return { connection, pipelineId: pipeline.id, name: pipeline.name, entered, stages };
  });
}

function stagesOf(pipeline: Pipeline, groups: readonly EntryGroup[]): FunnelStage[] {
  const known = pipeline.stages.map(({ id }) => id);
  const removed = new Set(groups.map(({ stageId }) => stageId));
  for (const id of known) removed.delete(id);
  const added = [...removed].map((id) => ({ id, name: `Stage ${id}`, color: null }));
  return [...pipeline.stages, ...added].map(({ id, name, color }) => {
    const own = groups.filter(({ stageId }) => stageId === id);
    const sum = (value: (group: EntryGroup) => number) =>
      own.reduce((total, group) => total + value(group), 0);
    return {
      ...{ id, name, color },
      entered: sum(({ entered }) => entered),
      emailed: sum(({ missed, entered }) => (missed === null ? entered : 0)),
      opened: sum(({ opened }) => opened),
      clicked: sum(({ clicked }) => clicked),
      movedOn: sum((group) => (isMovedOn(pipeline, id, nextOf(group)) ? group.entered : 0)),
    };
  });
}

function nextOf({ nextPipelineId, nextStageId }: EntryGroup): StageRef | null {
  return nextPipelineId === null || nextStageId === null
    ? null
    : { pipelineId: nextPipelineId, stageId: nextStageId };
}

/** Whether the next stage is a later one of the pipeline, or one of another pipeline. A lost deal has not moved on. */
export function isMovedOn(pipeline: Pipeline, stageId: number, next: StageRef | null): boolean {
  if (next === null || next.stageId === LOST) return false;
  if (next.pipelineId !== pipeline.id) return true;
  const place = (id: number) => pipeline.stages.findIndex((stage) => stage.id === id);
  return place(next.stageId) > place(stageId);
}

/** A stage, with one to which its deals move on within the pipeline. */
export interface StageStep {
  pipelineId: number;
  stageId: number;
  nextStageId: number;
}

/**
 * Every step onwards within these pipelines: the same as `isMovedOn`, as a list for the database. Pure.
 * @param stageId only the steps from this stage, which may have been removed from the account
 */
export function stepsOnwards(pipelines: readonly Pipeline[], stageId?: number): StageStep[] {
  return pipelines.flatMap((pipeline) => {
    const from = stageId === undefined ? pipeline.stages.map(({ id }) => id) : [stageId];
    return from.flatMap((id) =>
      pipeline.stages
        .map((stage) => stage.id)
        .filter((next) => isMovedOn(pipeline, id, { pipelineId: pipeline.id, stageId: next }))
        .map((nextStageId) => ({ pipelineId: pipeline.id, stageId: id, nextStageId })),
    );
  });
}

/** How many entries have led to no email, by the reason, the most frequent first. A stage without a rule is meant to be quiet: it is last. */
export function missedOf(groups: readonly EntryGroup[]): { reason: MissedReason; count: number }[] {
  const counts = new Map<MissedReason, number>();
  for (const { missed, entered } of groups) {
    if (missed === null) continue;
    const reason = MISSED_REASONS.find((known) => known === missed) ?? 'no_report';
    counts.set(reason, (counts.get(reason) ?? 0) + entered);
  }
  return [...counts]
    .map(([reason, count]) => ({ reason, count }))
    .sort((a, b) => Number(a.reason === 'no_rule') - Number(b.reason === 'no_rule') || b.count - a.count);
}
