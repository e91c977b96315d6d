import type { Catalog } from '../../domain/entities.ts';
import type { RecipeInput } from '../account-schemas.ts';
import { problem } from '../finding.ts';
import type { Choices, PickedRecipe, SetupFinding } from '../schemas.ts';
import { type RecipeContext, type RuleParts, readStageValue } from './recipe.ts';
import { RECIPES } from './recipes.ts';

/** The parts of all picked recipes, and what is wrong with their choices. */
export interface Chosen {
  parts: { recipe: string; parts: RuleParts }[];
  findings: SetupFinding[];
}

/**
 * Fills in what was not chosen with what is suggested, checks the choices, and makes the rules of each recipe. The `field` of
 * a finding is `<recipe>.<input>`.
 */
export function chooseRecipes(picked: readonly PickedRecipe[], context: RecipeContext): Chosen {
  const chosen: Chosen = { parts: [], findings: [] };
  for (const { recipe: id, choices } of picked) {
    const definition = RECIPES.find((one) => one.id === id);
    if (!definition) {
      chosen.findings.push(problem('recipe_unknown', `There is no recipe ${id}.`));
      continue;
    }
    const inputs = definition.inputs(context);
    const complete = withSuggestions(choices, inputs);
    const wrong = inputs.flatMap((input) => wrongChoice(id, input, complete[input.id], context.catalog));
    chosen.findings.push(...wrong);
    if (wrong.length === 0) chosen.parts.push({ recipe: id, parts: definition.parts(complete) });
  }
  chosen.findings.push(...stagesUsedTwice(chosen), ...unknownStarts(chosen));
  return chosen;
}

function withSuggestions(choices: Choices, inputs: RecipeInput[]): Choices {
  const suggested = inputs.flatMap(({ id, suggested }) =>
    suggested === null ? [] : [[id, suggested] as const],
  );
  return { ...Object.fromEntries(suggested), ...choices };
}

const MAX_EVENT_BYTES = 100;

function wrongChoice(
  recipe: string,
  { id, kind, label, min, max }: RecipeInput,
  value: string | number | undefined,
  { pipelines }: Pick<Catalog, 'pipelines'>,
): SetupFinding[] {
  const wrong = (code: string, sentence: string) => [problem(code, sentence, { field: `${recipe}.${id}` })];
  if (value === undefined || String(value).trim() === '')
    return wrong('choice_missing', `“${label}” is not chosen.`);
  if (kind === 'stage') {
    const ref = readStageValue(value);
    const stages = pipelines.find((pipeline) => pipeline.id === ref?.pipelineId)?.stages ?? [];
    if (!stages.some((stage) => stage.id === ref?.stageId))
      return wrong('stage_unknown', 'Kommo does not have this stage any more.');
  }
  if (kind === 'days') {
    const days = Number(value);
    const [from, to] = [min ?? 1, max ?? 365];
    if (!Number.isInteger(days) || days < from || days > to)
      return wrong('days_invalid', `“${label}” must be a whole number from ${from} to ${to}.`);
  }
  if (kind === 'event' || kind === 'sent_event') {
    const text = String(value);
    // Customer.io docs (Track API limits): names of events have at most 100 bytes. A space at an end would be cut off.
    if (
      /\p{Cc}/u.test(text) ||
      text.trim() !== text ||
      Buffer.byteLength(text) > MAX_EVENT_BYTES ||
      text.includes('${')
    )
      return wrong(
        'event_invalid',
        `The name of an event is one line of at most ${MAX_EVENT_BYTES} bytes, such as deal_won.`,
      );
  }
  if (kind === 'text' && (/\p{Cc}|\$\{/u.test(String(value)) || String(value).length > 200))
    return wrong('text_invalid', `“${label}” must be one short line.`);
  return [];
}

function stagesUsedTwice({ parts }: Chosen): SetupFinding[] {
  const users = new Map<string, string[]>();
  for (const {
    recipe,
    parts: { stages },
  } of parts)
    for (const { pipelineId, stageId } of stages) {
      const key = `${pipelineId}/${stageId}`;
      users.set(key, [...(users.get(key) ?? []), recipe]);
    }
  return [...users.values()].flatMap(([first, ...others]) =>
    others.map((recipe) =>
      problem(
        'stage_used_twice',
        `Another recipe (${titleOf(first!)}) uses this stage: a stage sends one event.`,
        {
          field: `${recipe}.stage`,
          todo: 'Choose another stage, or let one campaign do both.',
        },
      ),
    ),
  );
}

const titleOf = (id: string) => RECIPES.find((recipe) => recipe.id === id)?.title ?? id;

/** A timer starts with an event that a stage sends. */
function unknownStarts({ parts }: Chosen): SetupFinding[] {
  const sent = new Set(parts.flatMap(({ parts: { stages } }) => stages.map(({ event }) => event)));
  return parts.flatMap(({ recipe, parts: { timers } }) =>
    timers
      .filter(({ start }) => !sent.has(start))
      .map(({ start }) =>
        problem(
          'start_unknown',
          `No chosen stage sends the event ${start}, so this timer would never start.`,
          {
            field: `${recipe}.start`,
            todo:
              sent.size === 0
                ? 'Choose a recipe with a stage as well.'
                : `Choose one of: ${[...sent].join(', ')}.`,
          },
        ),
      ),
  );
}
