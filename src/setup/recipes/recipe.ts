import type { Catalog, Pipeline, Stage } from '../../domain/entities.ts';
import type { StopCondition } from '../../domain/rules/rules.ts';
import type { Recipe, RecipeInput } from '../account-schemas.ts';
import type { Choices } from '../schemas.ts';

/** A rule for a stage, as stagepost.yaml has it. */
export interface StagePart {
  pipelineId: number;
  stageId: number;
  event: string;
  data: Record<string, string>;
  note: string;
}

export interface ReactionPart {
  note?: string;
  field?: Record<string, string>;
  task?: { text: string; due: string };
  repeat?: 'first' | 'every';
}

export interface TimerPart {
  start: string;
  after: string;
  unless: string;
  event: string;
  stop_when: StopCondition[];
  task: { text: string; due: string };
}

/** The rules of one recipe. */
export interface RuleParts {
  stages: StagePart[];
  reactions: Record<string, ReactionPart>;
  timers: TimerPart[];
}

export const NO_PARTS: RuleParts = { stages: [], reactions: {}, timers: [] };

/** What a recipe suggests depends on the account. */
export interface RecipeContext {
  catalog: Pick<Catalog, 'pipelines'>;
}

/** A ready set of rules that one picks and adjusts. Pure. */
export interface RecipeDefinition {
  id: string;
  title: string;
  /** What it is for. One sentence. */
  sentence: string;
  /** What happens, in order. */
  does: string[];
  inputs(context: RecipeContext): RecipeInput[];
  isSuggested(context: RecipeContext): boolean;
  /** @param choices complete and checked against the inputs */
  parts(choices: Choices): RuleParts;
}

export function recipeOf(definition: RecipeDefinition, context: RecipeContext): Recipe {
  const { id, title, sentence, does } = definition;
  return {
    id,
    title,
    sentence,
    does,
    inputs: definition.inputs(context),
    isSuggested: definition.isSuggested(context),
  };
}

const NONE = { help: null, suggested: null, min: null, max: null };

export const stageInput = (id: string, label: string, suggested: string | null): RecipeInput => ({
  ...NONE,
  ...{ id, kind: 'stage', label, suggested },
});

const writtenInput =
  (kind: 'event' | 'sent_event' | 'text') =>
  (id: string, label: string, suggested: string, help: string | null = null): RecipeInput => ({
    ...NONE,
    ...{ id, kind, label, suggested, help },
  });

export const eventInput = writtenInput('event');
export const sentEventInput = writtenInput('sent_event');
export const textInput = writtenInput('text');

export const daysInput = (id: string, label: string, suggested: number, max: number): RecipeInput => ({
  ...NONE,
  ...{ id, kind: 'days', label, suggested, min: 1, max },
});

/** The value of a choice of a stage. */
export const stageValue = (pipeline: Pick<Pipeline, 'id'>, stage: Pick<Stage, 'id'>) =>
  `${pipeline.id}/${stage.id}`;

/** Null where it is no such value. */
export function readStageValue(value: unknown): { pipelineId: number; stageId: number } | null {
  const [, pipelineId, stageId] = /^(\d{1,16})\/(\d{1,16})$/.exec(String(value)) ?? [];
  return pipelineId === undefined ? null : { pipelineId: Number(pipelineId), stageId: Number(stageId) };
}

/** Kommo docs: won and lost have these ids in every pipeline. */
export const WON = 142;
export const LOST = 143;

/** The first pipeline's stage with this id, as the value of a choice. */
export function closedStage({ catalog }: RecipeContext, id: number): string | null {
  const pipeline = catalog.pipelines[0];
  const stage = pipeline?.stages.find((one) => one.id === id);
  return pipeline && stage ? stageValue(pipeline, stage) : null;
}

/** The first stage whose name matches all, as the value of a choice. */
export function namedStage({ catalog }: RecipeContext, ...names: RegExp[]): string | null {
  for (const pipeline of catalog.pipelines)
    for (const stage of pipeline.stages)
      if (!stage.isIncoming && names.every((name) => name.test(stage.name)))
        return stageValue(pipeline, stage);
  return null;
}

/** One rule for a chosen stage. */
export function stageParts(choices: Choices, note: string): RuleParts {
  const ref = readStageValue(choices.stage)!;
  const data = { deal_id: 'deal.id', deal_name: 'deal.name', amount: 'deal.price' };
  return { ...NO_PARTS, stages: [{ ...ref, event: String(choices.event), data, note }] };
}
