import type { StageRule } from '../../domain/rules/rules.ts';
import { secondRule } from '../checks/stages.ts';
import { findNamed } from '../names.ts';
import type { KeyPath } from '../problems.ts';
import type { StageConfig } from '../types.ts';
import { resolveCondition } from './conditions.ts';
import { type Resolution, refuse } from './resolution.ts';
import { checkTagTexts, checkText, resolveSources } from './values.ts';

/** The rules whose stages exist, one for each stage. */
export function resolveStages(stages: StageConfig[], resolution: Resolution): StageRule[] {
  const firstOf = new Map<string, number>();
  return stages.flatMap((config, index) => {
    const rule = resolveStage(config, ['stages', index], resolution);
    if (!rule) return [];
    const key = `${rule.pipelineId}/${rule.stageId}`;
    const first = firstOf.get(key);
    if (first === undefined) firstOf.set(key, index);
    else {
      const [message, hint] = secondRule(resolution.rules.problem(['stages', first], '').line);
      refuse(resolution, ['stages', index], { message, hint });
    }
    return [rule];
  });
}

/** Null where the pipeline or the stage does not exist. */
function resolveStage(config: StageConfig, path: KeyPath, resolution: Resolution): StageRule | null {
  const data = resolveSources(config.data, [...path, 'data'], resolution);
  checkText(config.note, [...path, 'note'], resolution);
  checkTagTexts(config.tags, [...path, 'tags'], resolution);
  const pipeline = findNamed(config.pipeline, resolution.catalog.pipelines, 'pipeline');
  if ('message' in pipeline) {
    refuse(resolution, [...path, 'pipeline'], pipeline);
    return null;
  }
  const { id: pipelineId, name: pipelineName, stages } = pipeline.found;
  const stage = findNamed(config.stage, stages, 'stage');
  if ('message' in stage) {
    const message = `${stage.message} in the pipeline "${pipelineName}"`;
    refuse(resolution, [...path, 'stage'], { ...stage, message });
    return null;
  }
  const { id: stageId, name: stageName } = stage.found;
  const { event, note, tags, unmailableClients, once, bulkGuard = resolution.rules.bulkGuard } = config;
  const condition = config.condition && resolveCondition(config.condition, [...path, 'if'], resolution);
  const { delaySeconds, whenLeft, quietHours = resolution.rules.quietHours } = config;
  const names = { pipelineId, pipelineName, stageId, stageName };
  const time = { delaySeconds, quietHours, whenLeft };
  return { ...names, ...time, event, data, note, tags, unmailableClients, condition, once, bulkGuard };
}
