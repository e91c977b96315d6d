import type { Rules } from '../../../api/types.ts';
import type { StageForm } from './form.ts';

export type Pipeline = Rules['pipelines'][number];
export type Stage = Pipeline['stages'][number];

export interface StageWithRules {
  stage: Stage;
  /** The indexes of the stage's rules in the draft. More than one is an error, which the check reports. */
  rules: number[];
}

export interface PipelineWithRules {
  pipeline: Pipeline;
  stages: StageWithRules[];
  hasRules: boolean;
}

/**
 * The draft's rules, at the stages of Kommo that they name.
 * `lost`: rules whose pipeline or stage Kommo does not have.
 */
export function atStages(
  pipelines: readonly Pipeline[],
  rules: readonly StageForm[],
): { pipelines: PipelineWithRules[]; lost: number[] } {
  const places = rules.map(({ pipeline, stage }) => {
    const inPipeline = named(pipeline, pipelines);
    return inPipeline && named(stage, inPipeline.stages);
  });
  return {
    pipelines: pipelines.map((pipeline) => {
      const stages = pipeline.stages.map((stage) => ({
        stage,
        rules: places.flatMap((place, index) => (place === stage ? [index] : [])),
      }));
      return { pipeline, stages, hasRules: stages.some((stage) => stage.rules.length > 0) };
    }),
    lost: places.flatMap((place, index) => (place ? [] : [index])),
  };
}

/** The index of the stage's rule in the draft; -1 where it has none. */
export function ruleAtStage(
  pipelines: readonly Pipeline[],
  rules: readonly StageForm[],
  { pipelineId, stageId }: { pipelineId: number; stageId: number },
): number {
  const placed = atStages(pipelines, rules).pipelines.find(({ pipeline }) => pipeline.id === pipelineId);
  return placed?.stages.find(({ stage }) => stage.id === stageId)?.rules[0] ?? -1;
}

/** The stage of the first rule that is unfolded; null where none is, or Kommo does not have its stage. */
export function placeOfOpenRule(
  pipelines: readonly Pipeline[],
  rules: readonly StageForm[],
  isOpen: (index: number) => boolean,
): { pipeline: Pipeline; stage: Stage } | null {
  for (const { pipeline, stages } of atStages(pipelines, rules).pipelines) {
    const found = stages.find((at) => at.rules.some(isOpen));
    if (found) return { pipeline, stage: found.stage };
  }
  return null;
}

/** What a rule writes for the pipeline: its name, or the id where another pipeline has it too. */
export function nameOfPipeline(pipeline: Pipeline, pipelines: readonly Pipeline[]): string {
  return unique(pipeline, pipelines);
}

/** What a new rule for the stage writes: the names, or the id where a name is not the only one of its kind. */
export function referenceTo(
  pipelines: readonly Pipeline[],
  pipeline: Pipeline,
  stage: Stage,
): Pick<StageForm, 'pipeline' | 'stage'> {
  return { pipeline: unique(pipeline, pipelines), stage: unique(stage, pipeline.stages) };
}

interface Named {
  id: number | null;
  name: string;
}

/** As the configuration finds them: by id, by exact name, or by the name in another case. Of several, none. */
function named<T extends Named>(text: string, all: readonly T[]): T | undefined {
  const wanted = text.trim();
  const ways: ((one: T) => boolean)[] = [
    ({ id }) => String(id) === wanted,
    ({ name }) => name === wanted,
    ({ name }) => same(name, wanted),
  ];
  for (const way of ways) {
    const hits = all.filter(way);
    if (hits.length > 0) return hits.length === 1 ? hits[0] : undefined;
  }
  return undefined;
}

function unique({ id, name }: Named, all: readonly Named[]): string {
  const isOnly = all.filter((one) => same(one.name, name) || String(one.id) === name).length === 1;
  return isOnly || id === null ? name : String(id);
}

function same(one: string, other: string): boolean {
  return one.trim().toLowerCase() === other.trim().toLowerCase();
}
