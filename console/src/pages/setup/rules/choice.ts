import type { MappedAttribute, PickedRecipe, RulesStep, SetupAccount } from '../../../api/types.ts';

export interface Choice {
  attributes: MappedAttribute[];
  recipes: PickedRecipe[];
}

/** What was answered before; else what the account suggests. */
export function firstChoice(rules: RulesStep, account: SetupAccount): Choice {
  if (rules.text !== null && rules.recipes.length + rules.attributes.length > 0)
    return { attributes: rules.attributes, recipes: rules.recipes };
  return {
    attributes: account.guesses.map(({ attribute, source }) => ({ attribute, source })),
    recipes: account.recipes
      .filter(({ isSuggested }) => isSuggested)
      .map(({ id, inputs }) => ({ recipe: id, choices: suggestedChoices(inputs) })),
  };
}

type Inputs = SetupAccount['recipes'][number]['inputs'];

/** The suggestions of a recipe's inputs; an input for which nothing fits is left out. */
export function suggestedChoices(inputs: Inputs): PickedRecipe['choices'] {
  return Object.fromEntries(
    inputs.flatMap(({ id, suggested }) => (suggested === null ? [] : [[id, suggested]])),
  );
}

/** Whether every line and every input is filled in, so that the server has something to check. */
export function isWhole({ attributes, recipes }: Choice, account: SetupAccount): boolean {
  const areInputsFilled = recipes.every(({ recipe, choices }) => {
    const inputs = account.recipes.find(({ id }) => id === recipe)?.inputs ?? [];
    return inputs.every(({ id }) => choices[id] !== undefined && choices[id] !== '');
  });
  return (
    recipes.length > 0 &&
    areInputsFilled &&
    attributes.every(({ attribute, source }) => attribute.trim() !== '' && source !== '')
  );
}

/** The events of the picked recipes that have a stage. */
export function eventsOfStages({ recipes }: Choice, account: SetupAccount): string[] {
  const sent = recipes.flatMap(({ recipe, choices }) => {
    const inputs = account.recipes.find(({ id }) => id === recipe)?.inputs ?? [];
    if (!inputs.some(({ kind }) => kind === 'stage')) return [];
    return inputs.filter(({ kind }) => kind === 'event').map(({ id }) => String(choices[id] ?? ''));
  });
  return [...new Set(sent.filter((event) => event !== ''))];
}

/** With the choices of one recipe; null: it is not picked. The recipes keep the account's order. */
export function withRecipe(
  picked: readonly PickedRecipe[],
  recipe: string,
  choices: PickedRecipe['choices'] | null,
  order: readonly string[],
): PickedRecipe[] {
  const others = picked.filter((each) => each.recipe !== recipe);
  const all = choices === null ? others : [...others, { recipe, choices }];
  return all.toSorted((one, other) => order.indexOf(one.recipe) - order.indexOf(other.recipe));
}
