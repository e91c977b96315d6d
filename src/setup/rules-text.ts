import { Document, type YAMLMap } from 'yaml';
import type { Catalog } from '../domain/entities.ts';
import { ruleName } from './account-fields.ts';
import type { Chosen } from './recipes/choose.ts';
import type { StagePart } from './recipes/recipe.ts';
import { RECIPES } from './recipes/recipes.ts';
import type { MappedAttribute } from './schemas.ts';

/** The rules of chosen recipes and attributes as YAML with comments. Two recipes with the same report have one reaction for it. */
export function rulesText(
  attributes: readonly MappedAttribute[],
  chosen: Pick<Chosen, 'parts'>,
  catalog: Pick<Catalog, 'pipelines'>,
): string {
  const parts = chosen.parts.map((one) => one.parts);
  const stages = parts.flatMap((part) => part.stages).map((stage) => stageRule(stage, catalog));
  const reactions = Object.assign({}, ...parts.map((part) => part.reactions));
  const inactivity = parts.flatMap((part) => part.timers);
  const document = new Document({
    person: {
      identify_by: 'email',
      contacts: 'main',
      attributes: Object.fromEntries(attributes.map(({ attribute, source }) => [attribute, source])),
    },
    ...(stages.length > 0 ? { stages } : {}),
    ...(Object.keys(reactions).length > 0 ? { reactions } : {}),
    ...(inactivity.length > 0 ? { inactivity } : {}),
  });
  comment(document.contents as unknown as YAMLMap, chosen);
  return document.toString({ lineWidth: 0 });
}

function stageRule({ pipelineId, stageId, ...rule }: StagePart, { pipelines }: Pick<Catalog, 'pipelines'>) {
  const pipeline = pipelines.find(({ id }) => id === pipelineId)!;
  const stage = pipeline.stages.find(({ id }) => id === stageId)!;
  return { pipeline: ruleName(pipeline, pipelines), stage: ruleName(stage, pipeline.stages), ...rule };
}

const SECTIONS: Record<string, string> = {
  person: ' Who the client is in Customer.io: the attribute, and the value in Kommo that it comes from.',
  stages: ' Kommo -> Customer.io: which stage sends which event. The event starts a campaign.',
  reactions: ' Customer.io -> Kommo: what each report does to the deal.',
  inactivity: ' No reaction in time: an event for Customer.io and a task for a person.',
};

function comment(map: YAMLMap, { parts }: Pick<Chosen, 'parts'>): void {
  const titles = parts.map(({ recipe }) => RECIPES.find(({ id }) => id === recipe)?.title ?? recipe);
  map.commentBefore = ` Made from: ${titles.join(', ')}.`;
  for (const pair of map.items) {
    const key = pair.key as { value: string; commentBefore?: string; spaceBefore?: boolean };
    key.commentBefore = SECTIONS[key.value]!;
    key.spaceBefore = true;
  }
}
